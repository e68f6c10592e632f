"""What the policies are asked about: one of each thing, all of the clinician’s. Pure."""

from dataclasses import replace
from datetime import timedelta

from clinlead.access.policies import NamesFacts, OwnerFacts, Role
from clinlead.coding.policies import HandingFacts, PublishFacts, StudyFacts, TranscriptFacts
from clinlead.concerns import policies as concerns
from clinlead.concerns.facts import Bypass, ConcernFacts
from clinlead.conversations.policies import TalkFacts
from clinlead.dataprotection.policies import Outcome, RequestFacts
from clinlead.evaluation.policies import StudyFacts as EvaluationFacts
from clinlead.feedback.facts import BOTH, Group, RoundFacts
from clinlead.figures import policies as figures
from clinlead.figures.policies import RecordsFacts, TeamFacts
from clinlead.governance import policies as governance
from clinlead.governance.policies import MeetingFacts
from clinlead.improvement import policies as improvement
from clinlead.improvement.policies import CycleFacts, DecisionFacts, DriverFacts, PlaceFacts
from clinlead.learning.policies import PostFacts
from clinlead.learning.policies import State as PostState
from clinlead.measures import redefinition
from clinlead.measures.redefinition import DraftFacts, MoveFacts
from clinlead.pages.rulebook.readers import ACCOUNT, COLLEAGUE, DAY, HERE, OWNER
from clinlead.releases.policies import FigureFacts, ReleaseFacts, Stage
from clinlead.reviews.facts import ReviewFacts
from clinlead.reviews.facts import State as ReviewState
from clinlead.safety.policies import SignalFacts
from clinlead.strategy.policies import Kind, WordingFacts
from clinlead.validation.policies import ChallengeFacts, ChallengeReason, RecordFacts
from clinlead.workstreams.policies import StreamRule

UNRELEASED = OwnerFacts(person_id=OWNER, departments=frozenset({HERE}))
RELEASED = replace(UNRELEASED, released=True)
OF_THE_LEAD = OwnerFacts(
    person_id=OWNER, departments=frozenset({HERE}), released=True, owner_leads=True
)
OF_A_CHIEF = replace(RELEASED, owner_goes_to_director=True)
OF_A_DIRECTOR = replace(OF_A_CHIEF, owner_is_director=True)
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
OF_A_CHIEFS_RECORD = replace(CHALLENGE, past_chief_ids=frozenset({OWNER}))
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


THE_EVALUATOR = ACCOUNT + 17  # of that reader
CODED_STUDY = StudyFacts(evaluator_id=THE_EVALUATOR)
PUBLISHED = PublishFacts(read_through=True)
HANDED_ON = HandingFacts(
    evaluator_id=THE_EVALUATOR, to_id=ACCOUNT + 18, to_roles=frozenset({Role.EVALUATOR})
)
EVALUATION = EvaluationFacts(evaluator_id=THE_EVALUATOR)
TRANSCRIPT = TranscriptFacts(evaluator_id=THE_EVALUATOR)
SOMEBODY = 50  # a person who is none of the readers
TALKED_ABOUT = concerns.OpeningFacts(owner=RELEASED, discussions=1)
LATER = DAY + timedelta(days=14)
ROUND = RoundFacts(
    two=TalkFacts(owner=RELEASED, held_by_id=ACCOUNT + 4, holder_decides=True),
    groups={Group.DOCTOR: 6, Group.STAFF: 4},
)
ROUND_OVER = replace(ROUND, asked=True, closes_on=DAY, answered=10, agreed=BOTH)
REVIEW = ReviewFacts(owner=RELEASED, held_by_id=ACCOUNT + 4, holder_decides=True)
SIGNED_REVIEW = replace(REVIEW, state=ReviewState.SIGNED)
ESCALATED_ROUND = replace(ROUND_OVER, escalated_to=frozenset({ACCOUNT + 12}))
BYPASSED = ConcernFacts(owner=RELEASED, bypass=Bypass.PENDING)
TO_ERASE = RequestFacts(account_id=ACCOUNT + OWNER, outcome=Outcome.OPEN, received_on=DAY)
