"""The words that a study begins with, and letters with their places filled."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clinlead.access.policies import Reason, Refusal

TEXTS = Path(__file__).parent / "texts.toml"
NAME, LINK, EVALUATOR = "{name}", "{link}", "{evaluator}"


@dataclass(frozen=True)
class Letter:
    """A subject and a text, with places for name, link and evaluator."""

    subject: str
    text: str

    def filled(self, *, name: str, link: str, evaluator: str) -> "Letter":
        said = {NAME: name, LINK: link, EVALUATOR: evaluator}
        text = self.text
        for place, words in said.items():
            text = text.replace(place, words)
        return Letter(self.subject, text)


@cache
def texts() -> dict:
    return tomllib.loads(TEXTS.read_text())


def first_consent() -> str:
    return str(texts()["consent"]).strip()


def first_letters() -> dict[bool, Letter]:
    """By whether it is a reminder."""
    found = {False: texts()["invitation"], True: texts()["reminder"]}
    return {which: Letter(said["subject"], said["text"].strip()) for which, said in found.items()}


def why_not_letter(text: str) -> Refusal | None:
    """Why a letter cannot go out: without its link nobody could answer, or refuse."""
    if LINK in text:
        return None
    return Refusal(Reason.NOT_AGREED, f"The text needs {LINK}, where the answer is given.")
