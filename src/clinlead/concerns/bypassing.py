"""The patient-safety bypass: at once, by lead or chief; reviewed by a second person."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account
from clinlead.access.policies import OwnerFacts, Reader, refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns.acting import after, held, seat
from clinlead.concerns.ending import ended
from clinlead.concerns.facts import Part, State
from clinlead.concerns.models import BypassUsed, Concern
from clinlead.concerns.offices import could_hold, first_for, newest_bypass, seats_of
from clinlead.concerns.opening import hold, new_concern, open_here
from clinlead.concerns.policies import why_not_bypass, why_not_hold, why_not_review_bypass
from clinlead.concerns.telling import told
from clinlead.organisation.models import Department, Person


@transaction.atomic
def use_bypass(
    *, person: Person, department: Department, reason: str, done: str, by: Account, at: datetime
) -> BypassUsed:
    """Chief and medical director are in it at once, whatever came before; the clinician is told."""
    hold(person)
    reader = reader_of(by, timezone.localdate(at))
    concern = open_here(person, department)
    owner = owner_in(person.pk, department.pk, reader.on)
    waits = concern is not None and concern.bypasses.filter(reviewed_at=None).exists()
    refuse_if(why_not_bypass(reader, owner, reason, pending=waits))
    opened = concern is None
    concern = concern or new_concern(person, department, reason, by, at)
    used = BypassUsed.objects.create(
        concern=concern, by=by, at=at, reason=reason.strip(), done=done.strip(), opened_it=opened
    )
    fill_seats(concern, owner, reader, by, at)
    ask_second(concern, owner, by, at)
    after(concern, f"bypass {used.pk}", "patient-safety bypass", by, at)
    return used


def fill_seats(
    concern: Concern, owner: OwnerFacts, reader: Reader, by: Account, at: datetime
) -> None:
    """The clinical director's and the chief's; whoever used it has the one that is theirs."""
    own = Part.LEAD if why_not_hold(reader, Part.LEAD, owner) is None else Part.CHIEF
    filled = {one.part for one in seats_of(concern, owner, reader.on) if one.in_office}
    for part in {Part.LEAD, Part.CHIEF} - filled:
        who = by if part is own else None
        who = who or first_for(part, concern.department, owner, reader.on, but=by)
        if who is not None:
            seat(concern, part, who, because="Patients’ safety", by=by, at=at)


def ask_second(concern: Concern, owner: OwnerFacts, by: Account, at: datetime) -> None:
    """Every medical director but whoever used it is asked to review it, at once."""
    on = timezone.localdate(at)
    asked = [o for o in could_hold(Part.SECOND, concern.department, owner, on) if o != by]
    words = "A patient-safety bypass waits for your review"
    told(concern, asked, f"review {concern.pk} {at.isoformat()}", words, at, urgent=True)


@transaction.atomic
def review_bypass(
    *, concern_id: int, upheld: bool, words: str, by: Account, at: datetime
) -> Concern:
    """The second person keeps a seat. Not upheld, the order holds again, or what it opened ends."""
    now = held(concern_id, by, at)
    refuse_if(why_not_review_bypass(now.reader, now.facts, words))
    used = newest_bypass(now.concern)
    assert used is not None, "the policy found it"
    used.upheld, used.review, used.reviewed_by, used.reviewed_at = upheld, words.strip(), by, at
    used.save(update_fields=["upheld", "review", "reviewed_by", "reviewed_at"])
    seat(now.concern, Part.SECOND, by, because="Reviewed the bypass", by=by, at=at)
    after(now.concern, f"bypass reviewed {used.pk}", "patient-safety bypass reviewed", by, at)
    if not upheld and used.opened_it:
        return ended(now.concern, State.CLOSED, words, by, at)
    return now.concern
