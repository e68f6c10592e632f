"""A measure's new version: drafted by an analyst, checked and approved by two others."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from clinlead.access.models import Account
from clinlead.access.policies import Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import DepartmentMeasure, Feedback, MeasureVersion, Redefinition
from clinlead.measures.queries import find, read_definition
from clinlead.measures.redefinition import (
    State,
    VersionFacts,
    why_not_approve,
    why_not_check,
    why_not_decline,
    why_not_draft,
    why_not_edit,
    why_not_retire,
    why_not_send,
    why_not_send_back,
    why_not_withdraw,
)
from clinlead.measures.restating import Values, restated
from clinlead.measures.speaking import answer_all
from clinmeasures.definitions import Definition, InvalidDefinition, parse_definition

SOURCE = "The definition"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a draft says: its TOML, why it changes, and the feedback that it takes up."""

    text: str
    because: str
    feedback: Iterable[Feedback] = ()


@transaction.atomic
def draft(*, code: str, wording: Wording, by: Account, at: datetime) -> Redefinition:
    """Begin a new version of a measure; the present one stays in use."""
    running = Redefinition.objects.select_for_update().filter(code=code).running()
    refuse_if(why_not_draft(reader_of(by, at.date()), another_runs=running.exists()))
    version = next_version(code)
    made = Redefinition.objects.create(
        code=code,
        version=version,
        text=checked_text(code, version, wording, by),
        changed_because=wording.because.strip(),
        written_by=by,
        written_at=at,
    )
    taken(made, wording, by)
    noted("drafted", made, by, at)
    return made


def next_version(code: str) -> int:
    known = MeasureVersion.objects.filter(code=code)
    return (known.aggregate(last=Max("version"))["last"] or 0) + 1


def checked_text(code: str, version: int, wording: Wording, *authors: Account) -> str:
    """The text as the grammar takes it, with what this register fills in; refused with the line."""
    definition = parse_definition(wording.text, source=SOURCE)
    refuse_another_measure(definition, code, wording.text)
    if not wording.because.strip():
        refuse_if(Refusal(Reason.NO_REASON_GIVEN, "Say why the wording changes."))
    said: Values = {
        "version": version,
        "changed_because": wording.because.strip(),
        "author": ", ".join(str(one) for one in authors),
    }
    return restated(wording.text, said)


def refuse_another_measure(definition: Definition, code: str, text: str) -> None:
    before = find(code)
    if before is None or definition.code != code:
        raise InvalidDefinition(
            source=SOURCE, line=line_of("code", text), reason=f"'code' must stay '{code}'"
        )
    was = read_definition(before.definition).record
    if definition.record != was:
        raise InvalidDefinition(
            source=SOURCE,
            line=line_of("record", text),
            reason=f"'record' must stay '{was}'; other records make another measure",
        )


def line_of(key: str, text: str) -> int:
    lines = (n for n, line in enumerate(text.splitlines(), 1) if line.startswith(key))
    return next(lines, 1)


def taken(made: Redefinition, wording: Wording, by: Account) -> None:
    """Who wrote in it, and the open feedback that it takes up."""
    made.authors.add(by)
    made.feedback.update(redefinition=None)
    wanted = [each.pk for each in wording.feedback]
    opened = Feedback.objects.filter(pk__in=wanted, measure=made.code, answered_at=None)
    opened.update(redefinition=made)


@transaction.atomic
def save(
    *, draft_id: int, revision: int, wording: Wording, by: Account, at: datetime
) -> Redefinition:
    """Change a draft's text. Whoever read an older text than what is there is told so."""
    found = held(draft_id)
    refuse_if(why_not_edit(reader_of(by, at.date()), found.facts()))
    refuse_if(why_overtaken(found, revision))
    authors = dict.fromkeys([*found.authors.order_by("pk"), by])
    found.text = checked_text(found.code, found.version, wording, *authors)
    found.changed_because = wording.because.strip()
    found.written_by, found.written_at = by, at
    found.revision += 1
    found.save()
    taken(found, wording, by)
    noted("changed", found, by, at)
    return found


def why_overtaken(found: Redefinition, revision: int) -> Refusal | None:
    if found.revision == revision:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"{found.written_by} has saved this draft since you opened it. Your text is below, theirs "
        "is on the draft’s page; put both together and save again.",
    )


@transaction.atomic
def send(*, draft_id: int, by: Account, at: datetime) -> Redefinition:
    """Ask for it to be checked; from now on the text stands still."""
    found = held(draft_id)
    refuse_if(why_not_send(reader_of(by, at.date()), found.facts()))
    found.returned_because = ""
    return moved(found, State.CHECKING, "sent to be checked", by, at)


@transaction.atomic
def check(*, draft_id: int, note: str, by: Account, at: datetime) -> Redefinition:
    """Somebody else has read it and stands by it; it waits for an executive."""
    found = held(draft_id)
    refuse_if(why_not_check(reader_of(by, at.date()), found.facts()))
    found.checked_by, found.checked_at, found.check_note = by, at, note.strip()
    return moved(found, State.CHECKED, "checked", by, at)


@transaction.atomic
def send_back(*, draft_id: int, because: str, by: Account, at: datetime) -> Redefinition:
    """The checker wants something changed first."""
    found = held(draft_id)
    refuse_if(why_not_send_back(reader_of(by, at.date()), found.facts(), because))
    found.returned_because = because.strip()
    return moved(found, State.DRAFT, "sent back", by, at)


@transaction.atomic
def approve(*, draft_id: int, by: Account, at: datetime) -> MeasureVersion:
    """Put it in the register. No department follows it until its director decides so."""
    found = held(draft_id)
    refuse_if(why_not_approve(reader_of(by, at.date()), found.facts()))
    said: Values = {"checker": str(found.checked_by), "agreed_on": at.date()}
    text = restated(found.text, said)
    definition = parse_definition(text, source=SOURCE)
    made = MeasureVersion.objects.create(
        code=found.code,
        version=found.version,
        title=definition.title,
        definition=text,
        digest=definition.digest,
        approved=True,
        registered_at=at,
        changed_because=found.changed_because,
    )
    found.text, found.made = text, made
    decided(found, State.APPROVED, "approved", by, at)
    answer_all(found, by, at)
    return made


@transaction.atomic
def decline(*, draft_id: int, because: str, by: Account, at: datetime) -> Redefinition:
    """It will not be a version; the feedback that it took up is open again."""
    found = held(draft_id)
    refuse_if(why_not_decline(reader_of(by, at.date()), found.facts(), because))
    found.declined_because = because.strip()
    found.feedback.update(redefinition=None)
    return decided(found, State.DECLINED, "declined", by, at)


@transaction.atomic
def withdraw(*, draft_id: int, by: Account, at: datetime) -> Redefinition:
    """Its author takes it back; the feedback that it took up is open again."""
    found = held(draft_id)
    refuse_if(why_not_withdraw(reader_of(by, at.date()), found.facts()))
    found.feedback.update(redefinition=None)
    return decided(found, State.WITHDRAWN, "taken back", by, at)


def held(draft_id: int) -> Redefinition:
    """One draft, locked until the transaction ends."""
    rows = Redefinition.objects.select_for_update(of=("self",))
    return rows.select_related("written_by__person", "checked_by__person").get(pk=draft_id)


def decided(found: Redefinition, state: State, act: str, by: Account, at: datetime) -> Redefinition:
    found.decided_by, found.decided_at = by, at
    return moved(found, state, act, by, at)


def moved(found: Redefinition, state: State, act: str, by: Account, at: datetime) -> Redefinition:
    found.state = state
    found.save()
    noted(act, found, by, at)
    return found


def noted(act: str, one: Redefinition, by: Account, at: datetime) -> None:
    append(
        act=f"measure’s new version {act}",
        at=at,
        by_id=by.pk,
        object_kind="measure",
        object_id=f"{one.code}/{one.version}",
        details={"because": one.declined_because or one.returned_because or one.changed_because},
    )


@transaction.atomic
def retire(*, measure_id: int, because: str, by: Account, at: datetime) -> MeasureVersion:
    """No department chooses this version any more; what was computed under it stays."""
    found = MeasureVersion.objects.select_for_update(of=("self",)).get(pk=measure_id)
    refuse_if(why_not_retire(reader_of(by, at.date()), version_facts(found), because))
    found.retired_by, found.retired_at, found.retired_because = by, at, because.strip()
    found.save(update_fields=["retired_by", "retired_at", "retired_because"])
    append(
        act="measure retired",
        at=at,
        by_id=by.pk,
        object_kind="measure",
        object_id=f"{found.code}/{found.version}",
        details={"because": found.retired_because},
    )
    return found


def version_facts(one: MeasureVersion) -> VersionFacts:
    used = DepartmentMeasure.objects.filter(measure=one, ended_on=None)
    return VersionFacts(
        approved=one.approved,
        retired=one.retired_at is not None,
        used_by=frozenset(used.values_list("department_id", flat=True)),
    )
