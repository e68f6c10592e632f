"""What answers are worth. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinlead.learning.course import Lesson, Option, Question


@dataclass(frozen=True)
class Answered:
    """One question, what was chosen, and what is said about it."""

    question: Question
    chosen: int

    @property
    def right(self) -> bool:
        return self.chosen == self.question.right

    @property
    def option(self) -> Option:
        return self.question.options[self.chosen]

    @property
    def better(self) -> Option | None:
        """The right answer, where another one was chosen."""
        return None if self.right else self.question.options[self.question.right]


@dataclass(frozen=True)
class Score:
    """A lesson's questions as they were answered."""

    lesson: Lesson
    answers: Sequence[Answered]

    @property
    def right(self) -> int:
        return sum(each.right for each in self.answers)

    @property
    def of(self) -> int:
        return len(self.lesson.question)

    @property
    def passed(self) -> bool:
        return self.right >= self.lesson.pass_at

    @property
    def said(self) -> str:
        """What is said first; nobody is told that they failed."""
        if self.right == self.of:
            return f"All {self.of} right."
        if self.passed:
            return f"{self.right} of {self.of} right: that is enough."
        return (
            f"{self.right} of {self.of} right; {self.lesson.pass_at} are enough. Read what is said "
            "beside each answer, and try again when you like."
        )


def score(lesson: Lesson, chosen: Mapping[int, int]) -> Score:
    """`chosen`: the place of the option, by the place of the question; each is answered."""
    answers = [Answered(each, chosen[place]) for place, each in enumerate(lesson.question)]
    return Score(lesson, answers)
