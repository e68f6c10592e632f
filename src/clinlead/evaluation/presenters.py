"""What the pages of a study show. Names are on them only while the study is open."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinlead.evaluation.cohort import Who, who_is
from clinlead.evaluation.forms import ApprovalForm
from clinlead.evaluation.interviewing import notes_of
from clinlead.evaluation.inviting import due
from clinlead.evaluation.models import (
    Consent,
    Interview,
    Mailing,
    Participant,
    Study,
    Transcript,
)
from clinlead.evaluation.policies import Group, State
from clinlead.evaluation.sealing import Key

COLOURS = {
    State.CHOSEN: "grey",
    State.INVITED: "blue",
    State.REFUSED: "grey",
    State.CONSENTED: "yellow",
    State.INTERVIEWED: "green",
    State.WITHDRAWN: "grey",
}
ORDER = list(State)


def with_what_they_gave(study: Study) -> list[Participant]:
    """The cohort with all that its pages show; four queries, however many take part."""
    rows = study.participants.select_related("identity", "interview", "raw_transcript")
    listed = list(rows.prefetch_related("mailings", "transcripts"))
    for each in listed:
        each.study = study
    return listed


@dataclass(frozen=True)
class Line:
    """Somebody in the list: a number, and a name while the study is open."""

    participant: Participant
    name: str
    colour: str
    waits: str

    @classmethod
    def of(cls, participant: Participant, key: Key | None) -> "Line":
        who = who_is(participant, key) if key else None
        colour = COLOURS[State(participant.state)]
        return cls(participant, who.name if who else "", colour, waits_for(participant))


def waits_for(participant: Participant) -> str:
    """What comes next, in words; nothing where nothing does."""
    if hasattr(participant, "raw_transcript"):
        return "names to be taken out of the transcript"
    if participant.state == State.INTERVIEWED and not participant.transcripts.all():
        return "a transcript"
    if participant.state == State.CONSENTED:
        planned = hasattr(participant, "interview") and participant.interview.planned_for
        return "the interview" if planned else "a day for the interview"
    return {State.CHOSEN: "an invitation", State.INVITED: "an answer"}.get(
        State(participant.state), ""
    )


@dataclass(frozen=True)
class StudyPage:
    study: Study
    opened: bool
    lines: list[Line]
    counts: list[list[object]]
    invitations: int
    reminders: int
    keyed: bool  # there is a key, and so there may be names
    approval: ApprovalForm

    @classmethod
    def of(cls, study: Study, key: Key | None, at: datetime) -> "StudyPage":
        cohort = with_what_they_gave(study)
        return cls(
            study=study,
            opened=key is not None,
            lines=[Line.of(each, key) for each in cohort],
            counts=counts_of(cohort),
            invitations=len(due(cohort, at, reminder=False)),
            reminders=len(due(cohort, at, reminder=True)),
            keyed=hasattr(study, "key"),
            approval=ApprovalForm(initial={"approval": study.approval}),
        )

    @property
    def columns(self) -> list[str]:
        return ["Group", *(state.value.capitalize() for state in ORDER), "All"]


def counts_of(cohort: Iterable[Participant]) -> list[list[object]]:
    """How many of each group have come how far, and all of them below."""
    counted = Counter((each.group, each.state) for each in cohort)
    rows: list[list[object]] = []
    for group in Group:
        numbers = [counted[group, state] for state in ORDER]
        rows.append([group.value, *numbers, sum(numbers)])
    whole = [sum(counted[group, state] for group in Group) for state in ORDER]
    return [*rows, ["All", *whole, sum(whole)]]


@dataclass(frozen=True)
class ParticipantPage:
    participant: Participant
    opened: bool
    colour: str
    who: Who | None
    mailings: list[Mailing]
    consents: list[Consent]
    interview: Interview | None
    notes: str
    transcripts: Sequence[Transcript]
    raw: bool
    moves: list = field(default_factory=list)

    @classmethod
    def of(cls, participant: Participant, key: Key | None) -> "ParticipantPage":
        interview = getattr(participant, "interview", None)
        return cls(
            participant=participant,
            opened=key is not None,
            colour=COLOURS[State(participant.state)],
            who=who_is(participant, key) if key else None,
            mailings=list(participant.mailings.all()),
            consents=list(participant.consents.select_related("text")),
            interview=interview,
            notes=notes_of(interview, key) if interview and key else "",
            transcripts=list(participant.transcripts.defer("text")),
            raw=hasattr(participant, "raw_transcript"),
            moves=list(participant.moves.all()),
        )
