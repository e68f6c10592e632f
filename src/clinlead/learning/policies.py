"""Who learns, coaches, posts and moderates, and when a right waits on a lesson: pure rules."""

from dataclasses import dataclass, field
from enum import StrEnum

from clinlead.access.policies import Reader, Reason, Refusal, Role

# Managers and clinicians post; those who support them read; the project team keeps it in order.
POSTS = (Role.CLINICIAN, Role.LEAD, Role.STREAM_LEAD, Role.CHIEF, Role.DIRECTOR)
MODERATES = (Role.PROJECT_TEAM,)
READS = (*POSTS, *MODERATES, Role.OPERATIONS, Role.HR, Role.ANALYST, Role.EXECUTIVE)
NOT_YOUR_FORUM = Refusal(
    Reason.NOT_THEIRS_TO_SEE, "The forum is for medical managers and those who support them."
)


class Right(StrEnum):
    """What somebody may do only after a lesson, where the project team says so."""

    INTERPRET = "interpret a figure"
    SIGN_OFF = "sign off figures"
    RELEASE = "release figures"
    SETTLE = "settle a challenge"


class Kind(StrEnum):
    """What somebody begins in the forum."""

    CASE = "case"
    LESSON = "lesson learned"
    QUESTION = "question"
    COACHING = "coaching request"


class State(StrEnum):
    """Where a post stands."""

    SHOWN = "shown"
    HELD = "held"  # it may say who somebody is; only its writer and the moderators see it
    HIDDEN = "hidden"  # by a moderator, with a reason


# Every move there is. A writer's new words are checked anew, so held may stay held.
MOVES: dict[State, frozenset[State]] = {
    State.HELD: frozenset({State.SHOWN, State.HIDDEN, State.HELD}),
    State.SHOWN: frozenset({State.HIDDEN}),
    State.HIDDEN: frozenset({State.SHOWN}),
}


# ---- lessons and coaching ------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class LearnerFacts:
    """What the rules need to know of somebody whose progress is asked for."""

    account_id: int
    coaches: frozenset[int] = field(default_factory=frozenset)  # accounts, on the day


def why_not_see_progress(reader: Reader, learner: LearnerFacts) -> Refusal | None:
    """Why this person may not read somebody's scores and notes: theirs and the coach's."""
    if reader.account_id == learner.account_id or reader.account_id in learner.coaches:
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "Progress is between a manager and their coach.")


def why_not_note(reader: Reader, learner: LearnerFacts, text: str) -> Refusal | None:
    """Why this person may not write a coaching note."""
    if reader.account_id not in learner.coaches:
        return Refusal(Reason.NOT_YOURS, "Only this manager’s coach writes coaching notes.")
    if reader.account_id == learner.account_id:
        return Refusal(Reason.OWN_CASE, "Nobody coaches themselves.")
    return None if text.strip() else Refusal(Reason.NO_REASON_GIVEN, "Write the note first.")


@dataclass(frozen=True, kw_only=True)
class WaitFacts:
    """What the rules need to know before a right waits on a lesson, or no longer does."""

    running: bool = False
    known: bool = True  # there is such a lesson


def why_not_set_wait(reader: Reader, wait: WaitFacts, because: str) -> Refusal | None:
    """Why this person may not let a right wait on a lesson. Off until the project team does."""
    if not reader.has(Role.PROJECT_TEAM):
        return Refusal(Reason.NOT_YOURS, "The project team says which rights wait on a lesson.")
    if not wait.known:
        return Refusal(Reason.NOT_AGREED, "There is no such lesson.")
    if wait.running:
        return Refusal(Reason.ALREADY_DONE, "This right waits on a lesson already; end that first.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; everybody who has to wait reads it.")
    return None


def why_not_end_wait(reader: Reader, wait: WaitFacts) -> Refusal | None:
    """Why this person may not let a right go without its lesson again."""
    if not reader.has(Role.PROJECT_TEAM):
        return Refusal(Reason.NOT_YOURS, "The project team says which rights wait on a lesson.")
    if not wait.running:
        return Refusal(Reason.ALREADY_DONE, "This right waits on no lesson.")
    return None


def why_not_yet(right: Right, lesson_title: str, because: str, passed: bool) -> Refusal | None:
    """Why a right waits for this person: which lesson, and who says so."""
    if passed:
        return None
    said = because.strip().rstrip(".")
    return Refusal(
        Reason.NOT_AGREED,
        f"Before you {right.value}, the project team asks for the lesson “{lesson_title}”, a few "
        f"minutes under Learning. {said}.",
    )


# ---- the forum -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PostFacts:
    """What the rules need to know of a post."""

    written_by_id: int
    state: State
    closed: bool = False  # its thread's first post is not shown


def why_not_read_forum(reader: Reader) -> Refusal | None:
    """Why this person may not know what is in the forum."""
    return None if reader.has(*READS) else NOT_YOUR_FORUM


def why_not_post(reader: Reader, text: str, *, closed: bool = False) -> Refusal | None:
    """Why this person may not begin or answer in the forum."""
    if not reader.has(*READS):
        return NOT_YOUR_FORUM
    if not reader.has(*POSTS):
        return Refusal(
            Reason.NOT_YOURS, "Medical managers and clinicians write here; others read along."
        )
    if closed:
        return Refusal(Reason.WRONG_STAGE, "This has not appeared yet, so it cannot be answered.")
    return None if text.strip() else Refusal(Reason.NO_REASON_GIVEN, "Write something first.")


def why_not_see_post(reader: Reader, post: PostFacts) -> Refusal | None:
    """Why this person may not read a post."""
    if post.written_by_id == reader.account_id or reader.has(*MODERATES):
        return None
    shown = post.state is State.SHOWN and not post.closed
    return None if shown and reader.has(*READS) else NOT_YOUR_FORUM


def why_not_reword(reader: Reader, post: PostFacts, text: str) -> Refusal | None:
    """Why this person may not write a held post anew: what has appeared stays as it was read."""
    if post.written_by_id != reader.account_id:
        return Refusal(Reason.NOT_YOURS, "Only its writer writes it anew.")
    if post.state is not State.HELD:
        return Refusal(Reason.WRONG_STAGE, f"This post is {post.state}; its words stay.")
    return None if text.strip() else Refusal(Reason.NO_REASON_GIVEN, "Write something first.")


def why_not_moderate(reader: Reader, post: PostFacts, to: State, because: str) -> Refusal | None:
    """Why this person may not let a post appear, or hide it."""
    if not reader.has(*MODERATES):
        return Refusal(Reason.NOT_YOURS, "The project team moderates the forum.")
    if post.written_by_id == reader.account_id:
        return Refusal(Reason.OWN_WORK, "Somebody else decides about what you wrote.")
    if to not in MOVES[post.state] or to is State.HELD:
        return Refusal(Reason.ALREADY_DONE, f"This post is {post.state} already.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; its writer reads it.")
    return None
