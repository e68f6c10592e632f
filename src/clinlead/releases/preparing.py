"""Beginning a release, and what the analyst adds: control totals and the BI check."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.figures.queries import latest_generation
from clinlead.measures.models import DepartmentMeasure
from clinlead.measures.queries import chosen_by, read_definition
from clinlead.organisation.models import Department
from clinlead.releases.acts import asking, day_of, enter, locked
from clinlead.releases.live import assembled
from clinlead.releases.models import (
    ControlTotal,
    Release,
    ReleaseState,
)
from clinlead.releases.periods import Period, last_whole_period
from clinlead.releases.policies import (
    why_not_check,
    why_not_prepare,
)
from clinlead.releases.standing import (
    release_facts,
    team_figures,
    window_closes_on,
)
from clinlead.releases.totals import TotalSaid, why_not_total
from clinlead.validation.actions import open_window
from clinlead.validation.models import Window


@transaction.atomic
def prepare(
    *, department: Department, period: Period, at: datetime, by: Account | None = None
) -> Release:
    """Begin the release of a department's figures for a period; the calendar has no `by`."""
    if by is not None:
        refuse_if(why_not_prepare(department.pk, asking(by, at)))
    release, made = Release.objects.get_or_create(
        department=department,
        first_month=period.first,
        last_month=period.last,
        edition=1,
        defaults={
            "due_on": period.due_on(settings.CONFIGURATION.release_due_days),
            "prepared_by": by,
            "prepared_at": at,
        },
    )
    if made:
        enter("release prepared", release, by, at, months=list(period.months))
    return release


def prepare_due(*, at: datetime) -> list[Release]:
    """Begin what the calendar says is due, each department on its own; for the `tick` command."""
    period = last_whole_period(day_of(at), settings.CONFIGURATION.release_months)
    measured = DepartmentMeasure.objects.filter(decided_on__lte=period.ends_on, ended_on=None)
    done = Release.objects.filter(first_month=period.first, last_month=period.last)
    going = Q(closed_on=None) | Q(closed_on__gte=period.starts_on)
    open_then = going & (Q(opened_on=None) | Q(opened_on__lte=period.ends_on))
    due = Department.objects.filter(open_then, pk__in=measured.values("department_id")).exclude(
        pk__in=done.values("department_id")
    )
    return [prepare(department=each, period=period, at=at) for each in due]


def open_due_windows(*, at: datetime) -> list[Window]:
    """Ask owners to check the months of each release being prepared, once their data are in.

    Months that a window covers already are left alone, so doing it again changes nothing.
    """
    today = day_of(at)
    closes_on = today + timedelta(days=settings.CONFIGURATION.validation_days - 1)
    return [
        open_window(
            department=release.department,
            first_month=release.first_month,
            last_month=release.last_month,
            opens_on=today,
            closes_on=closes_on,
            by=None,
            at=at,
        )
        for release in Release.objects.filter(state=ReleaseState.PREPARING)
        if release.period.ends_on < today
        and window_closes_on(release) is None
        and data_are_in(release)
    ]


def data_are_in(release: Release) -> bool:
    """Whether every data set that the department's figures count covers the release's months."""
    generation = latest_generation()
    covered = generation.complete_to if generation else {}
    chosen = chosen_by([release.department_id], release.period.ends_on)
    counted = {read_definition(each.measure.definition).record for each in chosen}
    end = release.period.ends_on.isoformat()
    return bool(counted) and all(covered.get(dataset, "") >= end for dataset in counted)


@transaction.atomic
def bi_check(*, release_id: int, note: str, by: Account, at: datetime) -> Release:
    """An analyst has checked the figures as they are now. It lapses when they change."""
    release = locked(release_id)
    refuse_if(why_not_check(release_facts(release), asking(by, at)))
    release.checked_by, release.checked_at = by, at
    release.check_note = note
    release.checked_digest = assembled(release, fresh=True).digest
    release.save(update_fields=["checked_by", "checked_at", "check_note", "checked_digest"])
    enter("release checked", release, by, at, note=note, digest=release.checked_digest)
    return release


@transaction.atomic
def control_totals(
    *, release_id: int, totals: Iterable[TotalSaid], by: Account, at: datetime
) -> int:
    """Set totals from elsewhere beside ours: all of them, or none."""
    release = locked(release_id)
    refuse_if(why_not_check(release_facts(release), asking(by, at)))
    ours = {
        draft.key.measure: draft.records_by_month
        for draft in team_figures(assembled(release, fresh=True))
    }
    said = list(totals)
    for each in said:
        refuse_if(why_not_total(each, ours))
        enter_totals(release, each, ours[each.measure], by, at)
    return len(said)


def enter_totals(
    release: Release, said: TotalSaid, ours: Mapping[str, int], by: Account, at: datetime
) -> None:
    """One measure's totals in place of those that were there; each is kept with our own then."""
    kept = {"source": said.source, "explained": said.explained, "entered_by": by, "entered_at": at}
    release.control_totals.filter(measure=said.measure).delete()
    ControlTotal.objects.bulk_create(
        ControlTotal(
            release=release,
            measure=said.measure,
            month=month,
            theirs=theirs,
            ours=ours[month],
            **kept,
        )
        for month, theirs in said.by_month.items()
    )
    enter(
        "control total entered",
        release,
        by,
        at,
        measure=said.measure,
        source=said.source,
        theirs=said.theirs,
        ours=ours[""],
        months=dict(said.months),
        explained=said.explained,
    )
