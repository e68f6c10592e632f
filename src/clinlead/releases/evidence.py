"""Why might a figure look like this? Each possible reason, with the evidence there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clinlead.figures.presenters import (
    Period,
    by_rule,
    depends_on_rule,
    why_words,
)
from clinlead.figures.queries import Wanted, added_up, department_units, series
from clinlead.figures.sums import MonthSums
from clinlead.organisation.models import Absence, Person, RoleProfile
from clinlead.releases.gate import in_words
from clinlead.releases.live import Draft
from clinlead.releases.models import Release
from clinlead.releases.quarter import chance_of_one
from clinlead.releases.standing import Standing, challenges_about, loads_behind
from clinlead.releases.statistics import kept_breaks
from clinlead.validation.queries import open_challenges
from clinmeasures.wording.units import how_many, in_figures


@dataclass(frozen=True)
class Evidence:
    """One possible reason, and what there is to say of it here."""

    reason: str
    found: tuple[str, ...]


def evidence_for(now: Standing, draft: Draft) -> list[Evidence]:
    """In the order in which a lead should think of them."""
    return [
        Evidence("Chance", (chance(draft), draft.statistics["reading"], *beside(draft))),
        Evidence("Volumes", volumes(draft)),
        Evidence("Data quality", quality(now, draft)),
        Evidence("How cases are attributed", attribution(now.release, draft)),
        Evidence("Case mix", tuple(why_words(draft.definition))),
        Evidence("Role and leave", role_and_leave(draft.person, now.release)),
        Evidence("A change of service or recording", recording(draft)),
    ]


def chance(draft: Draft) -> str:
    return chance_of_one(draft.definition.chart, len(draft.months))


def beside(draft: Draft) -> tuple[str, ...]:
    """Where it stands beside colleagues over its last twelve months, where it is compared."""
    if draft.beside is None:
        return ()
    where = f"{draft.beside}: outside" if draft.beside else "within"
    return (
        f"Beside colleagues, {where} the 99.8% limits of chance; one comparison in 500 is outside "
        "by chance alone.",
    )


def recording(draft: Draft) -> tuple[str, ...]:
    """The breaks of recording that are noted, and what to do about one that is not."""
    said = [
        f"From {in_words(each.on)}: {each.reason.rstrip('.')}. Limits start anew with the first "
        "whole month."
        for each in kept_breaks(draft.statistics)
    ]
    return (
        *(said or ["No change of recording is noted."]),
        "If you know of another change, say so in your interpretation, or note it on the "
        "measure's page.",
    )


def volumes(draft: Draft) -> tuple[str, ...]:
    """How many records each month of the period rests on, and what is usual."""
    usual = [month.sums.n for month in draft.months if month.month not in draft.period]
    now = ", ".join(in_figures(month.sums.n) for month in draft.in_period)
    said = [f"Records in the months of this release: {now}."]
    if usual:
        middle = sorted(usual)[len(usual) // 2]
        said.append(f"Before, half of the months had {in_figures(middle)} or more.")
    return tuple(said)


def quality(now: Standing, draft: Draft) -> tuple[str, ...]:
    grades = [
        f"{load.dataset}: grade {load.grade or 'none'}"
        for load in loads_behind(now.release, now.figures)
    ]
    challenges = list(open_challenges(now.release.department, now.release.period.months))
    asked = len(set(challenges_about(now.release, draft, challenges)))
    said = [f"Loads behind these months: {'; '.join(grades) or 'none'}."]
    said.append(
        f"{how_many(asked, 'record')} in question and not settled."
        if asked
        else "No record behind it is in question."
    )
    return tuple(said)


def attribution(release: Release, draft: Draft) -> tuple[str, ...]:
    """The figure under every rule that the definition allows."""
    rows = by_rule(
        under_each_rule(release, draft),
        draft.definition,
        draft.key.rule,
        Period(first=draft.period[0], last=draft.period[-1]),
        team=draft.key.is_team,
        breaks=kept_breaks(draft.statistics),
    )
    said = [f"By {row.words}: {row.figure}. {row.reading}" for row in rows]
    if depends_on_rule(rows):
        said.insert(0, "The reading depends on how cases are attributed.")
    return tuple(said)


def under_each_rule(release: Release, draft: Draft) -> Mapping[str, Sequence[MonthSums]]:
    found = {}
    for rule in draft.definition.attribution:
        wanted = Wanted(draft.key.measure, draft.version, rule)
        if draft.key.is_team:
            units = department_units(release.department, [wanted], last=release.last_month)
            found[rule] = added_up(units[wanted])
        else:
            found[rule] = series(draft.key.unit, wanted, last=release.last_month)
    return found


def role_and_leave(person: Person | None, release: Release) -> tuple[str, ...]:
    if person is None:
        return ("This is the department's own figure.",)
    period = release.period
    profiles = RoleProfile.objects.filter(person=person).between(period.starts_on, period.ends_on)
    said = [f"Role: {each.role}. {each.caveat}".strip() for each in profiles]
    away = Absence.objects.filter(person=person).between(period.starts_on, period.ends_on)
    said += [f"Away ({each.kind}) {from_to(each.starts_on, each.ends_on)}." for each in away]
    return tuple(said) or ("No role profile and no leave is recorded for these months.",)


def from_to(first: date, last: date | None) -> str:
    return f"from {in_words(first)}" + (f" to {in_words(last)}" if last else "")
