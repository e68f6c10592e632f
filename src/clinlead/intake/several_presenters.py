"""Uploaded files of a source of several data sets, as their page shows them."""

from dataclasses import dataclass
from typing import Any

from clinlead.intake.presenters import sentence
from clinlead.intake.several_uploads import KINDS, SeveralUpload, Stage, Standing

HEADINGS = {
    Stage.READING: "Reading the files",
    Stage.READ: "Is this what should be loaded?",
    Stage.LOADING: "Loading",
    Stage.LOADED: "Loaded",
    Stage.FAILED: "It was not loaded",
}
MOST_SHOWN = 50


@dataclass(frozen=True)
class SeveralPage:
    """What the files hold and lack, and what can be done with them now."""

    asked: SeveralUpload
    standing: Standing

    @property
    def heading(self) -> str:
        return HEADINGS[self.standing.stage]

    @property
    def percent_done(self) -> int:
        return round(100 * self.standing.share)

    @property
    def facts(self) -> list[tuple[str, str]]:
        asked = self.asked
        kept = "stay, but for those that come again"
        return [
            ("Files", ", ".join(asked.file_names)),
            ("Read as", KINDS[asked.kind]),
            ("Source", asked.source or asked.kind),
            ("Earlier rows", "replaced inside the coverage" if asked.mode == "replace" else kept),
        ]

    # what is in the files

    @property
    def loads(self) -> list[dict[str, Any]]:
        """A data set each."""
        return list(self.standing.found.get("loads", []))

    @property
    def reports(self) -> list[tuple[str, dict[str, Any]]]:
        """Data set and report, of those that are not loaded already."""
        return [(each["dataset"], each["report"]) for each in self.loads if each["report"]]

    @property
    def not_loaded(self) -> list[tuple[str, str]]:
        """Data sets without a row, with why."""
        held = self.standing.found.get("not_loaded", {})
        return [(name, sentence(why)) for name, why in held.items()]

    @property
    def notes(self) -> list[str]:
        """What else the source could not say."""
        of_each = [f"{name}: {note}" for name, report in self.reports for note in report["notes"]]
        return [*self.standing.found.get("notes", []), *of_each]

    @property
    def not_held(self) -> list[tuple[str, str, str]]:
        return [
            (name, column, sentence(why))
            for name, report in self.reports
            for column, why in report["not_held"].items()
        ]

    @property
    def reasons(self) -> list[tuple[str, str, str, str]]:
        """Why rows are set aside: data set, kind, rows, example."""
        return [
            (
                name,
                each["kind"],
                f"{each['rows']:,}",
                f"Row {each['example_row']}: {each['example']}.",
            )
            for name, report in self.reports
            for each in report["reasons"]
        ][:MOST_SHOWN]

    @property
    def unlisted(self) -> list[tuple[str, str, str, str]]:
        return [
            (name, each["column"], each["code"], f"{each['rows']:,}")
            for name, report in self.reports
            for each in report["unlisted"]
        ][:MOST_SHOWN]

    # what can be done

    @property
    def empty(self) -> list[str]:
        """Data sets of which no row can be used: they stop them all."""
        return [name for name, report in self.reports if not report["accepted"]]

    @property
    def all_known(self) -> bool:
        return bool(self.loads) and not self.reports

    @property
    def can_be_loaded(self) -> bool:
        return self.standing.stage == Stage.READ and bool(self.reports) and not self.empty

    @property
    def can_be_read_again(self) -> bool:
        """With another mapping."""
        return self.standing.stage in {Stage.READ, Stage.FAILED}
