"""A questionnaire's content: themes with their questions. Pure, and checked as it is read.

An interview guide and a form are the same thing but for who asks: in a guide a question has
prompts, in a form it has a kind of answer, and may be shown only after certain answers.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

HERE = Path(__file__).parent / "questionnaires"
KEY = re.compile(r"^[a-z][a-z0-9-]{0,39}$")
MOST_POINTS = 11
YES_NO = ("Yes", "No")


class NotAQuestionnaire(Exception):
    """The content contradicts itself; says what and where in a sentence."""


class Purpose(StrEnum):
    GUIDE = "interview guide"
    FORM = "anonymous form"


class Kind(StrEnum):
    """How a question is answered."""

    OPEN = "in words"
    ONE = "one of these"
    SEVERAL = "any of these"
    YES_NO = "yes or no"
    SCALE = "on a scale"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Part):
    """Shown only after one of these answers to an earlier question."""

    question: str
    among: tuple[str, ...] = Field(min_length=1)


class Question(Part):
    key: str
    text: str = Field(min_length=1)
    kind: Kind = Kind.OPEN
    prompts: tuple[str, ...] = ()  # for whoever asks
    options: tuple[str, ...] = ()
    points: int = 5  # of a scale
    low: str = ""  # what the ends of a scale mean
    high: str = ""
    required: bool = False
    only_after: Condition | None = None

    @model_validator(mode="after")
    def answers_fit_the_kind(self) -> Self:
        if not KEY.match(self.key):
            raise ValueError(f"“{self.key}” is no short name: small letters, digits and hyphens")
        if self.kind in (Kind.ONE, Kind.SEVERAL) and len(set(self.options)) < 2:
            raise ValueError(f"“{self.text}” needs two different answers to choose from")
        if self.kind is Kind.SCALE and not 2 <= self.points <= MOST_POINTS:
            raise ValueError(f"a scale has from 2 to {MOST_POINTS} points")
        if self.kind is Kind.SCALE and not (self.low and self.high):
            raise ValueError(f"“{self.text}” needs words for both ends of its scale")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be chosen; nothing where one answers in words."""
        if self.kind is Kind.SCALE:
            return tuple(str(point) for point in range(1, self.points + 1))
        return YES_NO if self.kind is Kind.YES_NO else self.options


class Theme(Part):
    title: str = Field(min_length=1)
    about: str = ""
    questions: tuple[Question, ...] = ()


class Content(Part):
    """The whole of one version."""

    welcome: str = ""
    themes: tuple[Theme, ...] = ()
    thanks: str = ""

    @model_validator(mode="after")
    def every_question_is_itself(self) -> Self:
        seen: dict[str, Question] = {}
        for question in self.questions:
            if question.key in seen:
                raise ValueError(f"two questions have the short name “{question.key}”")
            check_condition(question, seen)
            seen[question.key] = question
        return self

    @property
    def questions(self) -> Iterator[Question]:
        return (question for theme in self.themes for question in theme.questions)

    def question(self, key: str) -> Question | None:
        return next((each for each in self.questions if each.key == key), None)


def check_condition(question: Question, before: Mapping[str, Question]) -> None:
    """A question waits for one that comes earlier, and for answers that it has."""
    rule = question.only_after
    if rule is None:
        return
    if rule.question not in before:
        raise ValueError(f"“{question.text}” waits for “{rule.question}”, which is not before it")
    missing = set(rule.among) - set(before[rule.question].answers)
    if missing:
        raise ValueError(
            f"“{question.text}” waits for “{min(missing)}”, which is no answer to "
            f"“{before[rule.question].text}”"
        )


def content_of(said: object) -> Content:
    """Plain content, checked."""
    try:
        return Content.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        words = str(first["msg"]).removeprefix("Value error, ")
        raise NotAQuestionnaire(f"{words[:1].upper()}{words[1:]}.") from error


# ---- what ships ----------------------------------------------------------------------------------


class Shipped(Part):
    """A questionnaire to start from, in our own words."""

    code: str
    title: str
    purpose: Purpose
    content: Content


@cache
def shipped() -> dict[str, Shipped]:
    found = (
        Shipped.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in sorted(HERE.glob("*.toml"))
    )
    return {each.code: each for each in found}
