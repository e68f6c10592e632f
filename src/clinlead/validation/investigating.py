"""Analysts and settlers look into a challenge: what they found, and what should change."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.validation import queries
from clinlead.validation.challenging import (
    ALREADY,
    add_changes,
    counts_already,
    found_record,
    locked,
    noted,
    tied_to,
)
from clinlead.validation.models import Challenge, Change, Evidence
from clinlead.validation.owners import dated_codes
from clinlead.validation.policies import ChallengeReason, why_not_claim, why_not_investigate
from clinlead.validation.records import WrongValue, as_stored, text_of, why_not_yet
from clinmeasures.activity.record_types import RECORD_TYPES

NOT_A_CLAIM = Refusal(Reason.WRONG_STAGE, "This challenge names its record already.")


def looked_into(challenge_id: int, by: Account, at: datetime) -> Challenge:
    """A challenge, locked, that this person may look into."""
    challenge = locked(challenge_id)
    facts = queries.challenge_facts(challenge, localdate(at))
    refuse_if(why_not_investigate(reader_of(by, localdate(at)), facts))
    return challenge


@transaction.atomic
def add_evidence(*, challenge_id: int, text: str, by: Account, at: datetime) -> Evidence:
    """Write down what was found. It stays beside the challenge for good."""
    challenge = looked_into(challenge_id, by, at)
    if not text.strip():
        raise WrongValue("text", "Say what you found.")
    made = Evidence.objects.create(challenge=challenge, by=by, at=at, text=text.strip())
    noted(challenge, act="evidence added", by=by, at=at)
    return made


@transaction.atomic
def find_claimed(
    *, challenge_id: int, dataset: str, key: str, by: Account, at: datetime
) -> Challenge:
    """Say which record a claim is about; the colleague it counts for is asked."""
    challenge = looked_into(challenge_id, by, at)
    if challenge.reason != ChallengeReason.MISSING or challenge.key:
        raise NotAllowed(NOT_A_CLAIM)
    record = found_record(dataset, key)
    claimant = reader_of(challenge.raised_by, localdate(at))
    already = counts_already(challenge.person, record, localdate(at))
    refuse_if(why_not_claim(claimant, counts_already=already))
    others = Challenge.objects.open().filter(dataset=dataset, key=key, person=challenge.person)
    if others.exists():
        raise NotAllowed(ALREADY)
    proposals = tied_to(challenge, record, localdate(at))
    challenge.save()
    add_changes(challenge, proposals, by)
    return noted(challenge, act="claimed record found", by=by, at=at, details={"record": key})


@transaction.atomic
def propose_change(
    *, challenge_id: int, field: str, value: str, by: Account, at: datetime
) -> Change:
    """Say which value of the challenged record should change, from what it says now."""
    challenge = looked_into(challenge_id, by, at)
    if not challenge.key:
        raise WrongValue("field", "Say first which record this is about.")
    record = found_record(challenge.dataset, challenge.key)
    new = checked_value(challenge.dataset, field, value)
    old = text_of(record.fields.get(field))
    if new == old:
        raise WrongValue("value", "The record says that already.")
    if why := why_not_yet(challenge.dataset, field, new, localdate(at)):
        raise WrongValue("value", why)
    change, _ = Change.objects.update_or_create(
        challenge=challenge,
        dataset=challenge.dataset,
        key=challenge.key,
        field=field,
        defaults={"old": old, "new": new, "proposed_by": by},
    )
    noted(challenge, act="change proposed", by=by, at=at, details={"field": field})
    return change


def checked_value(dataset: str, field: str, value: str) -> str | None:
    """The value as a correction writes it; a clinician's must be a code that we know."""
    column = RECORD_TYPES[dataset].column(field)
    if column is None or column.patient or field in RECORD_TYPES[dataset].key:
        raise WrongValue("field", "Choose a value that can be put right.")
    if column.clinician and value.strip() and not dated_codes([value.strip()]):
        raise WrongValue("value", f"'{value.strip()}' is no code of a clinician that we know.")
    return as_stored(dataset, field, value) if not column.clinician else value.strip() or None
