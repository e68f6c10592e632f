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
    def checks(self) -> list[tuple[str, str, str, str]]:
        """Each rule, who answers for it, how severe it is, and what the rows say."""
        return [
            (each["says"], each["owner"], each["severity"].capitalize(), answer_words(each))
            for each in self.load.quality.get("checks", [])
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


def answer_words(check: dict[str, Any]) -> str:
    """What the rows say to a rule. Where there is nothing to ask, that is never a pass."""
    if check["answer"] == "cannot be checked":
        return f"Cannot be checked. {sentence(check['because'])}"
    if check["answer"] == "not applicable":
        return "Does not apply: no row of this kind."
    of = f"{check['applicable']:,} {'row' if check['applicable'] == 1 else 'rows'}"
    if not check["failed"]:
        return f"All of {of} pass."
    share = 100 * check["failed"] / check["applicable"]
    examples = ", ".join(str(each) for each in check["examples"])
    return f"{check['failed']:,} of {of} fail ({share:.1f}%), for example row {examples}."


def sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."
