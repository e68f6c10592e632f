"""What the pages of learning and of the forum show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role
from clinlead.learning.course import AUDIENCES, Audience, Lesson, Part, lessons
from clinlead.learning.drawing import Drawn, drawn
from clinlead.learning.learners import coached_by, passed_by
from clinlead.learning.models import Attempt, CoachingNote, Post, RightWaits, Thread
from clinlead.learning.policies import Right, State, why_not_read_forum

FIRST_FOR: dict[Role, Audience] = {
    Role.STAFF: "ward",
    Role.HR: "hr",
    Role.OPERATIONS: "operations",
    Role.ANALYST: "analysts",
}
STATES = {
    State.SHOWN: ("appears", "green"),
    State.HELD: ("held", "yellow"),
    State.HIDDEN: ("hidden", "grey"),
}
MOST_THREADS = 5  # beside a topic


@dataclass(frozen=True)
class LessonLine:
    """A lesson and how far this person is with it."""

    lesson: Lesson
    attempt: Attempt | None

    @property
    def state(self) -> tuple[str, str]:
        if self.attempt is None:
            return "not begun", "grey"
        score = f"{self.attempt.right} of {self.attempt.of} right"
        return (f"done: {score}", "green") if self.attempt.passed else (score, "yellow")


@dataclass(frozen=True)
class Progress:
    """Somebody's lessons, by those for whom they were written, their own first."""

    groups: list[tuple[str, list[LessonLine]]]

    @classmethod
    def of(cls, attempts: Mapping[str, Attempt], roles: frozenset[Role]) -> "Progress":
        lines = [LessonLine(each, attempts.get(each.code)) for each in lessons().values()]
        by_audience = groupby(lines, key=lambda line: line.lesson.audience)
        groups = [(audience, list(some)) for audience, some in by_audience]
        mine = {audience for role, audience in FIRST_FOR.items() if role in roles}
        groups.sort(key=lambda group: group[0] not in mine)
        return cls([(AUDIENCES[audience], some) for audience, some in groups])

    @property
    def done(self) -> int:
        lines = [line for _, some in self.groups for line in some]
        return sum(bool(line.attempt and line.attempt.passed) for line in lines)

    @property
    def all(self) -> int:
        return sum(len(some) for _, some in self.groups)


@dataclass(frozen=True)
class IndexPage:
    progress: Progress
    waits: list[tuple[RightWaits, str, Lesson | None]]
    coached: list[Account]
    notes: list[CoachingNote]
    topic: Lesson | None = None
    threads: Sequence[Thread] = ()
    forum: bool = False
    sets_waits: bool = False

    @classmethod
    def of(cls, reader: Reader, topic: str) -> "IndexPage":
        forum = why_not_read_forum(reader) is None
        about = lessons().get(topic)
        listed = Thread.objects.visible_to(reader).filter(topic=topic) if forum and about else ()
        notes = CoachingNote.objects.filter(account_id=reader.account_id)
        return cls(
            progress=Progress.of(passed_by(reader.account_id), reader.roles),
            waits=waits(),
            coached=coached_by(reader),
            notes=list(notes.select_related("by__person")),
            topic=about,
            threads=list(listed[:MOST_THREADS]),
            forum=forum,
            sets_waits=reader.has(Role.PROJECT_TEAM),
        )


def waits() -> list[tuple[RightWaits, str, Lesson | None]]:
    """Every right that waits, in words, with its lesson."""
    found = RightWaits.objects.filter(ended_at=None).select_related("set_by__person")
    return [(each, Right(each.right).value, lessons().get(each.lesson)) for each in found]


@dataclass(frozen=True)
class Shown:
    """A part of a lesson as its page shows it."""

    part: Part
    picture: Drawn | None = None


def parts_of(lesson: Lesson) -> Iterator[Shown]:
    for place, part in enumerate(lesson.part):
        yield Shown(part, drawn(part.chart, f"{lesson.code}-{place}") if part.chart else None)


@dataclass(frozen=True)
class ThreadLine:
    """A thread in the list."""

    thread: Thread
    topic: str
    answers: int
    state: tuple[str, str] | None  # where it has not appeared


def thread_line(thread: Thread) -> ThreadLine:
    lesson = lessons().get(thread.topic)
    first = State(thread.first_state)  # type: ignore[attr-defined]
    return ThreadLine(
        thread,
        lesson.title if lesson else thread.topic,
        thread.answers,  # type: ignore[attr-defined]
        None if first is State.SHOWN else STATES[first],
    )


@dataclass(frozen=True)
class PostLine:
    """A post as somebody reads it."""

    post: Post
    who: str
    own: bool
    state: tuple[str, str] | None
    opens: bool  # there is something to do about it: write it anew, or moderate

    @classmethod
    def of(cls, post: Post, reader: Reader) -> "PostLine":
        own, state = post.by_id == reader.account_id, State(post.state)
        moderates = reader.has(Role.PROJECT_TEAM) and not own
        return cls(
            post,
            "You" if own else post.wrote_as,
            own,
            None if state is State.SHOWN else STATES[state],
            moderates or (own and state is not State.SHOWN),
        )


@dataclass(frozen=True)
class Piece:
    text: str
    why: str = ""  # what it may be; "" where it is plain


@dataclass(frozen=True)
class Marked:
    """A post's words with those that may say who somebody is."""

    pieces: list[Piece] = field(default_factory=list)


Mark = Sequence[Any]  # start, end, and what the words may be


def marked(text: str, marks: Sequence[Mark]) -> Marked:
    pieces, here = [], 0
    for start, end, why in sorted(tuple(each) for each in marks):
        pieces += [Piece(text[here:start]), Piece(text[start:end], why)]
        here = end
    return Marked([each for each in [*pieces, Piece(text[here:])] if each.text])
