"""`clinmeasures spc`: charts over time with their signals."""

import argparse
import sys

from clinmeasures.cli.output import print_json_of, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.spc import Series, SpcResult, spc

CHARTS = ("xmr", "run", "i", "mr", "xbar", "s", "p", "pp", "u", "up", "c", "g", "t")


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
    add("--value", required=True, metavar="COL", help="values, or numerators for p, pp, u and up")
    add("--date", metavar="COL", help="dates (year-month-day); rows may come in any order")
    add("--denominator", metavar="COL")
    add("--series", metavar="COL", help="one chart for each value of this column")
    add("--chart", choices=CHARTS, default="xmr")
    add("--improvement", choices=("increase", "decrease", "neither"), default="neither")
    add("--target", type=float, metavar="N", help="in the unit of the chart; a fraction for p")
    add(
        "--screen",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="drop moving ranges of 3.267 times their mean or more, once (the default)",
    )
    add("--rebase", action="append", default=[], metavar="DATE", help="new limits from this date")
    add("--baseline", type=int, metavar="N", help="limits from the first N points, then frozen")
    add("--exclude", action="append", default=[], metavar="DATE", help="draw, but leave out")
    add("--run-rules", choices=("anhoej", "bestbox", "cutbox"), default="anhoej")


def run(options: argparse.Namespace) -> int:
    """Print the charts of the file's series; 0 where that went well."""
    result = _computed(options)
    for caution, where in _cautions(result).items():
        print(f"{caution}{where}", file=sys.stderr)
    if options.json:
        print_json_of("series", result.documents())
    else:
        for series in result:
            _print_series(series)
    return 0


def _computed(options: argparse.Namespace) -> SpcResult:
    with table_in(options.file) as table:
        return spc(
            table,
            value=options.value,
            date=options.date,
            denominator=options.denominator,
            series=options.series,
            chart=options.chart,
            improvement=options.improvement,
            target=options.target,
            screen=options.screen,
            rebase=options.rebase,
            baseline=options.baseline,
            exclude=options.exclude,
            run_rules=options.run_rules,
        )


def _cautions(result: SpcResult) -> dict[str, str]:
    """What to keep in mind, each once, with how many series it is true of."""
    from clinmeasures.wording import cautions_for_charts

    several = len(result) > 1
    return {
        caution: f" (So in {count} of {len(result)} series.)" if several else ""
        for caution, count in cautions_for_charts(result).items()
    }


def _print_series(series: Series) -> None:
    name = "" if series.name is None else f"{series.name}: "
    against = "" if series.assurance is None else f", target {series.assurance.replace('_', ' ')}"
    print(f"{name}{series.chart} chart, {series.variation.replace('_', ' ')}{against}")
    points = series.to_dict()["points"]
    print_table(list(points[0]), [list(point.values()) for point in points])
