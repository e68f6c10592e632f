"""The innocent explanations of a figure on its own page: the evidence a release gathers too."""

from collections.abc import Sequence
from datetime import date

from clinlead.figures.charting import QUARTER, charted, reading
from clinlead.figures.presenters import Period, by_rule
from clinlead.figures.queries import is_person, membership
from clinlead.measures.breaks import breaks_of
from clinlead.pages.figures.page import months_by_rule
from clinlead.pages.figures.subject import Subject
from clinlead.releases.evidence import Examined, evidence_for
from clinlead.releases.evidence.gathering import with_records
from clinlead.releases.loads import loads_read
from clinlead.releases.periods import Period as Months
from clinlead.releases.reasons import Evidence


def explanations(subject: Subject, today: date) -> tuple[str, Sequence[Evidence]]:
    """The last three settled months in words, and the evidence for each explanation."""
    figure = examined(subject, today)
    if figure is None:
        return "", ()
    span = Period(first=figure.period[0], last=figure.period[-1])
    return span.in_words, evidence_for(with_records(figure))


def examined(subject: Subject, today: date) -> Examined | None:
    """A clinician's figure over its last settled months; None while no month is settled."""
    definition, rule = subject.definition, subject.choice.rule
    found = months_by_rule(subject, None, rule)
    breaks = breaks_of(subject.choice.department_id, definition.code)
    chart = charted(found[rule], definition, breaks=breaks)
    period = tuple(each.month for each in chart.settled[-QUARTER:])
    if not period:
        return None
    said = reading(chart)
    here = subject.here or membership(subject.choice.department)
    span = Period(first=period[0], last=period[-1])
    return Examined(
        department=subject.choice.department,
        definition=definition,
        wanted=subject.wanted(rule),
        is_team=False,
        units={subject.unit: subject.person.pk},
        colleagues=[u for u in here.units() if is_person(u) and u != subject.unit],
        months=[each for each in chart.months if each.complete],
        period=period,
        chart=chart,
        breaks=breaks,
        reading=said,
        loads=loads_read([definition], [rule], Months(period[0], period[-1])),
        rules=by_rule(found, definition, rule, span, said=said, breaks=breaks),
        on=today,
    )
