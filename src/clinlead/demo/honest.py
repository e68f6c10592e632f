"""Owners who know the truth: each wrongly attributed record is challenged and settled honestly.

The demonstration plays a little of its history this way, and a test plays a whole review to measure
what correction recovers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.organisation.models import ClinicianCode, CodeKind, Department, Person
from clinlead.validation.actions import (
    answer_transfer,
    claim_missing,
    raise_challenge,
    settle_challenge,
)
from clinlead.validation.challenging import Said
from clinlead.validation.models import Agreement, Challenge
from clinlead.validation.policies import ChallengeReason
from clinlead.validation.queries import challenge_facts


@dataclass(frozen=True, kw_only=True)
class Misattributed:
    """A spell that stands under somebody else's code."""

    spell: str
    day: date  # of discharge
    kind: str
    truth: str  # codes
    written: str
    rightly: str | None  # people's codes; nobody where it was a locum's
    wrongly: str | None  # nobody where it stands under a pool's code


def misattributed(
    directory: Path, *, first: str = "", last: str = "9999-99"
) -> Iterator[Misattributed]:
    """Every spell of these months whose discharging consultant is wrong, from the truth."""
    truth = directory / "trust" / "truth"
    faults = pq.read_table(truth / "faults.parquet")
    wrong = faults.filter(pc.field("field") == "discharging_consultant")
    columns = ["spell_id", "discharged_at"]
    spells = pq.read_table(truth / "activity" / "spells.parquet", columns=columns)
    joined = wrong.join(spells, "key", "spell_id", join_type="inner").sort_by("key")
    holders = Holders()
    for row in joined.to_pylist():
        day = row["discharged_at"].date()
        if first <= f"{day:%Y-%m}" <= last:
            yield Misattributed(
                spell=row["key"],
                day=day,
                kind=row["kind"],
                truth=row["truth"],
                written=row["written"],
                rightly=holders.on(row["truth"], day),
                wrongly=holders.on(row["written"], day),
            )


class Holders:
    """Whose each code was on each day, read once."""

    def __init__(self) -> None:
        personal = ClinicianCode.objects.filter(kind=CodeKind.PERSON)
        self.spans: dict[str, list[tuple[date, date, str]]] = {}
        for row in personal.values_list("code", "starts_on", "ends_on", "person__code"):
            code, first, last, person = row
            self.spans.setdefault(code, []).append((first, last or date.max, person))

    def on(self, code: str, day: date) -> str | None:
        held = self.spans.get(code, [])
        return next((person for first, last, person in held if first <= day <= last), None)


def account_of(person: str) -> Account:
    return Account.objects.get(person__code=person)


def challenge(wrong: Misattributed, *, at: datetime) -> Challenge:
    """Its holder says whose it was; where a pool holds it, its true owner claims it."""
    if wrong.wrongly is None:
        if wrong.rightly is None:
            raise LookupError(f"nobody can challenge {wrong.spell}: it was never a person's")
        claimed = f"{wrong.spell} was my patient; it stands under a default code."
        by = account_of(wrong.rightly)
        return claim_missing(named=wrong.spell, text=claimed, by=by, at=at)
    owner = Person.objects.filter(code=wrong.rightly).first()
    said = Said(
        reason=ChallengeReason.NOT_MINE,
        text=f"{owner.name} looked after this patient." if owner else "A locum's patient.",
        goes_to=owner,
    )
    by = account_of(wrong.wrongly)
    return raise_challenge(dataset="spells", key=wrong.spell, said=said, by=by, at=at)


def agree(raised: Challenge, *, at: datetime) -> None:
    """The colleague who is asked agrees, where one is."""
    if raised.asked is not None and raised.asked_says == Agreement.ASKED:
        words = "Yes, I looked after this patient."
        by = account_of(raised.asked.code)
        answer_transfer(challenge_id=raised.pk, agrees=True, text=words, by=by, at=at)


def accept(raised: Challenge, *, at: datetime, because: str = "The notes say so.") -> Challenge:
    """Whoever may settle it accepts it."""
    by = settler_of(raised, at.date())
    return settle_challenge(challenge_id=raised.pk, accept=True, because=because, by=by, at=at)


def settler_of(raised: Challenge, on: date) -> Account:
    """The lead; the chief where it is the lead's own case; else the medical director."""
    facts = challenge_facts(raised, on)
    if facts.with_director:
        return holding(Role.DIRECTOR, on).account
    if facts.with_chief:
        return chief_of(raised.department, on)
    return holding(Role.LEAD, on, department=raised.department_id).account


def chief_of(department: Department, on: date) -> Account:
    return holding(Role.CHIEF, on, division=department.division_id).account


def holding(role: Role, on: date, **place: int) -> RoleHolding:
    found = RoleHolding.objects.on(on).filter(role=role, **place).select_related("account")
    return found.order_by("pk")[0]
