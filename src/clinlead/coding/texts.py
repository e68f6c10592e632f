"""The texts of another program’s project: those here already, and new participants for others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone

from clinlead.coding.counting import GROUPS
from clinlead.coding.exchanging import (
    GROUP,
    HELD_ON,
    LEVEL,
    ROLE,
    source_guid,
    source_name,
)
from clinlead.coding.facts import some
from clinlead.coding.queries import transcripts_in_use
from clinlead.coding.refi import CannotRead, Project, SourceFound
from clinlead.evaluation.models import Moved, Participant, Study, Transcript
from clinlead.evaluation.policies import State
from clinlead.identifying import Roster, find
from clinlead.organisation.models import Person


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to become of a project."""

    file: str
    group: str = ""  # of new participants of whom the file does not say it; none: none are added
    finished: bool = False  # what it holds is coded to the end


@dataclass
class Brought:
    """What came in, to be said."""

    codes: int = 0
    codings: int = 0
    participants: int = 0
    memos: int = 0
    left: list[str] = field(default_factory=list)


def likeness(text: str) -> str:
    """Texts are the same where only blanks at their end differ."""
    return text.rstrip()


class Here:
    """The transcripts of a study, each for one text of a file: two may say the same words."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self.left: dict[str, list[Transcript]] = {}
        for each in transcripts:
            self.left.setdefault(likeness(each.text), []).append(each)

    def same_as(self, source: SourceFound) -> int | None:
        """The one that went out as this text, else of its number, else the first that is left."""
        like = self.left.get(likeness(source.text), [])
        told = [each for each in like if source.guid == source_guid(each)]
        told += [each for each in like if source.name == source_name(each)]
        found = next(iter([*told, *like]), None)
        if found is not None:
            like.remove(found)
        return found.pk if found else None


def bring_texts(
    study: Study, project: Project, wish: Wish, brought: Brought, at: datetime
) -> dict[str, int]:
    """By the file’s guid: the transcript with the same words, or a new participant’s."""
    here = Here(transcripts_in_use(study))
    found: dict[str, int] = {}
    missing: list[SourceFound] = []
    seen: set[str] = set()
    for source in project.sources:
        if source.guid in seen or not source.guid:
            raise CannotRead(f"The text “{source.name}” is in the file twice.")
        seen.add(source.guid)
        if not source.text.strip():
            brought.left.append(f"The text “{source.name}” is empty and was left out")
            continue
        if (pk := here.same_as(source)) is not None:
            found[source.guid] = pk
        else:
            missing.append(source)
    if missing and not wish.group:
        names = ", ".join(f"“{each.name}”" for each in missing[:3])
        raise CannotRead(
            f"{len(missing)} of {len(project.sources)} texts are not in this study, {names} among "
            "them. Choose a group to add them as new participants, or bring them in elsewhere."
        )
    number = study.participants.aggregate(last=Max("number"))["last"] or 0
    for source in missing:
        number += 1
        found[source.guid] = new_transcript(study, source, number, wish.group, at)
    brought.participants = len(missing)
    brought.left += doubts(missing, at.date())
    return found


def doubts(sources: list[SourceFound], on: date) -> list[str]:
    """Texts said to be without names in which somebody may still be known."""
    if not sources:
        return []
    roster = Roster.of(Person.objects.values_list("name", flat=True))
    places = {each.name: sum(e.sure for e in find(each.text, roster, on=on)) for each in sources}
    return [
        f"“{name}” may say in {some(number, 'place')} who somebody is: read it first"
        for name, number in places.items()
        if number
    ]


def new_transcript(study: Study, source: SourceFound, number: int, group: str, at: datetime) -> int:
    said = source.values.get(GROUP, "")
    who = Participant.objects.create(
        study=study,
        number=number,
        group=said if said in GROUPS else group,
        role=source.values.get(ROLE, "")[:60],
        level=source.values.get(LEVEL, "")[:60],
        state=State.INTERVIEWED,
    )
    Moved.objects.create(participant=who, state=State.INTERVIEWED, at=at)
    made = Transcript.objects.create(
        study=study,
        participant=who,
        text=source.text,
        version=1,
        recorded_on=held_on(source.values.get(HELD_ON, ""), at),
    )
    return made.pk


def held_on(said: str, at: datetime) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return timezone.localdate(at)
