"""What the release pages show, arranged; every rule stays in policies and the gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinlead.access.policies import Button, Reader, Reason, Refusal, Role
from clinlead.organisation.models import Department, Person
from clinlead.releases import policies, quarter
from clinlead.releases.gate import Criterion, GateFacts, past_the_lead
from clinlead.releases.live import Draft, digest_of_drafts
from clinlead.releases.models import FigureKey, Interpretation, Release, ReleasedFigure
from clinlead.releases.periods import NAMES
from clinlead.releases.reasons import Checklist, looked_at
from clinlead.releases.standing import Standing, release_facts
from clinmeasures.wording.units import how_many

QUIET = ("No signal", "Cannot tell")
STATE_COLOURS = {"preparing": "yellow", "released": "green", "superseded": "grey"}


def owner_label(person: Person | None, department: Department, reader: Reader) -> str:
    """Whose figure it is, as this reader may know: analysts build with codes, not names."""
    if person is None:
        return f"{department.name}, the department"
    if person.pk == reader.person_id:
        return "You"
    builds = reader.has(Role.ANALYST) and department.pk not in reader.leads
    return person.code if builds else person.name


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure in a list."""

    title: str
    owner: str
    href: str
    figure: str
    reading: str
    months: str
    state: str = ""
    own: bool = False


def address(release: Release, key: FigureKey) -> str:
    return f"/releases/{release.pk}/figures/{key.measure}/{key.rule}/{key.unit}/"


def line_of(
    release: Release,
    figure: Draft | ReleasedFigure,
    reader: Reader,
    state: str = "",
    said: Mapping[str, Any] | None = None,
) -> Line:
    """`said`: of its statistics what a list says, where they were not read whole."""
    statistics = figure.statistics if said is None else said
    return Line(
        title=figure.title,
        owner=owner_label(figure.person, release.department, reader),
        href=address(release, figure.key),
        figure=statistics["figure"],
        reading=" ".join(filter(None, [reading_of(statistics), beside_words(figure.beside)])),
        months=how_many(len(statistics["months"]), "month"),
        state=state,
        own=figure.person is not None and figure.person.pk == reader.person_id,
    )


def reading_of(statistics: Mapping[str, Any]) -> str:
    """The reading made by rule; where it is of a month without a signal, the earlier signals."""
    signals = statistics["signals"]
    if not signals or not statistics["reading"].startswith(QUIET):
        return statistics["reading"]
    said = "; ".join(f"{phrase} in {in_month(month)}" for month, phrase in signals)
    return f"{said[0].upper()}{said[1:]}."


def beside_words(beside: str | None) -> str:
    """What standing outside the limits of chance beside colleagues says; within them nothing."""
    return f"{beside.capitalize()} beside colleagues (outside the 99.8% limits)." if beside else ""


def in_month(month: str) -> str:
    return f"{NAMES[int(month[5:]) - 1]} {month[:4]}"


@dataclass(frozen=True, kw_only=True)
class Preparing:
    """A release before it is out, for whoever builds or decides it."""

    steps: Sequence[quarter.Step]
    minutes: int
    rule: str
    chance: str
    criteria: Sequence[Criterion]
    passed: int
    first: Sequence[Line]  # with a signal, still to be interpreted: this reader's own to decide
    now: str  # the one that they look at now; none for whoever only builds
    seen: str  # the digest of what they would sign off together
    interpreted: Sequence[Line]
    together: Sequence[Line]  # to sign off in one act by this reader
    others: int  # to sign off, but by somebody else
    others_go: Sequence[str]  # to whom those go that the lead does not decide
    signed: Sequence[Line]
    every: Sequence[Line]  # all that this reader may see, for whoever checks them
    held_back: Mapping[str, Sequence[str]]
    leads: bool
    checks: bool
    release_button: Button
    sign_button: Button
    check_button: Button


def preparing(
    now: Standing,
    facts: GateFacts,
    criteria: tuple[Criterion, ...],
    reader: Reader,
    chosen: str = "",
) -> Preparing:
    """The lead's path, the gate, and the figures in the order in which they need thought."""
    release, seen = now.release, now.seen_by(reader)
    here = {draft.key for draft in seen}
    to_sign = now.decided_by(reader, now.to_sign_off)
    mine = {draft.key for draft in to_sign}
    steps = steps_of(facts)
    release_rules = release_facts(release, criteria)

    def lines(drafts: Iterable[Draft], state: str = "") -> list[Line]:
        return [line_of(release, d, reader, state) for d in drafts if d.key in here]

    signed = [d for d in now.figures.drafts if now.is_signed(d)]
    return Preparing(
        steps=steps,
        minutes=quarter.minutes_left(steps),
        rule=quarter.RULE,
        chance=chance_of(seen),
        criteria=criteria,
        passed=sum(each.passed for each in criteria),
        first=first_lines(now, reader),
        now=at_hand(now, reader, chosen),
        seen=digest_of_drafts(to_sign),
        interpreted=lines([d for d in signed if d.needs_words], "interpreted"),
        together=lines([d for d in now.to_sign_off if d.key in mine]),
        others=len(now.to_sign_off) - len(mine),
        others_go=past_the_lead(facts.own_to_sign_off),
        signed=lines([d for d in signed if not d.needs_words], "signed off"),
        every=lines(now.figures.drafts),
        held_back=now.figures.held_back,
        leads=release.department_id in reader.leads,
        checks=policies.why_not_check(release_rules, reader) is None,
        release_button=Button.guarded(
            "Release the figures", in_short(policies.why_not_release(release_rules, reader))
        ),
        sign_button=Button(f"Sign off these {how_many(len(mine), 'figure')}", enabled=bool(mine)),
        check_button=Button.guarded(
            "The figures are checked", policies.why_not_check(release_rules, reader)
        ),
    )


def in_short(refusal: Refusal | None) -> Refusal | None:
    """The page says under the button what is missing, one by one: the hint only points there."""
    if refusal is None or refusal.reason is not Reason.GATE_NOT_PASSED:
        return refusal
    return replace(refusal, because="Not everything that must hold before the release does yet.")


def waiting(now: Standing, reader: Reader) -> list[Draft]:
    """The figures that wait for this person's words, in the order of their keys."""
    mine = now.decided_by(reader, now.to_interpret)
    return sorted(mine, key=lambda draft: draft.key)


def first_lines(now: Standing, reader: Reader) -> list[Line]:
    """What needs thought, the reader's own to decide first; the others say whose they are."""
    mine = waiting(now, reader)
    seen = {draft.key for draft in now.seen_by(reader)} - {draft.key for draft in mine}
    others = [draft for draft in now.to_interpret if draft.key in seen]
    who = "for somebody else to interpret" if mine else ""
    return [
        *(line_of(now.release, each, reader) for each in mine),
        *(line_of(now.release, each, reader, who) for each in others),
    ]


def at_hand(now: Standing, reader: Reader, chosen: str) -> str:
    """Where the figure is that is looked at now: the chosen one, else the first that waits."""
    mine = {"/".join(draft.key): draft.key for draft in waiting(now, reader)}
    key = mine.get(chosen) or next(iter(mine.values()), None)
    return address(now.release, key) if key else ""


def steps_of(facts: GateFacts) -> list[quarter.Step]:
    """The five steps, with a link to where each is done."""
    work = quarter.Work(
        challenges=quarter.Left(
            facts.open_challenges + facts.overdue_challenges, facts.own_challenges
        ),
        to_interpret=quarter.Left(facts.to_interpret, facts.own_to_interpret.all),
        to_sign_off=quarter.Left(facts.to_sign_off, facts.own_to_sign_off.all),
        released=False,
    )
    links = {
        "settle": "/challenges/",
        "interpret": "#interpret",
        "sign": "#sign-off",
        "release": "#release",
        "table": "/governance/",
    }
    return quarter.path_of(work, links)


def chance_of(drafts: Iterable[Draft]) -> str:
    drafts = list(drafts)
    charts = [(d.definition.chart, len(d.months), len(d.in_period)) for d in drafts]
    over_time = quarter.chance_words(charts, sum(draft.has_signal for draft in drafts))
    compared = [draft.beside for draft in drafts if draft.beside is not None]
    if not compared:
        return over_time
    return f"{over_time} {quarter.chance_beside(len(compared), sum(map(bool, compared)))}"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A figure that differs from the edition before, in the words of both."""

    title: str
    owner: str
    before: str
    after: str
    months: str


def changes_between(
    old: Sequence[ReleasedFigure], new: Sequence[ReleasedFigure], reader: Reader
) -> list[Changed]:
    """What changed from one edition to the next, among what this reader may see in both."""
    before = {figure.key: figure for figure in old}
    after = {figure.key: figure for figure in new}
    found = []
    for key in sorted({*before, *after}):
        one, other = before.get(key), after.get(key)
        if one and other and one.digest == other.digest:
            continue
        either = other or one
        if either is None:
            continue
        found.append(
            Changed(
                title=either.title,
                owner=owner_label(either.person, either.release.department, reader),
                before=one.statistics["figure"] if one else "not released",
                after=other.statistics["figure"] if other else "no longer counted",
                months=", ".join(in_month(month) for month in changed_months(one, other)),
            )
        )
    return found


def changed_months(one: ReleasedFigure | None, other: ReleasedFigure | None) -> list[str]:
    """The months whose integers are not the same in two editions."""
    rows = [rows_of(figure.tallies) if figure else {} for figure in (one, other)]
    months = sorted({*rows[0], *rows[1]})
    return [month for month in months if rows[0].get(month) != rows[1].get(month)]


def rows_of(columns: Mapping[str, Sequence[Any]]) -> dict[str, tuple]:
    names = [name for name in columns if name != "month"]
    return {
        month: tuple(str(columns[name][place]) for name in names)
        for place, month in enumerate(columns["month"])
    }


@dataclass(frozen=True, kw_only=True)
class Said:
    """An interpretation or the owner's own words."""

    by: str
    at: object
    text: str
    of_owner: bool
    carried: bool
    before_change: bool
    looked: Checklist


def said_of(words: Iterable[Interpretation], digest: str) -> list[Said]:
    return [
        Said(
            by=str(each.by),
            at=each.at,
            text=each.text,
            of_owner=each.by_owner,
            carried=each.carried,
            before_change=each.digest != digest,
            looked=looked_at(each.looked_at),
        )
        for each in words
    ]
