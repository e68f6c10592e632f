"""Answering a signal: acknowledged with words, what was done, and the clinician's own words."""

from datetime import datetime

from django.db import transaction

from clinlead.access.deciding import owner_in
from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.safety.models import Happening, Signal, What
from clinlead.safety.policies import (
    SignalFacts,
    why_not_acknowledge,
    why_not_answer,
    why_not_read_own,
)


@transaction.atomic
def acknowledge(*, signal_id: int, text: str, by: Account, at: datetime) -> Signal:
    """Somebody who may has seen it and says what they make of it; nothing is judged by this."""
    signal = held(signal_id)
    refuse_if(why_not_acknowledge(reader_of(by, at.date()), facts_of(signal, at), text))
    signal.acknowledged_by, signal.acknowledged_at = by, at
    signal.save(update_fields=["acknowledged_by", "acknowledged_at"])
    say(signal, What.ACKNOWLEDGED, text, by, at)
    return signal


@transaction.atomic
def say_done(*, signal_id: int, text: str, by: Account, at: datetime) -> Signal:
    """What was done about it; as often as there is something to say."""
    signal = held(signal_id)
    refuse_if(why_not_answer(reader_of(by, at.date()), facts_of(signal, at), text))
    say(signal, What.DONE, text, by, at)
    return signal


@transaction.atomic
def read_own(*, signal_id: int, text: str, by: Account, at: datetime) -> Signal:
    """The clinician has read it, and may say their own words; neither acknowledges it."""
    signal = held(signal_id)
    refuse_if(why_not_read_own(reader_of(by, at.date()), facts_of(signal, at)))
    if signal.read_at is None:
        signal.read_at = at
        signal.save(update_fields=["read_at"])
        say(signal, What.READ, "", by, at)
    if text.strip():
        say(signal, What.WORDS, text, by, at)
    return signal


def held(signal_id: int) -> Signal:
    return Signal.objects.select_for_update(of=("self",)).get(pk=signal_id)


def facts_of(signal: Signal, at: datetime) -> SignalFacts:
    if signal.person_id is None:
        return signal.facts(owner_leads=False, owner_goes_to_director=False)
    owner = owner_in(signal.person_id, signal.department_id, at.date())
    return signal.facts(
        owner_leads=owner.owner_leads, owner_goes_to_director=owner.owner_goes_to_director
    )


def say(signal: Signal, what: What, text: str, by: Account, at: datetime) -> None:
    Happening.objects.create(signal=signal, what=what, text=text.strip(), by=by, at=at)
    append(
        act=f"safety signal: {what.label.lower()}",
        at=at,
        by_id=by.pk,
        about=[signal.person_id] if signal.person_id else [],
        object_kind="safety signal",
        object_id=signal.pk,
        details={"measure": signal.measure},
    )
