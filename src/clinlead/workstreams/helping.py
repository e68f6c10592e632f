"""Requests for help: raised by those who run a stream, answered by the project team or a coach."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.organisation.models import WorkStream
from clinlead.workstreams.actions import noted
from clinlead.workstreams.models import HelpRequest, StreamPerson
from clinlead.workstreams.people import rule_of
from clinlead.workstreams.policies import (
    HelpFacts,
    PartPlayed,
    why_not_answer_help,
    why_not_ask_for_help,
)


@transaction.atomic
def ask_for_help(*, stream: WorkStream, text: str, by: Account, at: datetime) -> HelpRequest:
    """The project team, and the stream's coach, read it; nobody else does."""
    reader = reader_of(by, at.date())
    refuse_if(why_not_ask_for_help(reader, help_facts(stream, reader.on), text))
    made = HelpRequest.objects.create(stream=stream, text=text.strip(), raised_by=by, raised_at=at)
    noted("help asked for", stream, by, at, request=made.pk)
    return made


@transaction.atomic
def answer_help(*, request_id: int, text: str, by: Account, at: datetime) -> HelpRequest:
    """What will be done; whoever asked reads it."""
    rows = HelpRequest.objects.select_for_update(of=("self",)).select_related("stream")
    found, reader = rows.get(pk=request_id), reader_of(by, at.date())
    refuse_if(why_not_answer_help(reader, help_facts(found.stream, reader.on, found), text))
    found.answer, found.answered_by, found.answered_at = text.strip(), by, at
    found.save(update_fields=["answer", "answered_by", "answered_at"])
    noted("help answered", found.stream, by, at, request=found.pk)
    return found


def help_facts(stream: WorkStream, on: date, request: HelpRequest | None = None) -> HelpFacts:
    """For the rules: who runs the stream, who coaches it, and what became of a request."""
    parts = StreamPerson.objects.on(on).filter(stream=stream).values_list("part", "account_id")
    listed = list(parts)
    return HelpFacts(
        stream=rule_of(stream),
        raised_by_id=request.raised_by_id if request else 0,
        managers=frozenset(who for part, who in listed if part == PartPlayed.MANAGER),
        coaches=frozenset(who for part, who in listed if part == PartPlayed.COACH),
        answered=bool(request and request.answered_at),
    )
