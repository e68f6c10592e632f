"""The published study as invented transcripts with codes, made from its counts. Pure.

`study.toml` says how many of each group were given each code. Who they are is spread evenly and
the same every time; the answers are one line each and nobody ever said them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "study.toml"
STRIDE = 5  # where the next code begins in a group, so that it is not always the same people
NOTHING_SAID = "I have nothing to say about that."


@dataclass(frozen=True, kw_only=True)
class Invented:
    """Somebody invited."""

    number: int
    group: str
    role: str
    level: str
    declined: bool


@dataclass(frozen=True)
class Answer:
    """A code on the line that was invented for it."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Written:
    text: str
    answers: tuple[Answer, ...]


@cache
def example() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def people() -> tuple[Invented, ...]:
    """Numbered in the order of the file; those who declined after the others of their kind."""
    found: list[Invented] = []
    for kind in example()["people"]:
        count, declined = kind["interviewed"], kind.get("declined", 0)
        for place in range(count + declined):
            found.append(
                Invented(
                    number=len(found) + 1,
                    group=kind["group"],
                    role=kind["role"],
                    level=kind["level"],
                    declined=place >= count,
                )
            )
    return tuple(found)


@cache
def carriers() -> dict[str, tuple[int, ...]]:
    """By code, the numbers of those who were given it, in order."""
    found: dict[str, tuple[int, ...]] = {}
    used: dict[tuple[str, str], int] = {}  # how far into a group, or into another code's people
    for place, code in enumerate(example()["code"]):
        chosen: list[int] = []
        for group, wanted in code["given"].items():
            pool = pool_for(code, group, found)
            key = (code.get("within", ""), group)
            begin = used.get(key, 0) if "within" in code else place * STRIDE
            chosen += [pool[(begin + n) % len(pool)] for n in range(wanted)]
            used[key] = begin + wanted
        found[code["key"]] = tuple(sorted(chosen))
    return found


def pool_for(code: dict[str, Any], group: str, found: dict[str, tuple[int, ...]]) -> list[int]:
    """Whom a code may be given to: a group, or those of it who were given the code it is within."""
    members = [p.number for p in people() if p.group == group and not p.declined]
    return [n for n in members if n in found[code["within"]]] if "within" in code else members


@cache
def transcript_of(number: int) -> Written:
    """Each theme's question, and a line for each code that this participant was given."""
    lines: list[str] = []
    answers: list[Answer] = []
    length = 0
    for theme in example()["theme"]:
        said = said_by(number, theme["number"])
        for key, line in [("", theme["asked"]), *(said or [("", NOTHING_SAID)])]:
            if key:
                answers.append(Answer(key, length, length + len(line)))
            lines.append(line)
            length += len(line) + 1
    return Written("\n".join(lines), tuple(answers))


def said_by(number: int, theme: int) -> list[tuple[str, str]]:
    codes = [code for code in example()["code"] if code["theme"] == theme]
    return [
        (code["key"], code["answers"][carriers()[code["key"]].index(number) % len(code["answers"])])
        for code in codes
        if number in carriers()[code["key"]]
    ]
