"""Released totals opened more widely: off until the department opts in, and closed at once."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reader, refuse_if
from clinlead.figures.policies import READS_OPENED
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Department, Post
from clinlead.releases.acts import asking
from clinlead.releases.models import Opening, ReleasedFigure, ReleaseState
from clinlead.releases.policies import OpeningFacts, why_not_end_opening, why_not_open_wider


@transaction.atomic
def open_wider(
    *, department: Department, measure: str, agreement: str, by: Account, at: datetime
) -> Opening:
    """Let other departments' leads and chiefs read a total; without a measure, every one."""
    facts = OpeningFacts(
        department_id=department.pk,
        passed=has_passed(department, measure),
        already=Opening.objects.filter(
            department=department, measure=measure, ended_at=None
        ).exists(),
    )
    refuse_if(why_not_open_wider(asking(by, at), facts, agreement))
    made = Opening.objects.create(
        department=department,
        measure=measure,
        agreement=agreement.strip(),
        opened_by=by,
        opened_at=at,
    )
    noted("figures opened more widely", made, by, at)
    tell_members(made, at)
    return made


def tell_members(opening: Opening, at: datetime) -> None:
    """Whose figures are in the total: on their home pages, with the way to who agreed and when."""
    posts = Post.objects.on(at.date()).filter(department=opening.department_id)
    tell(
        Account.objects.filter(person__in=posts.values("person_id")),
        key=f"opening {opening.pk}",
        words=f"{opening.department} opened released totals to other departments’ leads and chiefs",
        href="/opened/",
        at=at,
        by_mail=False,
    )


@transaction.atomic
def end_opening(*, opening_id: int, by: Account, at: datetime) -> Opening:
    """Close it: from now on nobody outside reads it by this."""
    found = Opening.objects.select_for_update(of=("self",)).get(pk=opening_id)
    facts = OpeningFacts(department_id=found.department_id, ended=found.ended_at is not None)
    refuse_if(why_not_end_opening(asking(by, at), facts))
    found.ended_by, found.ended_at = by, at
    found.save(update_fields=["ended_by", "ended_at"])
    noted("figures closed again", found, by, at)
    return found


def noted(act: str, one: Opening, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="opening",
        object_id=one.pk,
        details={"department": one.department.code, "measure": one.measure or "all"},
    )


def has_passed(department: Department, measure: str) -> bool:
    """Whether a release of it stands: it has passed the gate."""
    out = ReleasedFigure.objects.filter(
        release__department=department, release__state=ReleaseState.RELEASED, person=None
    )
    return (out.filter(measure=measure) if measure else out).exists()


def is_opened(department: Department, measure: str) -> bool:
    running = Opening.objects.filter(department=department, ended_at=None)
    return running.filter(measure__in=["", measure]).exists()


def opens_to(reader: Reader, department: Department) -> bool:
    """Whether this reader may open the department's figures page by an opening alone."""
    if not reader.has(*READS_OPENED):
        return False
    return Opening.objects.filter(department=department, ended_at=None).exists()
