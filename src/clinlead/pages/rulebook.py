"""The rules in plain words: every line is what the policies themselves answer, asked for each kind
of reader. Nothing here decides anything, so the page cannot say other than the code does. Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from clinlead.access import policies as access
from clinlead.access.policies import NamesFacts, OwnerFacts, Reader, Refusal, Role
from clinlead.figures import policies as figures
from clinlead.figures.policies import RecordsFacts, TeamFacts
from clinlead.governance import policies as governance
from clinlead.governance.policies import MeetingFacts
from clinlead.improvement import policies as improvement
from clinlead.improvement.policies import CycleFacts, DecisionFacts, DriverFacts, PlaceFacts
from clinlead.intake import policies as intake
from clinlead.jobplans import policies as jobplans
from clinlead.jobplans.policies import QuestionFacts
from clinlead.learning import policies as learning
from clinlead.learning.policies import PostFacts, WaitFacts
from clinlead.learning.policies import State as PostState
from clinlead.measures import policies as measures
from clinlead.measures import redefinition
from clinlead.measures.policies import BreakFacts, MarkFacts
from clinlead.measures.redefinition import DraftFacts, MoveFacts, VersionFacts
from clinlead.releases import policies as releases
from clinlead.releases.policies import FigureFacts, OpeningFacts, ReleaseFacts, Stage
from clinlead.safety import policies as safety
from clinlead.safety.policies import SignalFacts
from clinlead.strategy import policies as strategy
from clinlead.strategy.policies import Kind, LinkFacts, WordingFacts
from clinlead.validation import policies as validation
from clinlead.validation.policies import ChallengeFacts, ChallengeReason, RecordFacts
from clinlead.workstreams import policies as workstreams
from clinlead.workstreams.policies import HelpFacts, Precondition, StreamRule, WaiverFacts

DAY = date(2026, 7, 1)  # any day: the example readers below hold their roles on it
HERE, ELSEWHERE = 1, 2  # the department asked about, and another
NOWHERE: frozenset[int] = frozenset()
OWNER, COLLEAGUE, ACCOUNT = 1, 2, 100  # people; accounts are the person's number + 100


def person(number: int, *roles: Role, works_in: int, leads: frozenset[int] = NOWHERE) -> Reader:
    return Reader(
        account_id=ACCOUNT + number,
        on=DAY,
        person_id=number,
        roles=frozenset(roles),
        departments=frozenset({works_in}),
        leads=leads,
    )


def office(number: int, role: Role, **places: frozenset[int]) -> Reader:
    plain = Reader(account_id=ACCOUNT + number, on=DAY, roles=frozenset({role}))
    return replace(plain, **places)  # type: ignore[arg-type]


CLINICIAN = Role.CLINICIAN
READERS: dict[str, Reader] = {
    "the clinician themselves": person(OWNER, CLINICIAN, works_in=HERE),
    "a colleague in the department": person(COLLEAGUE, CLINICIAN, works_in=HERE),
    "a clinician elsewhere": person(3, CLINICIAN, works_in=ELSEWHERE),
    "the department's clinical director": person(
        4, CLINICIAN, Role.LEAD, works_in=HERE, leads=frozenset({HERE})
    ),
    "another department's clinical director": person(
        5, CLINICIAN, Role.LEAD, works_in=ELSEWHERE, leads=frozenset({ELSEWHERE})
    ),
    "the division's chief of service": office(6, Role.CHIEF, chief_of=frozenset({HERE})),
    "the medical director": office(7, Role.DIRECTOR),
    "a BI analyst": office(8, Role.ANALYST),
    "somebody with a grant for team figures": office(
        9, Role.OPERATIONS, granted_team=frozenset({HERE})
    ),
    "somebody with a grant for named figures": office(
        10, Role.OPERATIONS, granted_named=frozenset({HERE}), granted_team=frozenset({HERE})
    ),
    "an operational manager": office(11, Role.OPERATIONS),
    "an HR manager": office(12, Role.HR),
    "the project team": office(13, Role.PROJECT_TEAM),
    "an executive": office(14, Role.EXECUTIVE),
    "ward and administrative staff": office(15, Role.STAFF),
    "the data protection officer": office(16, Role.DPO),
    "the evaluator": office(17, Role.EVALUATOR),
    "the system administrator": office(18, Role.SYSTEM_ADMINISTRATOR),
    "a stream lead": office(19, Role.STREAM_LEAD, streams_led=frozenset({1})),
}
# Which of those readers a role is, for "what you may do".
OF_ROLE: dict[Role, str] = {
    Role.CLINICIAN: "the clinician themselves",
    Role.LEAD: "the department's clinical director",
    Role.STREAM_LEAD: "a stream lead",
    Role.CHIEF: "the division's chief of service",
    Role.DIRECTOR: "the medical director",
    Role.OPERATIONS: "an operational manager",
    Role.HR: "an HR manager",
    Role.ANALYST: "a BI analyst",
    Role.PROJECT_TEAM: "the project team",
    Role.EXECUTIVE: "an executive",
    Role.STAFF: "ward and administrative staff",
    Role.DPO: "the data protection officer",
    Role.EVALUATOR: "the evaluator",
    Role.SYSTEM_ADMINISTRATOR: "the system administrator",
}

UNRELEASED = OwnerFacts(person_id=OWNER, departments=frozenset({HERE}))
RELEASED = replace(UNRELEASED, released=True)
OF_THE_LEAD = OwnerFacts(
    person_id=OWNER, departments=frozenset({HERE}), released=True, owner_leads=True
)
HELD_POST = PostFacts(written_by_id=0, state=PostState.HELD)
EVERYBODY = frozenset({OWNER, COLLEAGUE, 4})
ALL_AGREED = NamesFacts(department_id=HERE, members=EVERYBODY, agreed=EVERYBODY)
TEAM = FigureFacts(department_id=HERE, stage=Stage.RELEASED, person_id=None, contributors=8)
TOTAL = TeamFacts(department_id=HERE, contributors=figures.LEAST_IN_AN_AGGREGATE, released=True)
SMALL_TOTAL = replace(TOTAL, contributors=figures.LEAST_IN_A_TOTAL - 1)
LISTED = RecordsFacts(person_id=OWNER, departments=frozenset({HERE}), reason="a stated reason")
FIGURE = FigureFacts(department_id=HERE, stage=Stage.PREPARING, person_id=OWNER)
RECORD = RecordFacts(owner_ids=frozenset({OWNER}), departments=frozenset({HERE}))
CHALLENGE = ChallengeFacts(
    reason=ChallengeReason.NOT_MINE,
    department_id=HERE,
    raised_by_id=ACCOUNT + OWNER,
    person_id=OWNER,
    lead_ids=frozenset({4}),
    chief_ids=frozenset({6}),
    due_on=DAY,
)
OBJECTIVE = WordingFacts(kind=Kind.OBJECTIVE)
OUTCOME = WordingFacts(kind=Kind.OUTCOME, departments=frozenset({HERE}))
MANDATE = WordingFacts(kind=Kind.MANDATE, departments=frozenset({HERE}), holder_id=ACCOUNT + 4)
SIGNAL = SignalFacts(department_id=HERE, person_id=OWNER)
CHECKING = DraftFacts(state=redefinition.State.CHECKING, departments=frozenset({HERE}))
CHECKED = replace(CHECKING, state=redefinition.State.CHECKED)
MOVE = MoveFacts(department_id=HERE, using=1, to=2, month="2026-07")
STREAM = StreamRule(stream_id=1, departments=frozenset({HERE}), stage=3)
HERE_DECIDED = PlaceFacts(department_id=HERE)
SHARED = replace(HERE_DECIDED, shared=True)
DECISION = DecisionFacts(place=HERE_DECIDED, because="a reason")
CYCLE = CycleFacts(place=HERE_DECIDED, owner_id=0, state=improvement.State.RUNNING)
DRIVERS = DriverFacts(departments=frozenset({HERE}))
MEETING = MeetingFacts(departments=frozenset({HERE}), held_on=DAY)
HELD = replace(MEETING, state=governance.State.HELD, versions=1)
MINUTED = replace(HELD, state=governance.State.APPROVED)
PREPARING = ReleaseFacts(department_id=HERE, stage=Stage.PREPARING)


@dataclass(frozen=True)
class Act:
    """One thing somebody may want to do, and the policy that answers."""

    words: str
    why_not: Callable[[Reader], Refusal | None]


SECTIONS: dict[str, list[Act]] = {
    "A clinician’s figures, by name": [
        Act("See them before they are released", lambda r: access.why_not_see_named(r, UNRELEASED)),
        Act("See them once released", lambda r: access.why_not_see_named(r, RELEASED)),
        Act(
            "See a clinical director’s own figures, once released",
            lambda r: access.why_not_see_named(r, OF_THE_LEAD),
        ),
        Act(
            "See colleagues by name beside one’s own, once every member has agreed",
            lambda r: access.why_not_name_colleagues(r, ALL_AGREED),
        ),
    ],
    "A department’s figures": [
        Act("See the released total", lambda r: figures.why_not_see_team(r, TOTAL)),
        Act("See its line in a release", lambda r: releases.why_not_see_team(TEAM, r)),
        Act(
            f"See the total of fewer than {figures.LEAST_IN_A_TOTAL} clinicians",
            lambda r: figures.why_not_see_team(r, SMALL_TOTAL),
        ),
    ],
    "Records (patients are pseudonyms)": [
        Act(
            "List a clinician’s records, saying why where they are not one’s own",
            lambda r: figures.why_not_list_records(r, LISTED),
        ),
        Act(
            "Open one record, saying why where it is not one’s own",
            lambda r: validation.why_not_see_record(r, RECORD, "a stated reason"),
        ),
        Act("Challenge it", lambda r: validation.why_not_challenge(r, RECORD)),
        Act("Draw and check an audit sample", validation.why_not_audit),
    ],
    "The data": [
        Act("Load an extract, see its rows and what was refused", intake.why_not_load),
        Act("See each data set’s quality grade", intake.why_not_see_grades),
        Act("See how a grade came about", intake.why_not_see_report),
    ],
    "A challenge": [
        Act("Follow it", lambda r: validation.why_not_see_challenge(r, CHALLENGE)),
        Act(
            "Settle “this patient was not mine”",
            lambda r: validation.why_not_settle(r, CHALLENGE),
        ),
        Act("Add what was found", lambda r: validation.why_not_investigate(r, CHALLENGE)),
    ],
    "A release": [
        Act("Prepare it", lambda r: releases.why_not_prepare(HERE, r)),
        Act("Do the BI check", lambda r: releases.why_not_check(PREPARING, r)),
        Act(
            "Interpret and sign off a figure",
            lambda r: releases.why_not_interpret(FIGURE, "words", r),
        ),
        Act("Release", lambda r: releases.why_not_release(PREPARING, r)),
        Act(
            "Put one’s own words beside a released figure",
            lambda r: releases.why_not_append(replace(FIGURE, stage=Stage.RELEASED), "words", r),
        ),
    ],
    "Safety measures and their signals": [
        Act(
            "Mark a measure as a safety measure",
            lambda r: measures.why_not_mark_safety(r, MarkFacts(), "a reason"),
        ),
        Act("See a clinician’s signal", lambda r: safety.why_not_see_signal(r, SIGNAL)),
        Act(
            "See it once nobody acknowledged it in time",
            lambda r: safety.why_not_see_signal(r, replace(SIGNAL, escalated=True)),
        ),
        Act(
            "See a clinical director’s own signal",
            lambda r: safety.why_not_see_signal(r, replace(SIGNAL, owner_leads=True)),
        ),
        Act("Acknowledge it", lambda r: safety.why_not_acknowledge(r, SIGNAL, "words")),
        Act(
            "Acknowledge a clinical director’s own",
            lambda r: safety.why_not_acknowledge(r, replace(SIGNAL, owner_leads=True), "words"),
        ),
    ],
    "How a measure is recorded": [
        Act(
            "Note that the recording changed, for the department",
            lambda r: measures.why_not_record_break(r, BreakFacts(department_id=HERE), "a reason"),
        ),
        Act(
            "Note it for the whole trust",
            lambda r: measures.why_not_record_break(r, BreakFacts(department_id=None), "a reason"),
        ),
    ],
    "The wording of a measure": [
        Act(
            "Say what is wrong with it",
            lambda r: redefinition.why_not_comment(r, frozenset({HERE}), "words"),
        ),
        Act(
            "Draft a new version, and answer what was said",
            lambda r: redefinition.why_not_draft(r, another_runs=False),
        ),
        Act(
            "Check a new version that somebody else wrote",
            lambda r: redefinition.why_not_check(r, CHECKING),
        ),
        Act(
            "Approve a version that two others wrote and checked",
            lambda r: redefinition.why_not_approve(r, CHECKED),
        ),
        Act(
            "Have the department’s figures follow another version",
            lambda r: redefinition.why_not_move(r, MOVE, "a reason"),
        ),
        Act(
            "Retire a version that no department follows",
            lambda r: redefinition.why_not_retire(r, VersionFacts(), "a reason"),
        ),
    ],
    "A governance meeting": [
        Act("Know when it is", lambda r: governance.why_not_know(r, MEETING)),
        Act(
            "Read its agenda: the team’s figures, of at least six people",
            lambda r: governance.why_not_open(r, MEETING),
        ),
        Act(
            "Read its approved minutes, from outside the department without names",
            lambda r: governance.why_not_read_minutes(r, MINUTED),
        ),
        Act("Put something on the agenda", lambda r: governance.why_not_add_item(r, MEETING, "x")),
        Act("Plan it, move it, call it off", lambda r: governance.why_not_plan(r, MEETING)),
        Act("Write the minutes", lambda r: governance.why_not_write(r, HELD)),
        Act("Approve them", lambda r: governance.why_not_approve(r, HELD)),
    ],
    "The strategy": [
        Act(
            "Read what is in force",
            lambda r: strategy.why_not_see(r, replace(OBJECTIVE, state=strategy.State.APPROVED)),
        ),
        Act("Read what is proposed", lambda r: strategy.why_not_see(r, OBJECTIVE)),
        Act(
            "Propose an objective, or the definition of poor performance",
            lambda r: strategy.why_not_propose(r, OBJECTIVE),
        ),
        Act(
            "Propose an outcome for the department", lambda r: strategy.why_not_propose(r, OUTCOME)
        ),
        Act(
            "Propose its clinical director’s mandate",
            lambda r: strategy.why_not_propose(r, MANDATE),
        ),
        Act("Approve what somebody else wrote", lambda r: strategy.why_not_approve(r, OBJECTIVE)),
        Act(
            "Choose the measures of an outcome",
            lambda r: strategy.why_not_link(r, LinkFacts(departments=frozenset({HERE}))),
        ),
    ],
    "Work streams": [
        Act("Set up a stream, and say who takes part", workstreams.why_not_run_streams),
        Act("Set up a pilot", workstreams.why_not_start_pilot),
        Act(
            "Move a stream on when every exit criterion holds",
            lambda r: workstreams.why_not_move(r, STREAM, STREAM.stage, STREAM.stage + 1),
        ),
        Act(
            "Waive an exit criterion, with a reason everybody reads",
            lambda r: workstreams.why_not_waive(r, WaiverFacts(stream=STREAM), "a reason"),
        ),
        Act("Change the stages", lambda r: workstreams.why_not_edit_stages(r, "a reason")),
        Act(
            "Let a stream have more than six measures",
            lambda r: workstreams.why_not_allow_more(r, 7, "a reason"),
        ),
        *(
            Act(
                f"Record before named data: {kind.words[0].lower()}{kind.words[1:]}",
                lambda r, kind=kind: workstreams.why_not_record_precondition(  # type: ignore[misc]
                    r, kind, "evidence", False
                ),
            )
            for kind in Precondition
        ),
        Act("Join a stream", lambda r: workstreams.why_not_join(r, STREAM, False)),
        Act(
            "Ask for help with a stream",
            lambda r: workstreams.why_not_ask_for_help(r, HelpFacts(stream=STREAM), "words"),
        ),
        Act(
            "Answer a request for help",
            lambda r: workstreams.why_not_answer_help(r, HelpFacts(stream=STREAM), "words"),
        ),
    ],
    "Decisions and PDSA cycles": [
        Act(
            "Read the department’s decisions and cycles",
            lambda r: improvement.why_not_see(r, CYCLE.place),
        ),
        Act("Read what the department shared", lambda r: improvement.why_not_see(r, SHARED)),
        Act("Decide about a measure", lambda r: improvement.why_not_decide(r, DECISION)),
        Act("Plan a cycle", lambda r: improvement.why_not_plan(r, DECISION)),
        Act("Join a cycle", lambda r: improvement.why_not_join(r, CYCLE)),
        Act(
            "Study and close a cycle, as its owner too",
            lambda r: improvement.why_not_study(r, CYCLE),
        ),
        Act(
            "Write an outcome’s drivers and change ideas",
            lambda r: improvement.why_not_write_drivers(r, DRIVERS),
        ),
    ],
    "A clinician’s role profile": [
        Act("Read it", lambda r: access.why_not_see_profile(r, UNRELEASED)),
        Act("Write it", lambda r: access.why_not_record_profile(r, UNRELEASED)),
        Act(
            "Write a clinical director’s",
            lambda r: access.why_not_record_profile(r, OF_THE_LEAD),
        ),
    ],
    "Job plans": [
        Act("Read a clinician’s job plan", lambda r: jobplans.why_not_see_plan(r, UNRELEASED)),
        Act(
            "Read a department’s job plans, by name", lambda r: jobplans.why_not_see_plans(r, HERE)
        ),
        Act(
            "Ask the lead where plan, contract and activity do not agree",
            lambda r: jobplans.why_not_ask(r, UNRELEASED, "words"),
        ),
        Act(
            "Answer HR about a clinician’s plan",
            lambda r: jobplans.why_not_answer(r, QuestionFacts(owner=UNRELEASED), "words"),
        ),
        Act(
            "Answer HR about a clinical director’s plan",
            lambda r: jobplans.why_not_answer(r, QuestionFacts(owner=OF_THE_LEAD), "words"),
        ),
    ],
    "Learning and the forum": [
        Act("Read the forum", learning.why_not_read_forum),
        Act("Write in the forum", lambda r: learning.why_not_post(r, "words")),
        Act(
            "Let a held post appear, or hide one",
            lambda r: learning.why_not_moderate(r, HELD_POST, PostState.HIDDEN, "a reason"),
        ),
        Act(
            "Let a right wait on a lesson",
            lambda r: learning.why_not_set_wait(r, WaitFacts(), "a reason"),
        ),
    ],
    "Grants and roles": [
        Act(
            "Let somebody outside see a department’s figures",
            lambda r: access.why_not_grant_sight(HERE, r, "a reason", "an agreement"),
        ),
        Act(
            "Open a department’s released totals more widely",
            lambda r: releases.why_not_open_wider(
                r, OpeningFacts(department_id=HERE), "an agreement"
            ),
        ),
        Act(
            "See a total that a department opened more widely",
            lambda r: figures.why_not_see_team(r, replace(TOTAL, opened=True)),
        ),
        Act(
            "Agree to names inside the department, and withdraw",
            lambda r: access.why_not_speak_for_names(r, r.person_id or 0, HERE),
        ),
        Act("Give and end roles", access.why_not_manage_roles),
    ],
}


@dataclass(frozen=True)
class Line:
    """An act with who may do it and what everybody else is told."""

    words: str
    may: list[str]
    told: list[str]


def lines_of(acts: list[Act]) -> list[Line]:
    return [line_of(act) for act in acts]


def line_of(act: Act) -> Line:
    answers = {who: act.why_not(reader) for who, reader in READERS.items()}
    told = dict.fromkeys(why.because for why in answers.values() if why is not None)
    return Line(act.words, [who for who, why in answers.items() if why is None], list(told))


def rulebook() -> dict[str, list[Line]]:
    """Every section with its lines."""
    return {section: lines_of(acts) for section, acts in SECTIONS.items()}


def yours(reader: Reader) -> list[tuple[str, list[str]]]:
    """What this reader's roles allow, role by role, in the rulebook's words."""
    return [(role.label, allowed(OF_ROLE[role])) for role in Role if role in reader.roles]


def allowed(who: str) -> list[str]:
    example = READERS[who]
    return [
        f"{section}: {act.words[0].lower()}{act.words[1:]}"
        for section, acts in SECTIONS.items()
        for act in acts
        if act.why_not(example) is None
    ]
