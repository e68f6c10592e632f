"""What the invented trust wants: proposed, approved and linked by the people who may, in order."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.organisation.models import Department, Post
from clinlead.strategy.actions import CauseSaid, Words, approve, link_measure, propose
from clinlead.strategy.models import Statement, Wording
from clinlead.strategy.policies import Kind
from clinlead.strategy.proposing import DEFINITION_CODE
from clinlead.strategy.queries import in_force

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "strategy.toml"
READING = timedelta(days=7)  # from a proposal to its approval


def state_strategy(making: "Making") -> None:
    """Objectives, the definition and mandates; then the outcomes that serve the objectives."""
    said, at = read_strategy(), making.went_live_at
    director = Account.objects.get(username="director")
    first = [
        *objectives(said["objective"], director),
        Proposed(Kind.DEFINITION, DEFINITION_CODE, definition_words(said["definition"]), director),
        *mandates(said["mandate"], director, at),
    ]
    agree(first, at)
    agree(outcomes(said["outcome"], at), at + 2 * READING)
    link_measures(said["outcome"], at + 3 * READING)


def propose_today(making: "Making") -> None:
    """New words for an objective, left for the visitor who signs in as the executive."""
    waits = dict(read_strategy()["waiting"])
    code = waits.pop("code")
    director = Account.objects.get(username="director")
    propose(kind=Kind.OBJECTIVE, code=code, words=Words(**waits), by=director, at=making.now)


def read_strategy() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Proposed:
    kind: Kind
    code: str
    words: Words
    by: Account


def agree(proposals: Iterable[Proposed], at: datetime) -> None:
    """All proposed on one day, read for a week, and approved by the executive."""
    approve_all(put_forward(proposals, at), at + READING)


def put_forward(proposals: Iterable[Proposed], at: datetime) -> list[Wording]:
    return [
        propose(kind=one.kind, code=one.code, words=one.words, by=one.by, at=at)
        for one in proposals
    ]


def approve_all(made: Iterable[Wording], at: datetime) -> None:
    executive = Account.objects.get(username="executive")
    for one in made:
        approve(wording_id=one.pk, by=executive, at=at)


def objectives(said: list[dict[str, Any]], by: Account) -> Iterator[Proposed]:
    for one in said:
        words = Words(title=one["title"], text=one["text"])
        yield Proposed(Kind.OBJECTIVE, one["code"], words, by)


def definition_words(said: dict[str, Any]) -> Words:
    causes = [
        CauseSaid(group=group, name=name, about=about)
        for group, listed in said["causes"].items()
        for name, about in listed
    ]
    return Words(title=said["title"], text=said["text"], causes=causes)


def mandates(
    said: dict[str, Any],
    director: Account,
    at: datetime,
    departments: Iterable[Department] | None = None,
) -> Iterator[Proposed]:
    """Every department's clinical director, sponsored and proposed by the division's chief."""
    held = RoleHolding.objects.on(at.date()).filter(role=Role.CHIEF)
    chiefs = {one.division_id: one.account for one in held.select_related("account")}
    for department in departments or Department.objects.order_by("code"):
        chief = chiefs.get(department.division_id, director)
        for lead in leads_of(department, at.date())[:1]:
            sponsor = director if chief == lead else chief
            words = mandate_words(said, department, lead, sponsor, at)
            yield Proposed(Kind.MANDATE, department.code, words, sponsor)


def state_mandate(department: Department, at: datetime) -> Iterator[datetime]:
    """Of the clinical director of a department that is new."""
    yield at
    director = Account.objects.get(username="director")
    made = put_forward(mandates(read_strategy()["mandate"], director, at, [department]), at)
    yield at + READING
    approve_all(made, at + READING)


def mandate_words(
    said: dict[str, Any], department: Department, lead: Account, sponsor: Account, at: datetime
) -> Words:
    size = Post.objects.on(at.date()).filter(department=department).count()
    return Words(
        title=f"Mandate of the clinical director, {department}",
        text=said["text"],
        departments=[department],
        protected_time=said["protected_time"][size >= said["large"]],
        holder=lead,
        sponsor=sponsor,
    )


def outcomes(said: list[dict[str, Any]], at: datetime) -> Iterator[Proposed]:
    """Each by the first of its departments' clinical directors."""
    for one in said:
        departments = list(Department.objects.filter(code__in=one["departments"]))
        lead = first_lead(departments, at)
        if lead is None:
            continue
        words = Words(
            title=one["title"],
            text=one["text"],
            objective=Statement.objects.get(kind=Kind.OBJECTIVE, code=one["objective"]),
            departments=departments,
        )
        yield Proposed(Kind.OUTCOME, one["code"], words, lead)


def first_lead(departments: Iterable[Department], at: datetime) -> Account | None:
    return next((lead for each in departments for lead in leads_of(each, at.date())), None)


def link_measures(said: list[dict[str, Any]], at: datetime) -> None:
    """By whoever proposed the outcome."""
    measures = {one["code"]: one["measures"] for one in said}
    for one in in_force(Kind.OUTCOME).select_related("written_by"):
        for measure in measures[one.statement.code]:
            link_measure(outcome=one.statement, measure=measure, by=one.written_by, at=at)
