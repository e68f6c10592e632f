"""Beginning a release, and what the analyst adds: control totals and the BI check."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reason, Refusal, refuse_if
from clinlead.measures.models import DepartmentMeasure
from clinlead.organisation.models import Department
from clinlead.releases.acts import asking, day_of, locked, note
from clinlead.releases.live import assembled
from clinlead.releases.models import (
    ControlTotal,
    Release,
)
from clinlead.releases.periods import Period, last_whole_period
from clinlead.releases.policies import (
    why_not_check,
    why_not_prepare,
)
from clinlead.releases.standing import (
    release_facts,
    team_figures,
)


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
        note("release prepared", release, by, at, months=list(period.months))
    return release


def prepare_due(*, at: datetime) -> list[Release]:
    """Begin what the calendar says is due, each department on its own; for the `tick` command."""
    period = last_whole_period(day_of(at), settings.CONFIGURATION.release_months)
    measured = DepartmentMeasure.objects.filter(decided_on__lte=period.ends_on, ended_on=None)
    done = Release.objects.filter(first_month=period.first, last_month=period.last)
    due = Department.objects.filter(pk__in=measured.values("department_id")).exclude(
        pk__in=done.values("department_id")
    )
    return [prepare(department=each, period=period, at=at) for each in due]


@transaction.atomic
def bi_check(*, release_id: int, note_text: str, by: Account, at: datetime) -> Release:
    """An analyst has checked the figures as they are now. It lapses when they change."""
    release = locked(release_id)
    refuse_if(why_not_check(release_facts(release), asking(by, at)))
    release.checked_by, release.checked_at = by, at
    release.check_note = note_text
    release.checked_digest = assembled(release, fresh=True).digest
    release.save(update_fields=["checked_by", "checked_at", "check_note", "checked_digest"])
    note("release checked", release, by, at, note=note_text, digest=release.checked_digest)
    return release


@transaction.atomic
def control_total(
    *,
    release_id: int,
    measure: str,
    source: str,
    theirs: int | None,
    explained: str,
    by: Account,
    at: datetime,
) -> ControlTotal:
    """Set a total from elsewhere beside ours. None: no such total exists, and why."""
    release = locked(release_id)
    refuse_if(why_not_check(release_facts(release), asking(by, at)))
    ours = ours_of(release, measure)
    refuse_if(why_not_total(ours, theirs, source, explained))
    assert ours is not None  # the rule has just refused it
    entered, _ = ControlTotal.objects.update_or_create(
        release=release,
        measure=measure,
        defaults={
            "source": source,
            "theirs": theirs,
            "ours": ours,
            "explained": explained,
            "entered_by": by,
            "entered_at": at,
        },
    )
    figures = {"measure": measure, "source": source, "theirs": theirs, "ours": ours}
    note("control total entered", release, by, at, explained=explained, **figures)
    return entered


def ours_of(release: Release, measure: str) -> int | None:
    """Our own total of a measure for the department and period."""
    figures = team_figures(assembled(release, fresh=True))
    return next((draft.records for draft in figures if draft.key.measure == measure), None)


def why_not_total(
    ours: int | None, theirs: int | None, source: str, explained: str
) -> Refusal | None:
    if ours is None:
        return Refusal(Reason.WRONG_STAGE, "There is no such measure in this release.")
    if theirs is None and not explained.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why there is no total to compare with.")
    if theirs is not None and not source.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say where the control total is from.")
    return None
