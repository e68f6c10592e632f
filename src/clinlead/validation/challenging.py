"""Owners say that a record is wrong or missing; colleagues agree or dispute; raisers withdraw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from clinlead.access.models import Account
from clinlead.access.policies import (
    STRANGER,
    NotAllowed,
    Reader,
    Reason,
    Refusal,
    refuse_if,
)
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.organisation.models import Department, Person, Post
from clinlead.validation import ledger, queries
from clinlead.validation.checking import best_windows, person_of
from clinlead.validation.models import Challenge, Change
from clinlead.validation.owners import (
    chosen_rules,
    code_of,
    owners_of,
    people_by_unit,
    resolved_places,
    rules_to_check,
)
from clinlead.validation.policies import (
    Agreement,
    ChallengeReason,
    ChallengeState,
    why_not_answer,
    why_not_challenge,
    why_not_claim,
    why_not_withdraw,
)
from clinlead.validation.records import (
    DATES,
    DETAILS,
    Place,
    Record,
    WrongValue,
    as_stored,
    correctable,
    label,
    text_of,
    why_not_yet,
)
from clinmeasures.engine import DUPLICATE_OF

ALREADY = Refusal(Reason.ALREADY_DONE, "You have an open challenge of this record already.")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says is wrong, and what would be right."""

    reason: ChallengeReason
    text: str = ""
    goes_to: Person | None = None  # not mine: whose it was; nobody: unattributed
    places: Collection[str] | None = None  # not mine: which entries are wrong; None: the usual
    field: str = ""  # wrong date or detail
    value: str = ""
    same_as: str = ""  # duplicate: the record that stays


@dataclass(frozen=True)
class Proposal:
    dataset: str
    key: str
    field: str
    old: str | None
    new: str | None


@transaction.atomic
def raise_challenge(*, dataset: str, key: str, said: Said, by: Account, at: datetime) -> Challenge:
    """An owner says that a record is wrong. A colleague it would go to is told and asked."""
    reader, today = reader_of(by, localdate(at)), localdate(at)
    record = found_record(dataset, key)
    refuse_if(why_not_challenge(reader, queries.record_facts(record, today)))
    return challenge_for(dataset=dataset, key=key, said=said, person=person_of(by), by=by, at=at)


def challenge_for(
    *, dataset: str, key: str, said: Said, person: Person, by: Account, at: datetime
) -> Challenge:
    """A challenge about an owner's record, by themselves or from an audit; the caller asks who
    may.
    """
    today = localdate(at)
    record = found_record(dataset, key)
    proposals = proposals_of(record, person, said, today)
    posts = Post.objects.on(today).filter(person=person)
    own = frozenset(posts.values_list("department_id", flat=True))
    department = settling_department(own, owners_of(record, today).departments)
    asked = said.goes_to if said.reason is ChallengeReason.NOT_MINE else None
    challenge = opened(
        Challenge(
            department=department,
            dataset=dataset,
            key=key,
            month=record.month or "",
            reason=said.reason,
            text=said.text.strip(),
            named=said.same_as.strip(),
            goes_to=asked,
            asked=asked,
            asked_says=Agreement.ASKED if asked else Agreement.NOT_NEEDED,
            raised_by=by,
            person=person,
            raised_at=at,
        ),
        proposals,
    )
    return noted(challenge, act="challenge raised", by=by, at=at)


def found_record(dataset: str, key: str) -> Record:
    record = ledger.record(dataset, key)
    if record is None:
        raise NotAllowed(STRANGER)
    return record


def opened(challenge: Challenge, proposals: Sequence[Proposal]) -> Challenge:
    """Keep a challenge with its changes and its day; refused where one is open already."""
    days = settings.CONFIGURATION.challenge_days
    today = localdate(challenge.raised_at)
    challenge.due_on = today + timedelta(days=days)
    by_month = best_windows(challenge.person, queries.windows_of(challenge.person_id, today), today)
    if challenge.month in by_month:
        challenge.window = by_month[challenge.month][0]
    try:
        with transaction.atomic():
            challenge.save(force_insert=True)
    except IntegrityError as error:
        raise NotAllowed(ALREADY) from error
    add_changes(challenge, proposals, challenge.raised_by)
    return challenge


def add_changes(challenge: Challenge, proposals: Sequence[Proposal], by: Account) -> None:
    Change.objects.bulk_create(
        Change(
            challenge=challenge,
            dataset=each.dataset,
            key=each.key,
            field=each.field,
            old=each.old,
            new=each.new,
            proposed_by=by,
        )
        for each in proposals
    )


def noted(
    challenge: Challenge, *, act: str, by: Account, at: datetime, details: dict | None = None
) -> Challenge:
    """Record an act on a challenge; everyone whose figures it would change can see it."""
    about = {challenge.person_id, challenge.asked_id, challenge.goes_to_id} - {None}
    append(
        act=act,
        at=at,
        by_id=by.pk,
        about=about,  # type: ignore[arg-type]
        object_kind="challenge",
        object_id=challenge.pk,
        details={"reason": challenge.reason, **(details or {})},
    )
    return challenge


# What would change


def proposals_of(record: Record, person: Person, said: Said, today: date) -> list[Proposal]:
    """The values a challenge asks to change; WrongValue where it cannot be what was meant."""
    if said.reason is ChallengeReason.NOT_MINE:
        return to_somebody_else(record, person, said, today)
    if said.reason is ChallengeReason.DUPLICATE:
        check_same_as(said, record)
        return [Proposal(record.dataset, record.key, DUPLICATE_OF, None, said.same_as.strip())]
    if said.reason in {ChallengeReason.WRONG_DATE, ChallengeReason.WRONG_CODE}:
        return [put_right(record, said, today)]
    if said.reason is ChallengeReason.MISSING:
        raise WrongValue("reason", "This record counts for you already, so it is not missing.")
    if not said.text.strip():
        raise WrongValue("text", "Say in a few words what is wrong.")
    return []


def to_somebody_else(record: Record, person: Person, said: Said, today: date) -> list[Proposal]:
    if said.goes_to == person:
        raise WrongValue("goes_to", "Choose a colleague, or say that you do not know whose it was.")
    places = places_meant(record, person, said, today)
    return [
        Proposal(each.dataset, each.key, each.field, each.code, new_code(said.goes_to, each.on))
        for each in places
    ]


def places_meant(record: Record, person: Person, said: Said, today: date) -> list[Place]:
    """The entries that name this person: those chosen, or those that make it count for them."""
    mine = [p for p in resolved_places(record, ledger.related(record)) if p.unit == person.code]
    if said.places is not None:
        chosen = [each for each in mine if each.id in said.places]
        if not chosen:
            raise WrongValue("places", "Choose at least one entry that is wrong.")
        return chosen
    return usual_places(mine, record, person, today)


def usual_places(mine: list[Place], record: Record, person: Person, today: date) -> list[Place]:
    """Of the entries that name this person, those that their department's rules read."""
    departments = {post.department_id for post in person.posts.all()}
    rules = set(chosen_rules(departments, record.dataset, today))
    return [each for each in mine if rules & set(each.rules)] or mine


def new_code(person: Person | None, on: date | None) -> str | None:
    if person is None:
        return None
    code = code_of(person, on)
    if code is None:
        day = f" on {on.day} {on:%B %Y}" if on else ""
        raise WrongValue("goes_to", f"{person.name} has no code in the source system{day}.")
    return code


def put_right(record: Record, said: Said, today: date) -> Proposal:
    kinds = DATES if said.reason is ChallengeReason.WRONG_DATE else DETAILS
    if said.field not in {column.name for column in correctable(record.dataset, *kinds)}:
        raise WrongValue("field", "Choose what is wrong.")
    old, new = (
        text_of(record.fields.get(said.field)),
        as_stored(record.dataset, said.field, said.value),
    )
    if old == new:
        raise WrongValue("value", f"The {label(said.field).lower()} says that already.")
    if why := why_not_yet(record.dataset, said.field, new, today):
        raise WrongValue("value", why)
    return Proposal(record.dataset, record.key, said.field, old, new)


def check_same_as(said: Said, record: Record) -> None:
    if not said.same_as.strip():
        raise WrongValue("same_as", "Give the number of the record that should stay.")
    if said.same_as.strip() == record.key:
        raise WrongValue("same_as", "That is this record. Give the number of the other one.")


def settling_department(own: frozenset[int], counts_in: frozenset[int]) -> Department:
    """The owner's own department, the one it counts in where they have several."""
    mine = own & counts_in or own or counts_in
    found = Department.objects.filter(pk__in=mine).order_by("name").first()
    if found is None:
        raise NotAllowed(Refusal(Reason.NOT_YOURS, "You hold no post in a department."))
    return found


# A patient of mine is missing


@transaction.atomic
def claim_missing(*, named: str, text: str, by: Account, at: datetime) -> Challenge:
    """A clinician says that a patient of theirs is missing; whether it was found is not told.

    Where the number names a record, the colleague it counts for is asked.
    """
    reader, today = reader_of(by, localdate(at)), localdate(at)
    refuse_if(why_not_claim(reader))
    if not named.strip() and not text.strip():
        raise WrongValue("named", "Give the number of the stay, or say what you know of it.")
    person = person_of(by)
    claim = Challenge(
        department=settling_department(reader.departments, frozenset()),
        reason=ChallengeReason.MISSING,
        text=text.strip(),
        named=named.strip(),
        goes_to=person,
        raised_by=by,
        person=person,
        raised_at=at,
    )
    record = named_record(named, reader, today)
    proposals: list[Proposal] = []
    if record is not None:
        refuse_if(why_not_claim(reader, counts_already=counts_already(person, record, today)))
        proposals = tied_to(claim, record, today)
    claim = opened(claim, proposals)
    return noted(claim, act="claim raised", by=by, at=at)


def counts_already(person: Person, record: Record, today: date) -> bool:
    """Whether a record counts for a person under the rules their departments chose."""
    departments = {post.department_id for post in person.posts.all()}
    return person.code in record.units(chosen_rules(departments, record.dataset, today))


def named_record(named: str, reader: Reader, today: date) -> Record | None:
    """The record that a claim's words name, in a data set the claimant's department checks."""
    for dataset in rules_to_check(reader.departments, today):
        key = named.strip().removeprefix(f"{dataset}:")
        found = ledger.record(dataset, key) if key else None
        if found is not None:
            return found
    return None


def tied_to(claim: Challenge, record: Record, today: date) -> list[Proposal]:
    """Tie a claim to a record: what would change, and which colleague must be asked."""
    claim.dataset, claim.key, claim.month = record.dataset, record.key, record.month or ""
    rules = set(chosen_rules({claim.department_id}, record.dataset, today))
    places = [
        each
        for each in resolved_places(record, ledger.related(record))
        if rules & set(each.rules) and each.unit != claim.person.code
    ]
    holders = people_by_unit(each.unit for each in places)
    claim.asked = next((holders[p.unit] for p in places if p.unit in holders), None)
    claim.asked_says = Agreement.ASKED if claim.asked else Agreement.NOT_NEEDED
    return [
        Proposal(each.dataset, each.key, each.field, each.code, new_code(claim.person, each.on))
        for each in places
    ]


# The colleague answers; the raiser withdraws


def locked(challenge_id: int) -> Challenge:
    """A challenge that nobody else can change until we are done."""
    found = Challenge.objects.select_for_update(of=("self",))
    return found.select_related("department", "settled_by__person", "person").get(pk=challenge_id)


@transaction.atomic
def answer_transfer(
    *, challenge_id: int, agrees: bool, text: str, by: Account, at: datetime
) -> Challenge:
    """The colleague a record would move to, or from, agrees or disputes; they may change it."""
    challenge = locked(challenge_id)
    facts = queries.challenge_facts(challenge, localdate(at))
    refuse_if(why_not_answer(reader_of(by, localdate(at)), facts))
    if not agrees and not text.strip():
        raise WrongValue("text", "Say why you dispute it.")
    challenge.asked_says = Agreement.AGREED if agrees else Agreement.DISPUTED
    challenge.asked_text, challenge.asked_answered_at = text.strip(), at
    challenge.save(update_fields=["asked_says", "asked_text", "asked_answered_at"])
    return noted(
        challenge, act="transfer answered", by=by, at=at, details={"says": challenge.asked_says}
    )


@transaction.atomic
def withdraw(*, challenge_id: int, by: Account, at: datetime) -> Challenge:
    """Whoever raised a challenge takes it back."""
    challenge = locked(challenge_id)
    facts = queries.challenge_facts(challenge, localdate(at))
    refuse_if(why_not_withdraw(reader_of(by, localdate(at)), facts))
    challenge.state = ChallengeState.WITHDRAWN
    challenge.save(update_fields=["state"])
    return noted(challenge, act="challenge withdrawn", by=by, at=at)
