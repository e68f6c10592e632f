"""Loads as pages show them."""

from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Button, Reader
from clinlead.intake.models import Load, LoadState
from clinlead.intake.policies import why_not_load, why_not_withdraw

STATE_COLOURS = {
    LoadState.ACTIVE: "green",
    LoadState.LOADING: "blue",
    LoadState.WITHDRAWN: "grey",
    LoadState.FAILED: "orange",
}
GRADE_MEANS = {
    "A": "use it",
    "B": "use it, and mend the source",
    "C": "use it with care",
    "D": "not yet: mend it first",
}
PART_ASKS = {
    "completeness": "Is every required column there?",
    "timeliness": "Is it recent?",
    "validity": "Does every row make sense?",
    "uniqueness": "Is every record there once?",
    "attribution": "Do we know whose it is?",
}


@dataclass(frozen=True, kw_only=True)
class LoadPage:
    """One load, and what this reader may do about it."""

    load: Load
    withdraw: Button
    grade_again: Button
    parts: list[tuple[str, str, str]]  # question, grade, in words
    reasons: list[tuple[str, str, int, str]]  # kind, column, rows, example
    columns: list[tuple[str, str, str]]  # column, filled, note

    @classmethod
    def for_reader(cls, reader: Reader, load: Load) -> "LoadPage":
        active = load.state == LoadState.ACTIVE
        return cls(
            load=load,
            withdraw=Button.guarded("Withdraw this load", why_not_withdraw(reader, active=active)),
            grade_again=Button.guarded("Grade again", why_not_load(reader)),
            parts=parts_of(load),
            reasons=reasons_of(load),
            columns=columns_of(load),
        )

    @property
    def unlisted(self) -> list[tuple[str, str, str]]:
        return [
            (each["column"], each["code"], f"{each['rows']:,}")
            for each in self.load.report.get("unlisted", [])
        ]

    @property
    def not_held(self) -> list[tuple[str, str]]:
        """Columns of ours that the source does not fill, with why."""
        held = self.load.report.get("not_held", {})
        return [(column, sentence(why)) for column, why in held.items()]

    @property
    def notes(self) -> list[str]:
        """What else the source could not say."""
        return list(self.load.report.get("notes", []))

    @property
    def colour(self) -> str:
        return STATE_COLOURS[LoadState(self.load.state)]

    @property
    def grade_means(self) -> str:
        return GRADE_MEANS.get(self.load.grade, "")

    @property
    def percent_done(self) -> int:
        return round(100 * self.load.share)


def parts_of(load: Load) -> list[tuple[str, str, str]]:
    return [
        (PART_ASKS[each["part"]], each["grade"], sentence(each["because"]))
        for each in load.quality.get("parts", [])
    ]


def reasons_of(load: Load) -> list[tuple[str, str, int, str]]:
    return [
        (
            each["kind"],
            each["column"],
            each["rows"],
            f"Row {each['example_row']}: {each['example']}",
        )
        for each in load.report.get("reasons", [])
    ]


def columns_of(load: Load) -> list[tuple[str, str, str]]:
    return [
        (each["column"], f"{100 * each['filled']:.1f}%", column_note(each))
        for each in load.quality.get("columns", [])
    ]


def column_note(column: dict[str, Any]) -> str:
    notes = ["required"] if column["required"] else []
    if column["unlisted"]:
        notes.append(f"{column['unlisted']:,} rows with a code in no list")
    return ", ".join(notes)


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
