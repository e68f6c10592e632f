"""What reporting guidelines ask for, ticked from the data where the data answer. Pure."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "checklists.toml"


class Answered(StrEnum):
    DATA = "from the data"
    WORDS = "in your words"
    NOT_YET = "not yet"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a guideline."""

    number: str
    asks: str
    fact: str = ""
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the report that the evaluator writes."""

    name: str
    title: str
    under: str


@dataclass(frozen=True)
class Ticked:
    item: Item
    how: Answered
    said: str  # the sentence of the data, or the part that says it


@cache
def guidelines() -> dict[str, list[Item]]:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: [Item(**each) for each in read[name]["items"]] for name in ("COREQ", "SRQR")}


@cache
def parts() -> dict[str, Part]:
    """In the order of the report."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {each["name"]: Part(**each) for each in read["part"]}


def ticked(item: Item, facts: Mapping[str, str], written: Collection[str]) -> Ticked:
    """The data come first; a part that is written counts, but somebody must see that it says it."""
    if facts.get(item.fact):
        return Ticked(item, Answered.DATA, facts[item.fact])
    if item.part in written:
        return Ticked(item, Answered.WORDS, f"Under “{parts()[item.part].title}”")
    return Ticked(item, Answered.NOT_YET, "")


def checklist(facts: Mapping[str, str], written: Collection[str]) -> dict[str, list[Ticked]]:
    return {
        name: [ticked(item, facts, written) for item in items]
        for name, items in guidelines().items()
    }
