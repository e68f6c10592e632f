"""The questions that colleagues are asked, and how an answer is worded."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "questions.toml"


@dataclass(frozen=True)
class Question:
    code: str
    text: str


@dataclass(frozen=True)
class Questionnaire:
    """One version of the questions, on one scale; "cannot say" is always an answer too."""

    version: int
    scale: Mapping[int, str]
    questions: tuple[Question, ...]


@cache
def questionnaire() -> Questionnaire:
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Questionnaire(
        version=found["version"],
        scale={int(key): words for key, words in found["scale"].items()},
        questions=tuple(Question(**one) for one in found["question"]),
    )
