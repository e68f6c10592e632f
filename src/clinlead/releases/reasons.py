"""The innocent explanations of a figure, in the order in which to think of them, and what the lead
found when looking at each. Pure: nothing here judges, a person does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """What may be behind a figure before it says anything of anybody's care."""

    CHANCE = "chance"
    VOLUMES = "volumes"
    QUALITY = "quality"
    ATTRIBUTION = "attribution"
    CASE_MIX = "case-mix"
    ROLE = "role"
    LEAVE = "leave"
    CHANGE = "change"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Reason.CHANCE: "Chance",
    Reason.VOLUMES: "Volumes",
    Reason.QUALITY: "Data quality",
    Reason.ATTRIBUTION: "How cases are attributed",
    Reason.CASE_MIX: "Case mix",
    Reason.ROLE: "Role",
    Reason.LEAVE: "Leave",
    Reason.CHANGE: "A change of service or recording",
}


class Finding(StrEnum):
    """What the lead found. Whoever has not looked has found nothing."""

    NOT_IT = "not-it"
    PART = "part"
    EXPLAINS = "explains"

    @property
    def label(self) -> str:
        return FOUND[self]


FOUND = {
    Finding.NOT_IT: "Not the reason",
    Finding.PART: "Part of it",
    Finding.EXPLAINS: "Explains it",
}
NOT_LOOKED = "Not looked at"
Found = Mapping[Reason, Finding]  # only of those that were looked at


@dataclass(frozen=True)
class Evidence:
    """One possible explanation, and what there is to say of it here."""

    reason: Reason
    found: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """One explanation as it was when somebody interpreted the figure: the evidence, the finding."""

    reason: Reason
    finding: Finding | None
    found: tuple[str, ...]

    @property
    def words(self) -> str:
        return self.finding.label if self.finding else NOT_LOOKED


def kept(evidence: Sequence[Evidence], found: Found) -> list[dict[str, Any]]:
    """What is stored with an interpretation: each explanation's evidence then, and the finding."""
    return [
        {"reason": each.reason, "finding": found.get(each.reason, ""), "found": list(each.found)}
        for each in evidence
    ]


@dataclass(frozen=True)
class Checklist:
    """All explanations as they were; empty for what was said before there was a checklist."""

    rows: tuple[Looked, ...] = ()

    @property
    def brief(self) -> str:
        """How much of it was looked at, and what may explain the figure: in a sentence or two."""
        count = sum(each.finding is not None for each in self.rows)
        said = [f"Looked at {count} of {len(self.rows)} possible explanations."]
        named = (each for each in self.rows if each.finding in {Finding.PART, Finding.EXPLAINS})
        said += [f"{each.reason.label}: {each.words.lower()}." for each in named]
        return " ".join(said)


def looked_at(stored: Iterable[Mapping[str, Any]]) -> Checklist:
    """What was stored, as it was said."""
    return Checklist(
        tuple(
            Looked(
                Reason(each["reason"]),
                Finding(each["finding"]) if each["finding"] else None,
                tuple(each["found"]),
            )
            for each in stored
        )
    )


def findings(said: Mapping[str, str], *, others: bool) -> dict[Reason, Finding]:
    """A checklist as it was filled in; `others`: the rest was looked at and is not the reason."""
    found = {Reason(name): Finding(value) for name, value in said.items() if value}
    if others:
        found = dict.fromkeys(Reason, Finding.NOT_IT) | found
    return found
