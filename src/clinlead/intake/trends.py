"""How a data set's quality went over its loads: a chart and the same as a table."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clinlead.intake.models import Load
from clinlead.intake.queries import in_use

MOST = 40
WIDE, NARROW = 720, 320
COLUMNS = ["Loaded", "Load", "Grade", "Rows", "Valid", "Complete", "Attributed", "Checks failed"]
QUESTION = "Can more of the rows be counted than before?"


@dataclass(frozen=True, kw_only=True)
class Trend:
    """The loads of one data set, oldest first."""

    question: str
    wide: str
    narrow: str
    columns: list[str]
    rows: list[list[str]]


def trend_of(dataset: str) -> Trend | None:
    """None while there are not two loads at different times: nothing to compare."""
    newest = in_use().filter(dataset=dataset).order_by("-number")[:MOST]
    loads = [load for load in reversed(newest) if part(load, "validity") is not None]
    points = list({load.loaded_at: load for load in loads}.values())  # the last of one moment
    if len(points) < 2:
        return None
    wide, narrow = (drawn(points, width) for width in (WIDE, NARROW))
    rows = [line(load) for load in reversed(loads)]
    return Trend(question=QUESTION, wide=wide, narrow=narrow, columns=COLUMNS, rows=rows)


def drawn(loads: list[Load], width: int) -> str:
    """A run chart: each load is a point."""
    from clinmeasures.charts import trend_chart
    from clinmeasures.spc import spc

    (series,) = spc(
        [part(load, "validity") for load in loads],
        dates=[timezone.localtime(load.loaded_at).strftime("%Y-%m-%dT%H:%M:%S") for load in loads],
        chart="run",
        improvement="increase",
    )
    return trend_chart(
        series,
        title=QUESTION,
        description="The share of valid rows by load. The table below has every load.",
        unit="%",
        id_prefix=f"quality-{width}",
        width=width,
    )


def part(load: Load, name: str) -> float | None:
    """One part of a load's quality, as a share; None where it does not apply."""
    parts: list[dict[str, Any]] = load.quality.get("parts", [])
    return next((each["value"] for each in parts if each["part"] == name), None)


def line(load: Load) -> list[str]:
    checks = load.quality.get("checks", [])
    asked = [each for each in checks if each["answer"] in ("passed", "failed")]
    failed = sum(each["answer"] == "failed" for each in asked)
    return [
        timezone.localtime(load.loaded_at).strftime("%-d %b %Y"),
        str(load.number),
        load.grade or "–",
        f"{load.rows_read:,}",
        *(share(part(load, name)) for name in ("validity", "completeness", "attribution")),
        f"{failed} of {len(asked)}" if asked else "none could be asked",
    ]


def share(value: float | None) -> str:
    return "does not apply" if value is None else f"{100 * value:.1f}%"
