"""The lessons: data that ships with the application, read once and checked as they are read."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clinmeasures.errors import BadInput

HERE = Path(__file__).parent / "lessons"
# In the order in which they build on one another; then those for the staff who contribute.
ORDER = (
    *("variation", "small-numbers", "case-mix", "attribution", "conversation", "pdsa"),
    *("being-fair", "ward-entries", "job-plans", "team-figures", "data-behind"),
)
Audience = Literal["managers", "ward", "hr", "operations", "analysts"]
AUDIENCES: dict[str, str] = {
    "managers": "For medical managers",
    "ward": "For ward and administrative staff",
    "hr": "For HR staff",
    "operations": "For operational managers",
    "analysts": "For BI analysts",
}


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chart(Line):
    """Invented numbers, drawn as the pages draw real ones."""

    kind: Literal["xmr", "p", "funnel", "strip"]
    question: str
    unit: str
    first: str = ""  # the first month of a chart over time
    values: tuple[float, ...] = ()
    sizes: tuple[float, ...] = ()
    rebase: tuple[str, ...] = ()
    rebased: str = ""
    numerators: tuple[float, ...] = ()
    denominators: tuple[float, ...] = ()
    ratio: bool = False  # a funnel of observed over expected
    volume: str = "cases"
    signals: tuple[str, ...] = ()  # the months that the text calls signals: a test holds it to them
    outside: int = 0  # how many dots of a funnel the text says lie outside


class Table(Line):
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @model_validator(mode="after")
    def every_row_is_as_wide(self) -> Self:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has more or fewer cells than there are columns")
        return self


class Part(Line):
    """A paragraph, a chart or a table."""

    text: str = ""
    chart: Chart | None = None
    table: Table | None = None


class Option(Line):
    """One answer, and what is said to whoever chose it."""

    text: str
    because: str
    right: bool = False


class Question(Line):
    text: str
    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def one_answer_is_right(self) -> Self:
        if sum(option.right for option in self.options) != 1:
            raise ValueError("exactly one answer is right")
        return self

    @property
    def right(self) -> int:
        return next(place for place, option in enumerate(self.options) if option.right)


class Lesson(Line):
    """Something to read in a few minutes, with questions that check reading."""

    code: str
    title: str
    about: str
    audience: Audience
    minutes: int
    pass_at: int  # right answers of the first choice
    part: tuple[Part, ...]
    question: tuple[Question, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def it_can_be_passed(self) -> Self:
        if not 0 < self.pass_at <= len(self.question):
            raise ValueError("pass_at lies between 1 and the number of questions")
        return self

    @property
    def digest(self) -> str:
        """Which wording somebody answered: another text is another lesson to be judged by."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @property
    def href(self) -> str:
        return f"/learning/lessons/{self.code}/"


def parse_lesson(text: str, source: str) -> Lesson:
    """Read a lesson, or say in one sentence what is wrong with it and where."""
    try:
        return Lesson.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{source} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{source}: {where}: {first['msg']}.") from error


@cache
def lessons() -> dict[str, Lesson]:
    """Every lesson by code, in their order."""
    read = (HERE / f"{code}.toml" for code in ORDER)
    found = [parse_lesson(file.read_text(encoding="utf-8"), file.name) for file in read]
    return {lesson.code: lesson for lesson in found}
