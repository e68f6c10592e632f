"""One figure's page: everything the six parts of it need, for whoever may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings

from clinlead.access.policies import Refusal
from clinlead.figures.changed import Change, changes
from clinlead.figures.charting import Charted, case_word, charted, reading
from clinlead.figures.comparing import Compared, beside_peers, enough
from clinlead.figures.computing import data_sets_read
from clinlead.figures.models import Cause
from clinlead.figures.policies import PeerFacts, why_not_compare
from clinlead.figures.presenters import (
    DEPENDS,
    ByRule,
    Period,
    by_rule,
    depends_on_rule,
    earlier_signals,
    month_words,
    sentence,
    usual_period,
    value_words,
    why_words,
    within,
)
from clinlead.figures.queries import (
    ByUnit,
    Membership,
    Wanted,
    department_units,
    peers,
    tallies,
)
from clinlead.figures.queries import within as within_posts
from clinlead.figures.records import filtered_series
from clinlead.figures.sums import MonthSums, Sums, total
from clinlead.figures.telling import one_apart
from clinlead.intake.models import Load
from clinlead.intake.queries import latest_grades
from clinlead.measures.breaks import breaks_of
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Absence, Person, RoleProfile
from clinlead.pages.figures.asked import Asked, Select, selects, set_to
from clinlead.pages.figures.drawing import Picture, beside, over_time
from clinlead.pages.figures.released import Out, released, released_peers, said_of
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition

CHANGES_SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose figure it is, and what its reader may see of it."""

    unit: str
    person: Person
    choice: DepartmentMeasure
    own: bool  # the reader is the owner
    builds: bool = True  # sees what is not released: owner, lead, those who build
    here: Membership | None = None  # for others: the months in which it counted for a department
    label: str = "You"
    whose: str = "your"
    names: Mapping[str, Person] = field(default_factory=dict)  # colleagues the reader may name

    @property
    def definition(self) -> Definition:
        return read_definition(self.choice.measure.definition)

    def wanted(self, rule: str) -> Wanted:
        return Wanted(self.choice.measure.code, self.choice.measure.version, rule)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Own figure beside colleagues', unnamed unless all have agreed; or why it is not drawn."""

    period: str
    reading: str = ""
    said: Sequence[str] = ()  # how reliable it is, what could have shown, and what chance makes
    picture: Picture | None = None  # none where it is too unreliable to draw
    refusal: str = ""
    caveat: str = ""
    named: Sequence[int] = ()  # people whose figures it shows by name


@dataclass(frozen=True, kw_only=True)
class FigurePage:
    """What the template arranges."""

    definition: Definition
    rule: str
    rule_words: str
    period: Period | None
    sentence: str
    reading: str
    depends: str
    earlier: str
    chart: Charted
    picture: Picture | None
    comparison: Comparison
    rules: Sequence[ByRule]
    why: Sequence[str]
    evidence: Sequence[tuple[str, str]]
    selects: Sequence[Select]
    filtered: bool
    cases: int
    out: Out | None
    standing: str
    changes: Sequence[tuple[str, str, str, str]]
    said: Sequence[Any]
    loads: Sequence[Load]

    @property
    def set_to(self) -> str:
        return set_to(self.selects)


def figure_page(subject: Subject, asked: Asked, today: date) -> FigurePage:
    """The page of one clinician's figure."""
    definition = subject.definition
    rule = asked.rule or subject.choice.rule
    out = released(subject.choice.department, subject.unit, definition.code, rule)
    found = months_by_rule(subject, out, rule)
    months = filtered(subject, asked, rule, found[rule])
    breaks = breaks_of(subject.choice.department_id, definition.code)
    chart = charted(months, definition, breaks=breaks)
    usual = usual_period(months)
    period = asked.period(usual)
    sums = total(within(months, period))
    said = reading(chart)
    known = "" if months is not found[rule] else said
    rules = by_rule(found, definition, rule, usual_period(found[rule]), said=known, breaks=breaks)
    profile = profile_of(subject.person, today)
    comparison = compared_with_peers(subject, rule, out, found[rule], profile)
    return FigurePage(
        definition=definition,
        rule=rule,
        rule_words=RULES[rule].words,
        period=period,
        sentence=sentence(sums, definition, period) if period else "",
        reading=said,
        depends=f"{DEPENDS}." if len(rules) > 1 and depends_on_rule(rules) else "",
        earlier=earlier_signals(chart),
        chart=chart,
        picture=over_time(chart, whose=subject.whose, reading=said, prefix="trend"),
        comparison=comparison,
        rules=rules if subject.builds else (),
        why=why_words(definition),
        evidence=evidence(subject, chart, profile),
        selects=selects(asked, definition, [m.month for m in found[rule]], period, rule),
        filtered=asked.filtered,
        cases=sums.n,
        out=out,
        standing=standing(out, found[rule]),
        changes=told(changes([subject.unit], subject.wanted(rule)), definition)
        if subject.builds
        else (),
        said=said_of(subject.unit, definition.code, rule, subject.choice.department),
        loads=loads_behind(definition),
    )


def months_by_rule(
    subject: Subject, out: Out | None, rule: str
) -> Mapping[str, Sequence[MonthSums]]:
    """The months under each rule; readers of released figures alone get those, under their rule."""
    if not subject.builds:
        return {rule: out.months if out else []}
    allowed = {each: subject.wanted(each) for each in subject.definition.attribution}
    found = tallies(allowed.values(), [subject.unit])
    return {each: months_of(subject, found[wanted]) for each, wanted in allowed.items()}


def months_of(subject: Subject, by_unit: ByUnit) -> list[MonthSums]:
    """The subject's months: all of one's own, others' while they counted for the department."""
    kept = within_posts(subject.here, by_unit) if subject.here else by_unit
    return kept.get(subject.unit, [])


def filtered(
    subject: Subject, asked: Asked, rule: str, months: Sequence[MonthSums]
) -> Sequence[MonthSums]:
    """The same months over some of the records alone, where the reader asks for that."""
    if not (asked.filtered and subject.builds):
        return months
    complete = {each.month: each.complete for each in months}
    found = filtered_series(
        subject.wanted(rule), [subject.unit], filters=asked.as_filters, complete=complete
    )
    return [each for each in found if each.month in complete]


def compared_with_peers(
    subject: Subject,
    rule: str,
    out: Out | None,
    months: Sequence[MonthSums],
    profile: RoleProfile | None,
) -> Comparison:
    """Released figures beside released ones; the lead compares what is there now."""
    lead = subject.builds and not subject.own
    if not lead and out is None:
        return Comparison(
            period="",
            refusal="Colleagues' figures stand beside this one, unnamed, once the department's "
            "lead has released them.",
        )
    own_months = months if lead or out is None else out.months
    period = usual_period(own_months)
    here = [each.month for each in within(own_months, period) if each.complete]
    own = total(each for each in own_months if each.month in here)
    others = enough(others_of(subject, rule, None if lead else out, here), subject.definition)
    refusal = why_not_compare(peer_facts(others, profile))
    said_period = period.in_words if period else ""
    caveat = profile.caveat if profile else ""
    if refusal or not own.n:
        return Comparison(period=said_period, refusal=refusal_words(refusal), caveat=caveat)
    salt = out.release.digest if out and not lead else f"{subject.unit} {here[-1]}"
    names = {code: each for code, each in subject.names.items() if code in others}
    called = {code: each.name for code, each in names.items()}
    found: Compared = beside_peers(own, others, subject.definition, salt, called)
    apart = one_apart(
        own,
        list(others.values()),
        subject.definition,
        found.found,
        threshold=settings.CONFIGURATION.reliability_threshold,
        case_word=case_word(subject.definition),
    )
    if not apart.drawn:
        return Comparison(period=said_period, reading=found.reading, said=apart.said, caveat=caveat)
    return Comparison(
        period=said_period,
        reading=found.reading,
        said=apart.said,
        picture=beside(found, own_label=subject.label, prefix="peers", named=bool(names)),
        caveat=caveat,
        named=[each.pk for each in names.values()],
    )


def refusal_words(refusal: Refusal | None) -> str:
    return refusal.because if refusal else "There is no complete month to compare yet."


def others_of(
    subject: Subject, rule: str, out: Out | None, months: Sequence[str]
) -> Mapping[str, Sums]:
    """Colleagues' totals over the same months: as released, or as they are for whoever builds."""
    if not months:
        return {}
    if out is not None:
        return released_peers(out, months)
    wanted = subject.wanted(rule)
    department, who = subject.choice.department, subject.here
    found = department_units(department, [wanted], who=who, first=months[0], last=months[-1])
    return peers(found[wanted], months, without=subject.unit)


def peer_facts(others: Mapping[str, Sums], profile: RoleProfile | None) -> PeerFacts:
    if profile is None:
        return PeerFacts(others=len(others))
    because = profile.caveat or profile.role
    return PeerFacts(others=len(others), comparable=profile.comparable, because=because)


def profile_of(person: Person, today: date) -> RoleProfile | None:
    return RoleProfile.objects.on(today).filter(person=person).order_by("-starts_on").first()


def evidence(
    subject: Subject, chart: Charted, profile: RoleProfile | None
) -> list[tuple[str, str]]:
    """What there is to say on each of the usual reasons for a figure."""
    settled, months = chart.settled, chart.months
    rows = []
    if settled:
        least, most = (f(each.sums.n for each in settled) for f in (min, max))
        rows.append(("Volumes", f"Between {least} and {most} in a month."))
    waiting = [month_words(each.month) for each in months if not each.complete]
    if waiting:
        rows.append(
            ("Late data", f"{', '.join(waiting)}: provisional, because records still come.")
        )
    for month, reason in sorted(chart.breaks.items()):
        rows.append(("Recording", f"Changed, with new limits from {month_words(month)}: {reason}."))
    if profile is not None:
        said = [profile.role, profile.workload, profile.skill_mix, profile.caveat]
        rows.append(("Role", " ".join(f"{each.rstrip('.')}." for each in said if each)))
    away = absences(subject.person, months)
    if away:
        rows.append(("Leave", away))
    return rows


def absences(person: Person, months: Sequence[MonthSums]) -> str:
    """Leave within the months shown: how many days."""
    if not months:
        return ""
    first = date.fromisoformat(f"{months[0].month}-01")
    spans = Absence.objects.filter(person=person, ends_on__gte=first)
    days = sum((a.ends_on - max(a.starts_on, first)).days + 1 for a in spans if a.ends_on)
    return f"{days} days away since {month_words(months[0].month)}." if days else ""


def standing(out: Out | None, months: Sequence[MonthSums]) -> str:
    """What is released of this figure, and what its owner, lead and builders alone can see."""
    if out is None:
        return "Not released yet: only its owner, the lead and those who build it see this figure."
    said = f"Released up to {month_words(out.last_month)}."
    later = [each.month for each in months if each.month > out.last_month and each.sums.n]
    if later:
        span = Period(first=later[0], last=later[-1]).in_words
        said += f" {span} {'is' if len(later) == 1 else 'are'} not released yet."
    now = {each.month: each.sums for each in months}
    if any(now.get(each.month, each.sums) != each.sums for each in out.months):
        said += " Something was corrected since: the figures below are newer than the release."
    return said


CAUSES = {
    Cause.CORRECTION: "a record was corrected",
    Cause.LOAD: "new data were loaded",
    Cause.WITHDRAWAL: "a load was withdrawn",
    Cause.COMPUTE: "the figures were computed again",
}


def told(found: Sequence[Change], definition: Definition) -> list[tuple[str, Any, str, str]]:
    """What changed, when and why: month, when, from what to what, cause."""
    return [
        (
            month_words(each.month),
            each.at,
            f"{value_words(each.before, definition)}, now {value_words(each.after, definition)}",
            CAUSES.get(Cause(each.cause), each.cause),
        )
        for each in found[:CHANGES_SHOWN]
    ]


def loads_behind(definition: Definition) -> list[Load]:
    """The newest load of each data set the figure is made from."""
    grades = latest_grades()
    return [grades[name] for name in sorted(data_sets_read(definition)) if name in grades]
