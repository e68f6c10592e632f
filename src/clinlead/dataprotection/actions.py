"""Asking for erasure, answering, and writing down what was disclosed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account, Grant
from clinlead.access.policies import Role, refuse_if
from clinlead.access.queries import accounts_with, reader_of
from clinlead.dataprotection.erasing import about, erase_for
from clinlead.dataprotection.models import Disclosed, Disclosure, ErasureRequest
from clinlead.dataprotection.policies import (
    Answer,
    Basis,
    Outcome,
    why_not_answer,
    why_not_ask,
    why_not_disclose,
    why_not_keep_register,
)
from clinlead.history.actions import append
from clinlead.notices.actions import tell
from clinlead.organisation.models import Post


@dataclass(frozen=True, kw_only=True)
class Said:
    """A disclosure as it is entered."""

    to_whom: str
    what: str
    basis: Basis
    because: str
    on: date
    people: tuple[int, ...] = ()  # whose results were in it


@transaction.atomic
def ask_for_erasure(
    *, account: Account, says: str, received_on: date, by: Account, at: datetime
) -> ErasureRequest:
    """A person asks for themselves, or the officer writes down what came by letter."""
    reader = reader_of(by, timezone.localdate(at))
    if by.pk != account.pk:
        refuse_if(why_not_keep_register(reader))
    waiting = ErasureRequest.objects.filter(account=account, outcome=Outcome.OPEN).exists()
    refuse_if(why_not_ask(says=says, waiting=waiting))
    made = ErasureRequest.objects.create(
        account=account,
        says=says.strip(),
        received_on=received_on,
        due_on=a_month_after(received_on),
        recorded_by=by,
        recorded_at=at,
    )
    officers = [one for one in accounts_with(Role.DPO, on=reader.on) if one.pk != by.pk]
    tell(officers, key=f"erasure {made.pk}", words="A request to erase waits for an answer",
         href=made.get_absolute_url(), at=at)  # fmt: skip
    append(
        act="erasure asked for",
        at=at,
        by_id=by.pk,
        about=about(account),
        object_kind="erasure request",
        object_id=made.pk,
    )
    return made


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last."""
    year, month = day.year + day.month // 12, day.month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@transaction.atomic
def answer_request(*, request_id: int, answer: Answer, by: Account, at: datetime) -> ErasureRequest:
    """Answer a request; what is erased is erased in the same transaction, or nothing is."""
    asked = ErasureRequest.objects.select_for_update().get(pk=request_id)
    refuse_if(why_not_answer(reader_of(by, timezone.localdate(at)), asked.facts(), answer))
    if answer.outcome is Outcome.ERASED and answer.up_to:
        because = f"Request to erase {asked.pk}"
        asked.erased = erase_for(asked.account, up_to=answer.up_to, because=because, by=by, at=at)
        asked.up_to = answer.up_to
    asked.outcome, asked.reason, asked.kept = answer.outcome, answer.reason, answer.kept
    asked.answered_by, asked.answered_at = by, at
    asked.save()
    tell([asked.account], key=f"erasure answered {asked.pk}", words="Your request to erase is "
         "answered", href="/me/erasure/", at=at)  # fmt: skip
    append(
        act="erasure answered",
        at=at,
        by_id=by.pk,
        about=about(asked.account),
        object_kind="erasure request",
        object_id=asked.pk,
        details={"outcome": answer.outcome.value, "erased": asked.erased},
    )
    return asked


@transaction.atomic
def note_disclosure(*, said: Said, by: Account, at: datetime) -> Disclosure:
    """The officer enters what was disclosed outside the system."""
    reader = reader_of(by, timezone.localdate(at))
    refuse_if(why_not_disclose(reader, basis=said.basis, people=len(said.people)))
    return written(said, by=by, at=at, automatic=False)


def disclosed(*, said: Said, by: Account | None, at: datetime) -> Disclosure:
    """What the room that hands something over writes, in the transaction of the act itself."""
    return written(said, by=by, at=at, automatic=True)


def written(said: Said, *, by: Account | None, at: datetime, automatic: bool) -> Disclosure:
    made = Disclosure.objects.create(
        on=said.on,
        to_whom=said.to_whom.strip()[:200],
        what=said.what.strip()[:300],
        basis=said.basis,
        because=said.because.strip()[:300],
        automatic=automatic,
        noted_by=by,
        noted_at=at,
    )
    people = sorted(set(said.people))
    Disclosed.objects.bulk_create(Disclosed(disclosure=made, person_id=one) for one in people)
    if not automatic:  # otherwise the act itself is in the record
        append(
            act="disclosure noted",
            at=at,
            by_id=by.pk if by else None,
            about=people,
            object_kind="disclosure",
            object_id=made.pk,
            details={"basis": said.basis.value},
        )
    return made


def after_grant(grant: Grant, at: datetime) -> None:
    """A department lets somebody outside it see its figures (settings.AFTER_GRANTS)."""
    members = Post.objects.on(grant.starts_on).filter(department=grant.department)
    named = tuple(members.values_list("person_id", flat=True)) if grant.named else ()
    what = "figures by name" if grant.named else "team and department figures"
    said = Said(
        to_whom=str(grant.account),
        what=f"{grant.department}: {what}, to read until {grant.ends_on}",
        basis=Basis.GRANT,
        because=f"{grant.reason} ({grant.agreement})",
        on=grant.starts_on,
        people=named,
    )
    disclosed(said=said, by=grant.granted_by, at=at)
