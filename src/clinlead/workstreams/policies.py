"""Who may move a work stream, waive a criterion, edit the stages and ask for help: pure rules."""

from dataclasses import dataclass, field
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role

FIRST, LAST = 1, 8
STAGES = range(FIRST, LAST + 1)

# Every move there is, by number of stage: one forward, or back to any that was passed.
MOVES: dict[int, frozenset[int]] = {
    stage: frozenset({stage + 1} & set(STAGES)) | frozenset(range(FIRST, stage)) for stage in STAGES
}


class Status(StrEnum):
    """Whether the departments take part."""

    APPROACHED = "approached"
    ENGAGED = "engaged"
    DID_NOT_ENGAGE = "did not engage"


class Route(StrEnum):
    """How a stream was recruited (R4)."""

    JOB_PLANNING = "job planning"
    MEDICAL_HR = "medical HR"
    DIRECT = "direct approach"


class PartPlayed(StrEnum):
    """What somebody is to a stream, besides its lead, whose role is given by two people."""

    SPONSOR = "sponsor"
    MANAGER = "manager"
    COACH = "coaching contact"
    TRAINER = "training contact"


SPONSORS = (Role.CHIEF, Role.DIRECTOR, Role.EXECUTIVE)


class Precondition(StrEnum):
    """What is recorded before any named data is loaded."""

    STAFF_SIDE = "staff-side"
    IMPACT_ASSESSMENT = "impact-assessment"
    PRIVACY_NOTICE = "privacy-notice"
    CALDICOTT = "caldicott"

    @property
    def words(self) -> str:
        return PRECONDITIONS[self]


PRECONDITIONS = {
    Precondition.STAFF_SIDE: "Staff side consulted",
    Precondition.IMPACT_ASSESSMENT: "Data protection impact assessment approved",
    Precondition.PRIVACY_NOTICE: "Privacy notice and lawful basis approved",
    Precondition.CALDICOTT: "Caldicott sign-off",
}
# The assessment and the sign-off are the data protection officer's (or Caldicott guardian's) word.
RECORDS_PRECONDITION: dict[Precondition, tuple[Role, ...]] = {
    Precondition.STAFF_SIDE: (Role.PROJECT_TEAM, Role.HR),
    Precondition.IMPACT_ASSESSMENT: (Role.DPO,),
    Precondition.PRIVACY_NOTICE: (Role.PROJECT_TEAM, Role.DPO),
    Precondition.CALDICOTT: (Role.DPO,),
}

# Who somebody is in the middle of a sentence.
WHO: dict[Role, str] = {
    Role.PROJECT_TEAM: "the project team",
    Role.EXECUTIVE: "an executive",
    Role.ANALYST: "a BI analyst",
    Role.DPO: "the data protection officer",
    Role.HR: "an HR manager",
    Role.LEAD: "the clinical director",
    Role.STREAM_LEAD: "the stream lead",
    Role.SYSTEM_ADMINISTRATOR: "a system administrator and the medical director",
    Role.DIRECTOR: "the medical director",
    Role.CHIEF: "the chief of service",
}

NOT_THE_TEAM = Refusal(Reason.NOT_YOURS, "The project team does this; tell one of them.")
NO_REASON = Refusal(Reason.NO_REASON_GIVEN, "Say why; everybody reads it on the stream’s page.")


@dataclass(frozen=True, kw_only=True)
class StreamRule:
    """What the rules need to know of a work stream."""

    stream_id: int = 0
    departments: frozenset[int] = field(default_factory=frozenset)
    stage: int = FIRST
    status: Status = Status.ENGAGED
    unmet: tuple[str, ...] = ()  # exit criteria of this stage that neither hold nor are waived
    names: tuple[str, ...] = ()  # of the stages, in order, as the template has them

    def name(self, stage: int) -> str:
        return self.names[stage - 1] if self.names else f"stage {stage}"


def why_not_run_streams(reader: Reader) -> Refusal | None:
    """Why this person may not set up a stream, record engagement, name people or edit stages."""
    return None if reader.has(Role.PROJECT_TEAM) else NOT_THE_TEAM


def why_not_edit_stages(reader: Reader, because: str) -> Refusal | None:
    """Why this person may not make a new version of the stage template."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why the stages change.")
    return None


def why_not_set_up(reader: Reader, stream: StreamRule, taken: bool) -> Refusal | None:
    """Why this person may not set up a stream over these departments, at this address."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if not stream.departments:
        return Refusal(Reason.NOT_AGREED, "Say which departments the stream is for.")
    if taken:
        return Refusal(Reason.ALREADY_DONE, "Another stream has this name; choose another.")
    return None


def why_not_move(reader: Reader, stream: StreamRule, seen: int, to: int) -> Refusal | None:
    """Why this person may not move a stream on from the stage they saw it in."""
    return (
        why_not_run_streams(reader)
        or why_moved_meanwhile(stream, seen)
        or why_not_next(stream, to)
        or why_stands_still(stream)
    )


def why_moved_meanwhile(stream: StreamRule, seen: int) -> Refusal | None:
    if seen == stream.stage:
        return None
    return Refusal(
        Reason.ALREADY_DONE,
        f"Somebody has moved this stream in the meantime: it is in “{stream.name(stream.stage)}” "
        "now. Look at its page again.",
    )


def why_not_next(stream: StreamRule, to: int) -> Refusal | None:
    if to in MOVES[stream.stage] and to > stream.stage:
        return None
    if stream.stage == LAST:
        return Refusal(
            Reason.WRONG_STAGE,
            "This is the last stage. For the next round, step back to where it begins.",
        )
    following = stream.name(stream.stage + 1)
    return Refusal(
        Reason.WRONG_STAGE,
        f"No stage is skipped: after “{stream.name(stream.stage)}” comes “{following}”.",
    )


def why_stands_still(stream: StreamRule) -> Refusal | None:
    """What the stream itself has against moving on."""
    if stream.status is Status.DID_NOT_ENGAGE:
        return Refusal(Reason.WRONG_STAGE, "The departments did not engage; record it if they do.")
    if stream.unmet:
        return Refusal(Reason.GATE_NOT_PASSED, f"Still to be met: {'; '.join(stream.unmet)}.")
    return None


def why_not_step_back(
    reader: Reader, stream: StreamRule, seen: int, to: int, because: str
) -> Refusal | None:
    """Why this person may not take a stream back to an earlier stage."""
    refusal = why_not_run_streams(reader) or why_moved_meanwhile(stream, seen)
    if refusal:
        return refusal
    if to not in MOVES[stream.stage] or to > stream.stage:
        return Refusal(Reason.WRONG_STAGE, "Choose a stage that the stream has passed.")
    return None if because.strip() else NO_REASON


@dataclass(frozen=True, kw_only=True)
class WaiverFacts:
    """What the rules need to know before a criterion is waived."""

    stream: StreamRule
    criterion: bool = True  # the template asks for it
    running: bool = False  # it is waived already


def why_not_waive(reader: Reader, facts: WaiverFacts, because: str) -> Refusal | None:
    """Why this person may not waive an exit criterion of a stream."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    own = facts.stream.stream_id in reader.streams_led or facts.stream.departments & reader.leads
    if own:
        return Refusal(
            Reason.OWN_CASE,
            "Nobody waives a criterion of a stream of their own; somebody else in the project team "
            "must.",
        )
    if not facts.criterion:
        return Refusal(Reason.WRONG_STAGE, "The stage template has no such criterion.")
    if facts.running:
        return Refusal(Reason.ALREADY_DONE, "This criterion is waived already.")
    return None if because.strip() else NO_REASON


def why_not_withdraw_waiver(reader: Reader, running: bool, because: str) -> Refusal | None:
    """Why this person may not take a waiver back."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if not running:
        return Refusal(Reason.ALREADY_DONE, "This waiver has been withdrawn already.")
    return None if because.strip() else NO_REASON


def why_not_record_engagement(reader: Reader, status: Status, said: str) -> Refusal | None:
    """Why this person may not record whether the departments take part."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if said.strip():
        return None
    if status is Status.DID_NOT_ENGAGE:
        return Refusal(Reason.NO_REASON_GIVEN, "Say why they did not engage.")
    return Refusal(Reason.NO_REASON_GIVEN, "Say where it is recorded: a letter, minutes, a talk.")


def why_not_name(reader: Reader, part: PartPlayed, roles: frozenset[Role]) -> Refusal | None:
    """Why this person may not name somebody, who holds these roles, for a stream."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if part is PartPlayed.SPONSOR and roles.isdisjoint(SPONSORS):
        return Refusal(
            Reason.NOT_AGREED,
            "A sponsor is a chief of service, the medical director or an executive.",
        )
    return None


def why_not_join(reader: Reader, stream: StreamRule, joined: bool) -> Refusal | None:
    """Why this person may not join a work stream. Each clinician joins for themselves."""
    if reader.person_id is None or not reader.departments & stream.departments:
        return Refusal(Reason.NOT_YOURS, "Clinicians of the stream’s departments join it.")
    if joined:
        return Refusal(Reason.ALREADY_DONE, "You have joined this stream already.")
    return None


def why_not_leave(joined: bool) -> Refusal | None:
    """Why this person may not leave a work stream."""
    if joined:
        return None
    return Refusal(Reason.ALREADY_DONE, "You are not a member of this stream.")


def why_not_record_precondition(
    reader: Reader, kind: Precondition, evidence: str, recorded: bool
) -> Refusal | None:
    """Why this person may not record a precondition as fulfilled."""
    allowed = RECORDS_PRECONDITION[kind]
    if not reader.has(*allowed):
        who = " or ".join(WHO[role] for role in allowed)
        return Refusal(Reason.NOT_YOURS, f"This is recorded by {who}.")
    if recorded:
        return Refusal(Reason.ALREADY_DONE, "This is recorded already; withdraw it first.")
    if not evidence.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say where the evidence is.")
    return None


def why_not_withdraw_precondition(
    reader: Reader, kind: Precondition, because: str
) -> Refusal | None:
    """Why this person may not take back that a precondition is fulfilled."""
    if not reader.has(*RECORDS_PRECONDITION[kind]):
        return Refusal(Reason.NOT_YOURS, "Whoever may record it may withdraw it.")
    return None if because.strip() else NO_REASON


@dataclass(frozen=True, kw_only=True)
class HelpFacts:
    """What the rules need to know of a request for help, or of the stream it would be for."""

    stream: StreamRule
    raised_by_id: int = 0
    managers: frozenset[int] = field(default_factory=frozenset)  # accounts named for the stream
    coaches: frozenset[int] = field(default_factory=frozenset)
    answered: bool = False


def why_not_ask_for_help(reader: Reader, facts: HelpFacts, text: str) -> Refusal | None:
    """Why this person may not ask the project team for help with a stream."""
    leads = facts.stream.stream_id in reader.streams_led | reader.streams_supported
    here = facts.stream.departments & reader.leads or reader.account_id in facts.managers
    if not (leads or here):
        return Refusal(
            Reason.NOT_YOURS,
            "The stream’s lead, its managers and its clinical directors ask for help.",
        )
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what would help.")
    return None


def why_not_see_help(reader: Reader, facts: HelpFacts) -> Refusal | None:
    """Why this person may not know that somebody asked for help: asking must cost nothing."""
    if reader.account_id == facts.raised_by_id or reader.account_id in facts.coaches:
        return None
    if reader.has(Role.PROJECT_TEAM):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "This is between those who asked and the team.")


def why_not_answer_help(reader: Reader, facts: HelpFacts, text: str) -> Refusal | None:
    """Why this person may not answer a request for help."""
    coach = reader.account_id in facts.coaches
    if not (reader.has(Role.PROJECT_TEAM) or coach):
        return Refusal(Reason.NOT_YOURS, "The project team, or the stream’s coach, answers.")
    if reader.account_id == facts.raised_by_id:
        return Refusal(Reason.OWN_CASE, "Somebody else answers what you asked.")
    if facts.answered:
        return Refusal(Reason.ALREADY_DONE, "This has been answered already.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what will be done.")
    return None


MOST_MEASURES = 6  # of one stream: what a clinical director can read in the hour there is
FAR_TOO_MANY = 20


def why_not_allow_more(reader: Reader, most: int, because: str) -> Refusal | None:
    """Why this person may not let a stream have more measures than six."""
    if not reader.has(Role.PROJECT_TEAM):
        return NOT_THE_TEAM
    if not MOST_MEASURES < most <= FAR_TOO_MANY:
        return Refusal(
            Reason.WRONG_STAGE, f"Give a number from {MOST_MEASURES + 1} to {FAR_TOO_MANY}."
        )
    return None if because.strip() else NO_REASON


@dataclass(frozen=True, kw_only=True)
class LimitFacts:
    """How many measures a stream has, and may have."""

    name: str
    measures: frozenset[str]
    most: int = MOST_MEASURES


def why_not_another_measure(stream: LimitFacts, measure: str) -> Refusal | None:
    """Why a stream may not be shown one measure more, whoever asks."""
    if measure in stream.measures or len(stream.measures) < stream.most:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"The work stream {stream.name} has {len(stream.measures)} measures, and "
        f"{stream.most} is the most it may have. End one first, or ask the project team.",
    )


MOST_OF_A_PILOT = 3  # measures
# What a pilot may begin without. Never what protects people: the preconditions are not here.
PILOT_WAIVES = frozenset(
    {
        *("objective", "definition", "mandate", "sponsor", "managers", "stream-lead"),
        *("outcomes", "measures", "definitions"),
    }
)


@dataclass(frozen=True, kw_only=True)
class PilotFacts:
    """What the rules need to know before a pilot is set up."""

    measures: frozenset[str]
    registered: frozenset[str]  # of them
    chosen: frozenset[str] = frozenset()  # what the department uses already
    piloted: bool = False  # the department has a pilot
    objective: bool = True  # one is said


def why_not_start_pilot(reader: Reader) -> Refusal | None:
    """Why this person may not set up a pilot at all."""
    if reader.has(Role.PROJECT_TEAM, Role.ANALYST):
        return None
    return Refusal(Reason.NOT_YOURS, "The project team or a BI analyst sets up a pilot.")


def why_not_pilot(reader: Reader, pilot: PilotFacts, because: str) -> Refusal | None:
    """Why this person may not set up this pilot."""
    refusal = why_not_start_pilot(reader)
    if refusal:
        return refusal
    if pilot.piloted:
        return Refusal(Reason.ALREADY_DONE, "This department has a pilot already.")
    if not pilot.objective:
        return Refusal(Reason.NOT_AGREED, "Say what the pilot is for: its provisional objective.")
    return why_not_these_measures(pilot) or (None if because.strip() else NO_REASON)


def why_not_these_measures(pilot: PilotFacts) -> Refusal | None:
    if not 1 <= len(pilot.measures) <= MOST_OF_A_PILOT:
        return Refusal(Reason.WRONG_STAGE, f"Choose one to {MOST_OF_A_PILOT} measures.")
    if pilot.measures - pilot.registered:
        return Refusal(Reason.NOT_AGREED, "The register has no approved wording of a measure.")
    if pilot.chosen and pilot.measures - pilot.chosen:
        return Refusal(
            Reason.NOT_AGREED,
            "The department has chosen its measures; a pilot takes from among them.",
        )
    return None
