"""Settling a challenge: an accepted one becomes a correction, and its figures follow at once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.access.waiting import why_not_act
from clinlead.figures.actions import recompute_months
from clinlead.figures.showing import hold_figures
from clinlead.intake.actions import correct, revoke_correction
from clinlead.intake.models import Correction, CorrectionState
from clinlead.validation import ledger, queries
from clinlead.validation.challenging import found_record, locked, noted
from clinlead.validation.evidence import cause_of
from clinlead.validation.models import Challenge, Change
from clinlead.validation.policies import ChallengeReason, ChallengeState, why_not_settle
from clinlead.validation.records import label, text_of
from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.engine import DUPLICATE_OF

NO_REASON = Refusal(Reason.NO_REASON_GIVEN, "Say why; the person who raised it reads it.")


@transaction.atomic
def settle_challenge(
    *,
    challenge_id: int,
    accept: bool,
    because: str,
    by: Account,
    at: datetime,
    chosen: Collection[int] | None = None,
) -> Challenge:
    """Accept or decline a challenge with a reason; of two at once, the second is told.

    Accepting corrects the values `chosen` (Change ids; all when none are named) and computes the
    affected figures again, or does nothing at all.
    """
    hold_figures()  # before the record of acts: everyone takes these two locks in this order
    challenge, changes = decided(
        challenge_id, accept=accept, because=because, by=by, at=at, chosen=chosen
    )
    correct_all([(challenge, changes)], by, at)
    return settled_noted(challenge, changes, by, at)


@transaction.atomic
def accept_together(
    *, challenge_ids: Collection[int], because: str, by: Account, at: datetime
) -> list[Challenge]:
    """Accept several challenges for one reason, all or none; figures are computed again once.

    Each is held to the rules as if it stood alone; a refusal says which one it is of.
    """
    hold_figures()
    settled = [each_decided(pk, because, by, at) for pk in sorted(set(challenge_ids))]
    refuse_if(why_at_odds(settled))
    correct_all(settled, by, at)
    return [settled_noted(challenge, changes, by, at) for challenge, changes in settled]


Settled = tuple[Challenge, list[Change]]


def each_decided(challenge_id: int, because: str, by: Account, at: datetime) -> Settled:
    """One of several accepted; a refusal names it."""
    try:
        return decided(challenge_id, accept=True, because=because, by=by, at=at)
    except NotAllowed as refused:
        words = f"Challenge {challenge_id}: {refused.refusal.because}"
        raise NotAllowed(Refusal(refused.refusal.reason, words)) from refused


def why_at_odds(settled: Sequence[Settled]) -> Refusal | None:
    """Why these cannot be accepted together: two say different things of one value."""
    wanted: dict[tuple[str, str, str], tuple[int, str | None]] = {}
    for challenge, changes in settled:
        for one in changes:
            first, new = wanted.setdefault(
                (one.dataset, one.key, one.field), (challenge.pk, one.new)
            )
            if new != one.new:
                return Refusal(
                    Reason.WRONG_STAGE,
                    f"Challenges {first} and {challenge.pk} would change the same value to "
                    "different things; settle these two one by one.",
                )
    return why_twins_go_together(settled)


def why_twins_go_together(settled: Sequence[Settled]) -> Refusal | None:
    """Why these cannot be accepted together: a record that should stay would be left out, too."""
    gone = {
        (one.dataset, one.key): challenge.pk
        for challenge, changes in settled
        for one in changes
        if one.field == DUPLICATE_OF
    }
    for challenge, changes in settled:
        for one in changes:
            other = gone.get((one.dataset, one.new or ""))
            if one.field == DUPLICATE_OF and other is not None:
                return Refusal(
                    Reason.WRONG_STAGE,
                    f"Challenge {challenge.pk} keeps a record that challenge {other} would leave "
                    "out; settle these two one by one.",
                )
    return None


def decided(
    challenge_id: int,
    *,
    accept: bool,
    because: str,
    by: Account,
    at: datetime,
    chosen: Collection[int] | None = None,
) -> Settled:
    """A challenge accepted or declined, with the changes to make; refused before anything moves."""
    challenge = locked(challenge_id)
    facts = queries.challenge_facts(challenge, localdate(at))
    refuse_if(why_not_settle(reader_of(by, localdate(at)), facts, accept=accept))
    refuse_if(why_not_act("settle a challenge", by.pk))
    if not because.strip():
        raise NotAllowed(NO_REASON)
    changes = chosen_changes(challenge, chosen) if accept else []
    challenge.state = ChallengeState.ACCEPTED if accept else ChallengeState.DECLINED
    challenge.settled_by, challenge.settled_at = by, at
    challenge.settled_because = because.strip()
    challenge.save(update_fields=["state", "settled_by", "settled_at", "settled_because"])
    return challenge, changes


def settled_noted(
    challenge: Challenge, changes: Sequence[Change], by: Account, at: datetime
) -> Challenge:
    details = {"because": challenge.settled_because, "changes": [as_told(one) for one in changes]}
    return noted(challenge, act=f"challenge {challenge.state}", by=by, at=at, details=details)


def chosen_changes(challenge: Challenge, chosen: Collection[int] | None) -> list[Change]:
    """The changes to make, each still starting from what the record says."""
    changes = list(challenge.changes.all())
    picked = changes if chosen is None else [one for one in changes if one.pk in chosen]
    if not picked and challenge.reason != ChallengeReason.OTHER:
        words = "Say first what should change, or decline it."
        raise NotAllowed(Refusal(Reason.WRONG_STAGE, words))
    refuse_if(
        why_stale(challenge, picked)
        or why_twin_is_missing(picked)
        or why_out_of_order(challenge, picked)
    )
    return picked


def why_twin_is_missing(changes: Sequence[Change]) -> Refusal | None:
    """Why a record cannot be left out: the one that should stay is not there, or left out too."""
    for one in changes:
        if one.field == DUPLICATE_OF and ledger.record(one.dataset, one.new or "") is None:
            words = f"There is no record {one.new} that would stay. Decline it, saying so."
            return Refusal(Reason.WRONG_STAGE, words)
    return None


def why_out_of_order(challenge: Challenge, changes: Sequence[Change]) -> Refusal | None:
    """Why these changes cannot all be true: something would end before it began."""
    values = current_values(challenge) if changes else {}
    values.update({(one.dataset, one.key, one.field): one.new for one in changes})
    for one in changes:
        for start, end in RECORD_TYPES[one.dataset].in_order:
            began, ended = (values.get((one.dataset, one.key, name)) for name in (start, end))
            if one.field in {start, end} and began and ended and ended < began:
                words = f"{label(end)} {as_read(ended)} would be before {label(start).lower()} "
                words += f"{as_read(began)}. Say again what should change, or decline it."
                return Refusal(Reason.WRONG_STAGE, words)
    return None


def as_read(moment: str) -> str:
    """A moment as a correction writes it, to the minute, for a sentence."""
    return moment[:16].replace("T", " ")


def why_stale(challenge: Challenge, changes: Sequence[Change]) -> Refusal | None:
    """Why these changes cannot be made: the source has come to say something else since."""
    now = current_values(challenge) if changes else {}
    for one in changes:
        value = now.get((one.dataset, one.key, one.field))
        if value not in {one.old, one.new}:
            return Refusal(
                Reason.WRONG_STAGE,
                f"The {label(one.field).lower()} now says {value or 'nothing'}, no longer "
                f"{one.old or 'nothing'}. Say again what should change.",
            )
    return None


def current_values(challenge: Challenge) -> dict[tuple[str, str, str], str | None]:
    """Every value of the challenged record and of the rows of its spell, as they stand."""
    record = found_record(challenge.dataset, challenge.key)
    rows = [(record.dataset, record.key, record.fields)]
    rows += [(r.dataset, r.key, r.fields) for some in ledger.related(record).values() for r in some]
    return {(d, k, name): text_of(v) for d, k, fields in rows for name, v in fields.items()}


def correct_all(settled: Sequence[Settled], by: Account, at: datetime) -> None:
    """Make each change a correction, then put each data set's figures right, once for all."""
    for challenge, changes in settled:
        for one in changes:
            one.correction = correct(
                dataset=one.dataset,
                key=one.key,
                field=one.field,
                old=one.old,
                new=one.new,
                reason=f"Challenge {challenge.pk}: {challenge.settled_because}",
                by=by,
                at=at,
            )
            one.save(update_fields=["correction"])
    made = [one for _, changes in settled for one in changes]
    for dataset in dict.fromkeys(one.dataset for one in made):
        mine = [one for one in made if one.dataset == dataset]
        recompute_months(
            dataset=dataset,
            keys=sorted({one.key for one in mine}),
            fields=sorted({one.field for one in mine}),
            cause="correction",
            cause_id=cause_of([challenge.pk for challenge, _ in settled]),
            at=at,
        )


@transaction.atomic
def settle_again(
    *, correction_id: int, keep: bool, because: str, by: Account, at: datetime
) -> Correction:
    """The source has come to say a third thing: put the value right once more, or believe it.

    Whoever could settle the challenge that the correction came from decides.
    """
    hold_figures()
    doubtful = Correction.objects.select_for_update().get(pk=correction_id)
    challenge = locked(doubtful.changes.latest("pk").challenge_id)
    refuse_if(why_not_settle_again(challenge, doubtful, by, at))
    if not because.strip():
        raise NotAllowed(NO_REASON)
    source_says = current_values(challenge).get((doubtful.dataset, doubtful.key, doubtful.field))
    revoke_correction(correction_id=doubtful.pk, by=by, at=at)
    made = doubtful
    if keep:
        made = again_right(doubtful, source_says, because, by, at)
    details = {"field": doubtful.field, "kept": keep, "because": because.strip()}
    noted(challenge, act="correction settled again", by=by, at=at, details=details)
    return made


def why_not_settle_again(
    challenge: Challenge, doubtful: Correction, by: Account, at: datetime
) -> Refusal | None:
    if doubtful.state != CorrectionState.TO_SETTLE:
        words = f"This correction is {doubtful.get_state_display()} already."
        return Refusal(Reason.ALREADY_DONE, words)
    facts = queries.challenge_facts(challenge, localdate(at))
    as_open = replace(facts, state=ChallengeState.OPEN)
    return why_not_settle(reader_of(by, localdate(at)), as_open)


def again_right(
    doubtful: Correction, source_says: str | None, because: str, by: Account, at: datetime
) -> Correction:
    """The same value as before, now from what the source says today."""
    made = correct(
        dataset=doubtful.dataset,
        key=doubtful.key,
        field=doubtful.field,
        old=source_says,
        new=doubtful.new,
        reason=because.strip(),
        by=by,
        at=at,
    )
    Change.objects.filter(correction=doubtful).update(correction=made)
    recompute_months(
        dataset=doubtful.dataset,
        keys=[doubtful.key],
        fields=[doubtful.field],
        cause="correction",
        cause_id=made.changes.latest("pk").challenge_id,
        at=at,
    )
    return made


def as_told(change: Change) -> dict[str, str | None]:
    return {
        "record": f"{change.dataset}:{change.key}",
        "field": change.field,
        "old": change.old,
        "new": change.new,
    }
