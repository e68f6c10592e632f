"""Reading concerns: whose they are, and what there is to attach as evidence."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q, QuerySet

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role
from clinlead.concerns.facts import ConcernFacts, Part, State, StepKind
from clinlead.concerns.models import Concern, Contact, SeatHeld
from clinlead.concerns.offices import WHOLE, facts_of, facts_of_each
from clinlead.concerns.policies import why_not_see
from clinlead.conversations.explaining import checklist, interpreted_each
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import What
from clinlead.organisation.models import Department, Person
from clinlead.releases.reasons import FOUND, LABELS, Finding, Looked, Reason

RELATED = ("person", "department", "route", "definition", "opened_by__person", "ended_by__person")
MOST_LINES = 30

# Which innocent explanations are evidence at which step.
AT_STEP: dict[StepKind, tuple[Reason, ...]] = {
    StepKind.DATA: (Reason.CHANCE, Reason.VOLUMES, Reason.QUALITY, Reason.ATTRIBUTION),
    StepKind.CASE_MIX: (Reason.CASE_MIX, Reason.ROLE),
    StepKind.STRUCTURE: (Reason.LEAVE, Reason.CHANGE),
}


def near(reader: Reader) -> Q:
    """Where to look for a person's concerns: a wide net; `why_not_see` decides on each."""
    found = Q(seats__account=reader.account_id, seats__left_at=None)
    found |= Q(department__in=reader.leads | reader.chief_of)
    if reader.has(Role.DIRECTOR):
        found |= Q(pk__gt=0)
    if reader.person_id is not None:
        found |= Q(person_id=reader.person_id)
    return found


def visible_to(reader: Reader) -> list[tuple[Concern, ConcernFacts]]:
    """Concerns that this person may know exist, newest first. Every view starts from here."""
    found = Concern.objects.filter(near(reader)).distinct().select_related(*RELATED)
    whole = list(found.prefetch_related("route__steps", *WHOLE))
    pairs = zip(whole, facts_of_each(whole, reader.on, reader), strict=True)
    return [(one, facts) for one, facts in pairs if why_not_see(reader, facts) is None]


def find(reader: Reader, pk: int) -> tuple[Concern, ConcernFacts] | None:
    """One concern with its facts; None where this person may not know that it exists."""
    rows = Concern.objects.select_related(*RELATED).prefetch_related("route__steps", *WHOLE)
    concern = rows.filter(pk=pk).first()
    if concern is None:
        return None
    facts = facts_of(concern, reader.on, reader)
    return None if why_not_see(reader, facts) else (concern, facts)


def hr_seats() -> QuerySet[SeatHeld]:
    """Of HR managers whom an open concern has brought in."""
    return SeatHeld.objects.filter(part=Part.HR, left_at=None, concern__state=State.OPEN)


def escalated_to(person_id: int) -> frozenset[int]:
    """The accounts of HR managers whom an open concern about somebody has brought in."""
    found = hr_seats().filter(concern__person=person_id)
    return frozenset(found.values_list("account_id", flat=True))


def escalated_people(reader: Reader) -> frozenset[int]:
    """Whose concern has brought this HR manager in."""
    if not reader.has(Role.HR):
        return frozenset()
    mine = hr_seats().filter(account=reader.account_id)
    return frozenset(mine.values_list("concern__person_id", flat=True))


def discussions(person: Person, department: Department) -> list[Said]:
    """What was agreed in recorded internal discussions with a clinician here, oldest first."""
    rows = Said.objects.filter(
        what=What.AGREED, conversation__person=person, conversation__department=department
    )
    return list(rows.select_related("conversation", "by__person").order_by("met_on", "pk"))


def different_days(said: Iterable[Said]) -> int:
    """How many discussions there were: two notes of one day are of one."""
    return len({(one.conversation_id, one.met_on) for one in said})


def evidence_at(concern: Concern, kind: StepKind) -> list[str]:
    """What the discussed conversations, and the releases behind them, say at this step."""
    reasons = AT_STEP.get(kind, ())
    if not reasons:
        return []
    before = concern.said_before
    looked = looked_into(one.conversation for one in before)
    found = [
        line
        for talk in {one.conversation: None for one in before}
        for line in (*tried_lines(talk, before, reasons), *released_lines(talk, looked, reasons))
    ]
    return list(dict.fromkeys(found))[:MOST_LINES]


def tried_lines(
    talk: Conversation, before: Iterable[Said], reasons: Collection[Reason]
) -> list[str]:
    return [
        f"{LABELS[Reason(o.reason)]}, {FOUND[Finding(o.finding)].lower()}: {o.text} "
        f"({o.by}, {talk.subject})"
        for o in before
        if o.conversation == talk and o.what == What.TRIED and o.reason in reasons
    ]


def released_lines(
    talk: Conversation, looked: Mapping[int, Mapping[Reason, Looked]], reasons: Iterable[Reason]
) -> list[str]:
    of_figure = looked.get(talk.figure_id or 0, {})
    return [
        f"{LABELS[reason]}: {line} ({talk.subject})"
        for reason in reasons
        if reason in of_figure
        for line in of_figure[reason].found
    ]


def looked_into(talks: Iterable[Conversation]) -> dict[int, dict[Reason, Looked]]:
    """What releases gathered on each explanation of the figures talked about, by figure."""
    figures = {talk.figure for talk in talks if talk.figure is not None}
    return {pk: checklist(said) for pk, said in interpreted_each(figures).items()}


def contacts() -> list[Contact]:
    return list(Contact.objects.all())


def owners_accounts(concern: Concern) -> list[Account]:
    return list(Account.objects.filter(person=concern.person_id))
