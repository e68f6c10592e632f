"""One figure's page: everything the six parts of it need, for whoever may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from clinlead.figures.changed import Change, changes
from clinlead.figures.charting import Charted, charted, reading
from clinlead.figures.computing import data_sets_read
from clinlead.figures.graded import Graded, graded_months
from clinlead.figures.models import Cause
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
    Wanted,
    tallies,
)
from clinlead.figures.queries import within as within_posts
from clinlead.figures.records import filtered_series
from clinlead.figures.sums import MonthSums, total
from clinlead.figures.untold import why_untold
from clinlead.intake.models import Load
from clinlead.intake.queries import in_use
from clinlead.measures.breaks import Breaks, breaks_of
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Absence, Person, RoleProfile
from clinlead.pages.figures.asked import Asked, Select, selects, set_to
from clinlead.pages.figures.comparison import Comparison, compared_with_peers
from clinlead.pages.figures.drawing import Picture, over_time
from clinlead.pages.figures.followed import NOTHING, Followed
from clinlead.pages.figures.released import said_of
from clinlead.pages.figures.subject import Subject
from clinlead.pages.figures.wordings import (
    EarlierWording,
    earlier_wordings,
    followed_from,
    under_another,
)
from clinlead.releases.grades import graded_then
from clinlead.releases.out import Out, as_released, released
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition
from clinmeasures.definitions.behind import columns_behind

CHANGES_SHOWN = 10


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
    graded: Graded
    comparison: Comparison
    rules: Sequence[ByRule]
    why: Sequence[str]
    evidence: Sequence[tuple[str, str]]
    selects: Sequence[Select]
    filtered: bool
    cases: int
    out: Out | None
    standing: str
    wordings: Sequence[EarlierWording]
    changes: Sequence[tuple[str, str, str, str]]
    said: Sequence[Any]
    loads: Sequence[Load]
    untold: str  # why there is no figure at all, where what it rests on was not loaded
    followed: Followed

    @property
    def set_to(self) -> str:
        return set_to(self.selects)


def figure_page(
    subject: Subject, asked: Asked, today: date, then: Followed = NOTHING
) -> FigurePage:
    """The page of one clinician's figure."""
    rule = asked.rule or subject.choice.rule
    out = released(subject.choice.department, subject.unit, subject.choice.measure.code, rule)
    if not subject.builds and out is not None:
        subject = replace(subject, choice=as_released(subject.choice, out.figure))
    definition = subject.definition
    found = months_by_rule(subject, out, rule)
    months = filtered(subject, asked, rule, found[rule])
    breaks = breaks_of(subject.choice.department_id, definition.code)
    chart = charted(months, definition, breaks=breaks)
    usual = usual_period(months)
    period = asked.period(usual, found[rule])
    sums = total(within(months, period))
    said = reading(chart)
    known = "" if months is not found[rule] else said
    rules = by_rule(found, definition, rule, usual_period(found[rule]), said=known, breaks=breaks)
    wordings = earlier_of(subject, found[rule], breaks)
    loads = loads_of(definition, rule)
    grades = grades_for(subject, out, chart, rule, loads)
    comparison = compared_with_peers(subject, rule, out, found[rule], today)
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
        picture=over_time(
            chart,
            whose=subject.whose,
            reading=said,
            prefix="trend",
            followed_from=followed_from(subject.choice, wordings),
            events=then.events,
            grades=grades.by_month,
        ),
        graded=grades,
        comparison=comparison,
        rules=rules if subject.builds else (),
        why=why_words(definition),
        evidence=()
        if subject.builds
        else evidence(subject, chart, profile_of(subject.person, today)),
        selects=selects(asked, definition, [m.month for m in found[rule]], period, rule),
        filtered=asked.filtered,
        cases=sums.n,
        out=out,
        standing=standing(out, found[rule], definition),
        wordings=wordings,
        changes=told(changes([subject.unit], subject.wanted(rule)), definition)
        if subject.builds
        else (),
        said=said_of(subject.unit, definition.code, rule, subject.choice.department),
        loads=loads_behind(definition, loads),
        untold=why_untold(definition, loads) if subject.builds else "",
        followed=then,
    )


def grades_for(
    subject: Subject, out: Out | None, chart: Charted, rule: str, loads: Sequence[Load]
) -> Graded:
    """Of the data as they are now; for readers of what is released, as they were then."""
    if subject.builds or out is None:
        return graded_months(chart, rule, loads)
    return graded_then(out.figure, chart)


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


def earlier_of(
    subject: Subject, months: Sequence[MonthSums], breaks: Breaks
) -> Sequence[EarlierWording]:
    """The charts of wordings that the department followed before, for this person."""

    def months_then(past: DepartmentMeasure) -> Sequence[MonthSums]:
        version = past.measure.version
        if subject.builds:
            wanted = Wanted(past.measure.code, version, past.rule)
            return months_of(subject, tallies([wanted], [subject.unit])[wanted])
        department, code = past.department, past.measure.code
        out = released(department, subject.unit, code, past.rule, version)
        return out.months if out else []

    return earlier_wordings(
        subject.choice,
        months_then,
        now=months if subject.builds else (),
        whose=subject.whose,
        breaks=breaks,
    )


def standing(out: Out | None, months: Sequence[MonthSums], definition: Definition) -> str:
    """What is released of this figure, and what its owner, lead and builders alone can see."""
    if out is None:
        return "Not released yet: only its owner, the lead and those who build it see this figure."
    said = f"Released up to {month_words(out.last_month)}{under_another(out, definition)}."
    later = [each.month for each in months if each.month > out.last_month and each.sums.n]
    if later:
        span = Period(first=later[0], last=later[-1]).in_words
        said += f" {span} {'is' if len(later) == 1 else 'are'} not released yet."
    now = {each.month: each.sums for each in months}
    if out.figure.version == definition.version and any(
        now.get(each.month, each.sums) != each.sums for each in out.months
    ):
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


def loads_of(definition: Definition, rule: str) -> list[Load]:
    """The loads in use, in their order, of all that the figure and its grades are made from."""
    read = data_sets_read(definition) | {name for name, _ in columns_behind(definition, rule)}
    return list(in_use().filter(dataset__in=read).defer("report").order_by("number"))


def loads_behind(definition: Definition, loads: Sequence[Load]) -> list[Load]:
    """The newest load, of those in use, of each data set the figure is made from."""
    newest = {load.dataset: load for load in loads}
    return [newest[name] for name in sorted(data_sets_read(definition)) if name in newest]
