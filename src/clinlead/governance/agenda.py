"""What a meeting talks about, gathered from real objects: plain content, the team's figures alone.

The same for every reader: figures have at least six people behind them, and nobody's own is here.
When the meeting is held it is kept as it was.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q

from clinlead.governance.models import Action, Meeting
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import Kind
from clinlead.improvement.policies import State as CycleState
from clinlead.measures.models import MeasureVersion
from clinlead.releases.models import Interpretation, Release, ReleasedFigure, ReleaseState
from clinlead.releases.policies import FEWEST_IN_A_TEAM
from clinlead.releases.presenters import reading_of
from clinlead.validation.models import Challenge

Content = dict[str, Any]


def gathered(meeting: Meeting, today: date) -> Content:
    """The agenda as it is now."""
    departments = sorted(meeting.departments())
    since = before(meeting)
    return {
        "since": since.isoformat() if since else "",
        "carried": [carried(each, today) for each in carried_forward(meeting)],
        "releases": [release_on(each) for each in to_table(departments, meeting.on)],
        "challenges": challenges(departments, today),
        "decisions": [decision_on(each) for each in decisions(departments, since, meeting.on)],
        "cycles": [cycle_on(each) for each in cycles(departments, since)],
        "items": items(meeting),
    }


def agenda_of(meeting: Meeting, today: date) -> Content:
    """As it was when the meeting was held; as it is now for one that is still to come."""
    return meeting.agenda or gathered(meeting, today)


def before(meeting: Meeting) -> date | None:
    """The day of the same body's meeting before this one."""
    held = Meeting.objects.of_body(meeting).held().filter(on__lt=meeting.on)
    return held.order_by("-on").values_list("on", flat=True).first()


def carried_forward(meeting: Meeting) -> list[Action]:
    """What earlier meetings of the same body asked for, and nobody has closed."""
    earlier = Meeting.objects.of_body(meeting).filter(on__lt=meeting.on)
    found = Action.objects.filter(meeting__in=earlier, closed_at=None)
    return list(found.select_related("owner__person", "meeting"))


def carried(action: Action, today: date) -> Content:
    return {
        "action": action.pk,
        "text": action.text,
        "owner": str(action.owner),
        "due_on": action.due_on.isoformat(),
        "late": action.due_on < today,
        "from": action.meeting.on.isoformat(),
    }


def to_table(departments: Iterable[int], until: date) -> list[Release]:
    """Editions that stand, are out by the meeting and were not tabled yet."""
    out = Release.objects.filter(
        department__in=list(departments),
        state=ReleaseState.RELEASED,
        tabled_on=None,
        released_at__date__lte=until,
    )
    listed = out.select_related("department", "supersedes")
    return list(listed.order_by("department__name", "last_month"))


def release_on(release: Release) -> Content:
    figures = list(release.figures.defer("tallies", "composition", "without_challenged"))
    team = [each for each in figures if each.unit == release.team_unit]
    shown = [each for each in team if each.contributors >= FEWEST_IN_A_TEAM]
    words = words_by_figure(release)
    return {
        "release": release.pk,
        "title": str(release),
        "released_on": release.released_at.date().isoformat() if release.released_at else "",
        "again": again(release),
        "figures": [figure_on(each, words) for each in in_order(shown)],
        "withheld": len(team) - len(shown),
        "people": people_words([each for each in figures if each.person_id is not None]),
    }


def again(release: Release) -> str:
    """That an earlier edition was tabled, and why there is another."""
    earlier = release.supersedes
    if earlier is None:
        return ""
    tabled = f", tabled on {spoken(earlier.tabled_on)}" if earlier.tabled_on else ""
    return (
        f"Edition {release.edition} replaces edition {earlier.edition}{tabled}: {release.because}"
    )


def spoken(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def in_order(figures: Iterable[ReleasedFigure]) -> list[ReleasedFigure]:
    """Those that need thought first; then by title."""
    return sorted(figures, key=lambda each: (not each.has_signal, each.title))


def words_by_figure(release: Release) -> dict[str, Interpretation]:
    """What was last made of the team's figures, by measure."""
    said = release.interpretations.filter(unit=release.team_unit, by_owner=False)
    return {each.measure: each for each in said.order_by("at", "pk")}


def figure_on(figure: ReleasedFigure, words: dict[str, Interpretation]) -> Content:
    said = words.get(figure.measure)
    return {
        "title": figure.title,
        "version": figure.version,
        "figure": figure.statistics["figure"],
        "reading": reading_of(figure.statistics),
        "signal": figure.has_signal,
        "contributors": figure.contributors,
        "said": said.text if said else "",
        "href": address_of(figure),
    }


def address_of(figure: ReleasedFigure) -> str:
    place = "/".join(figure.key)
    return f"/releases/{figure.release_id}/figures/{place}/"


def people_words(figures: Sequence[ReleasedFigure]) -> str:
    """How many people's figures have a signal, where enough people stand behind that number."""
    people = {each.person_id for each in figures}
    if len(people) < FEWEST_IN_A_TEAM:
        return ""
    signals = sum(each.has_signal for each in figures)
    return (
        f"{len(figures)} figures of {len(people)} clinicians were released to their owners. "
        f"{signals or 'None'} {'has' if signals == 1 else 'have'} a signal over time; each was "
        "interpreted before the release. They are talked about with their owners and not here."
    )


def challenges(departments: Iterable[int], today: date) -> Content:
    found = Challenge.objects.open().filter(department__in=list(departments))
    overdue = Count("pk", filter=Q(due_on__lt=today))
    return found.aggregate(open=Count("pk"), overdue=overdue)


def decisions(departments: Iterable[int], since: date | None, until: date) -> list[Decision]:
    """Decisions that stand, made since the meeting before."""
    found = Decision.objects.standing().filter(
        department__in=list(departments), at__date__lte=until
    )
    found = found if since is None else found.filter(at__date__gt=since)
    return list(found.select_related("release__department").order_by("at", "pk"))


def decision_on(decision: Decision) -> Content:
    return {
        "kind": Kind(decision.kind).words,
        "measure": title_of(decision.measure, decision.version),
        "because": decision.because,
        "href": decision.get_absolute_url(),
    }


def title_of(code: str, version: int) -> str:
    found = MeasureVersion.objects.filter(code=code, version=version)
    return found.values_list("title", flat=True).first() or code


def cycles(departments: Iterable[int], since: date | None) -> list[Cycle]:
    """Cycles that are planned or running, and those that closed since the meeting before."""
    open_ones = Q(state__in=[CycleState.PLANNED, CycleState.RUNNING])
    closed = Q(closed_at__isnull=False)
    closed = closed if since is None else closed & Q(closed_at__date__gt=since)
    found = Cycle.objects.filter(open_ones | closed, department__in=list(departments))
    return list(found.order_by("starts_on", "pk"))


def cycle_on(cycle: Cycle) -> Content:
    act = f", {cycle.act}" if cycle.act else ""
    return {
        "title": cycle.title,
        "state": f"{cycle.state}{act}",
        "aim": cycle.aim,
        "href": cycle.get_absolute_url(),
    }


def items(meeting: Meeting) -> list[Content]:
    added = meeting.items.filter(withdrawn_at=None).select_related("by__person")
    return [{"item": each.pk, "text": each.text, "by": str(each.by)} for each in added]
