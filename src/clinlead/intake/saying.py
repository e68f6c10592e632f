"""What became of a load, for a terminal: in words, or as one JSON document."""

from typing import Any

from clinlead.intake.loading import AlreadyLoaded, Outcome
from clinlead.intake.together import Several
from clinmeasures.activity import LoadReport
from clinmeasures.activity.expectations import Checked

MOST_REASONS = 20


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """One data set's outcome, as JSON holds it."""
    load = outcome.load or outcome.already
    return {
        "load": load.number if load else None,
        "already_loaded": outcome.already is not None,
        "grade": outcome.quality.grade if outcome.quality else None,
        "report": outcome.report.to_dict() if outcome.report else None,
        "quality": outcome.quality.to_dict() if outcome.quality else None,
    }


def several_as_plain(several: Several) -> dict[str, Any]:
    """A source's outcomes, a data set each, and what it holds that no data set takes."""
    names = several.collected.datasets
    return {
        "loads": [
            {"dataset": name, **as_plain(outcome)}
            for name, outcome in zip(names, several.outcomes, strict=True)
        ],
        "not_loaded": several.collected.empty,
        "notes": list(several.collected.notes),
    }


def in_words(outcome: Outcome) -> str:
    if outcome.already:
        return str(AlreadyLoaded(outcome.already))
    report, graded = outcome.report, outcome.quality
    assert report is not None
    assert graded is not None
    first = f"Load {outcome.load.number}" if outcome.load else "Nothing was loaded (dry run)"
    return "\n".join(
        [
            f"{first}: {report.accepted:,} of {report.rows:,} rows of {report.dataset} accepted, "
            f"{report.quarantined:,} quarantined, {report.copies:,} copies, "
            f"{report.left_out:,} left out. Quality {graded.grade}.",
            *(f"  {each.part}: {each.grade} ({each.because})" for each in graded.parts),
            *(failing_words(each) for each in graded.checks if each.failed),
            *details(report),
        ]
    )


def failing_words(each: Checked) -> str:
    """A check that some rows fail: how many, the first of them, and who answers for them."""
    return (
        f"  a {each.severity} check fails in {each.failed:,} of {each.applicable:,} rows, for "
        f"example row {each.examples[0]}: {each.says} {each.owner} answers for it; the rows count."
    )


def details(report: LoadReport) -> list[str]:
    """Why rows were set aside, codes in no list, and what the source could not say."""
    lines = [
        f"  {each.rows:,} rows: {each.kind}, for example row {each.example_row}: {each.example}"
        for each in report.reasons[:MOST_REASONS]
    ]
    lines += [f"  {e.rows:,} rows: {e.column} {e.code!r} is in no list" for e in report.unlisted]
    lines += [f"  not held: {column} ({why})" for column, why in report.not_held.items()]
    lines += [f"  {note}" for note in report.notes]
    return [*lines, *([report.note] if report.note else [])]


def several_in_words(several: Several) -> str:
    lines = [in_words(outcome) for outcome in several.outcomes]
    lines += [f"No {name}: {why}." for name, why in several.collected.empty.items()]
    return "\n".join([*lines, *several.collected.notes])
