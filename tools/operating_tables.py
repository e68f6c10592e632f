"""Rewrite the tables of docs/explanation/operating-characteristics.md from a run's document.

    clinmeasures simulate --trials 5000 --json > run.json
    python tools/operating_tables.py run.json

Each table stands between <!-- table: name --> and <!-- end -->; the prose is written by hand.
"""

import json
import re
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "operating-characteristics.md"
SHORT = {"pp": "p′", "up": "u′", "xmr": "XmR", "xbar": "X̄", "s": "S", "i": "I", "mr": "MR"}
HELD = "intervals that hold the truth"
OUTER, POWER = "units outside the 99.8% limits", "shown above the 99.8% limit"
TAILS = (
    "units outside the 95% limits",
    "units above the 99.8% limit",
    "units below the 99.8% limit",
)
PROPORTIONS = ("10 cases, 10%", "20 cases, 5%", "20 cases, 30%", "50 cases, 2%", "50 cases, 50%")
DIFFERING = "50 units of {} expected, true ratios {}"
AMONG = "50 units of 100 to 2,000 expected, one of true ratio 1.5, the others with deviation 0.15"


class Run:
    """The findings of one run, by method, setting and quantity."""

    def __init__(self, document: dict) -> None:
        self.findings = document["findings"]
        self.by = {(f["method"], f["setting"], f["quantity"]): f for f in self.findings}

    def percent(self, *key: str, decimals: int = 1) -> str:
        found = self.by[key]
        share, error = (100 * found[name] for name in ("estimate", "error"))
        text = f"{share:.{decimals}f} ± {error:.{decimals}f}"
        return f"**{text}**" if found["holds"] is False else text

    def plain(self, *key: str) -> str:
        found = self.by[key]
        text = f"{found['estimate']:.2f} ± {found['error']:.2f}"
        return f"**{text}**" if found["holds"] is False else text

    def of(self, quantity: str) -> list[dict]:
        return [found for found in self.findings if found["quantity"] == quantity]


def table(*rows: tuple[str, ...]) -> str:
    heading, *body = ("| " + " | ".join(row) + " |" for row in rows)
    rule = "|" + "---|" * len(rows[0])
    return "\n".join([heading, rule, *body])


def charts(run: Run) -> str:
    beyond, anyone = "points beyond the limits", "charts with any signal"
    names = {(f["method"], f["setting"]): None for f in run.of(anyone)}
    rows = [
        (
            SHORT.get(method.split()[0], method.split()[0]),
            setting.removeprefix("24 points, ").replace("1 events", "1 event"),
            run.percent(method, setting, beyond, decimals=2)
            if (method, setting, beyond) in run.by
            else "no limits",
            run.percent(method, setting, anyone),
        )
        for method, setting in names
    ]
    heading = ("chart", "data", "points beyond the limits, % (nominal 0.27)")
    return table((*heading, "charts with any signal, %"), *rows)


def proportions(run: Run) -> str:
    methods = ("Wilson", "exact", "Jeffreys")
    settings = [f"{data} true" for data in (*PROPORTIONS, "200 cases, 2%", "1000 cases, 30%")]
    rows = [(s, *(run.percent(m, s, HELD) for m in methods)) for s in settings]
    return table(("data", *methods), *rows)


def rates(run: Run) -> str:
    methods = ("Byar", "Byar without exact below ten", "exact Poisson")
    rows = [
        (e, *(run.percent(m, f"{e} events expected", HELD) for m in methods))
        for e in ("0.5", "2", "5", "10", "50", "500")
    ]
    heading = ("events expected", "Byar (exact below ten)", "Byar throughout", "exact Poisson")
    return table(heading, *rows)


def means(run: Run) -> str:
    kinds = ("normal values", "skewed values (log-normal)")
    rows = [
        (n, *(run.percent("Student's t", f"{n} {kind}", HELD) for kind in kinds))
        for n in ("3", "10", "30", "200")
    ]
    return table(("values", "normal", "skewed (log-normal, as stays)"), *rows)


def direct(run: Run) -> str:
    method = "Dobson, directly standardised"
    rows = [
        (e, run.percent(method, f"{e} events expected", HELD)) for e in ("5", "15", "50", "500")
    ]
    return table(("events expected", "Dobson, where ten events came"), *rows)


def funnels(run: Run) -> str:
    shown = [
        *(("SR", "exact", f"{e} expected") for e in (2, 5, 10, 20, 50, 200)),
        *(
            ("PR", method, setting)
            for method in ("arcsine", "exact", "interpolated", "normal")
            for setting in ("20 cases, 5% true", "50 cases, 30% true", "200 cases, 5% true")
        ),
        *(("RC", "exact", f"{n} and {n} events") for n in (5, 20, 100)),
    ]
    rows = [
        (
            f"{kind}, {method}" if kind == "PR" else kind,
            setting,
            *(
                run.percent(f"{kind} funnel, chance alone, {method}", setting, tail, decimals=2)
                for tail in TAILS
            ),
        )
        for kind, method, setting in shown
    ]
    heading = ("outside 95%, % (nominal 5)", "above 99.8%, % (0.1)", "below 99.8%, % (0.1)")
    return table(("type", "data", *heading), *rows)


def overdispersed(run: Run) -> str:
    settings = [
        DIFFERING.format(volume, truth)
        for volume in ("5 to 50", "100 to 2,000")
        for truth in ("all 1", "with deviation 0.15")
    ]
    rows = [
        (
            name,
            *(run.percent(method, setting, OUTER, decimals=2) for setting in settings),
            run.percent(method, AMONG, POWER, decimals=0),
        )
        for name in ("none", "additive", "multiplicative", "additive, not trimmed")
        for method in [f"SR funnel, over-dispersion {name}"]
    ]
    heading = ("5 to 50 expected, all alike", "5 to 50, differing")
    more = ("100 to 2,000, all alike", "100 to 2,000, differing", "one of ratio 1.5 shown")
    return table(("limits", *heading, *more), *rows)


def power(run: Run) -> str:
    method = "SR funnel, chance alone"
    rows = [
        (
            str(e),
            *(run.percent(method, f"{e} expected, true ratio {r}", POWER) for r in ("1.5", "2")),
        )
        for e in (2, 5, 10, 20, 50, 100, 200)
    ]
    return table(("expected events", "true ratio 1.5, % shown", "true ratio 2, % shown"), *rows)


def monitoring(run: Run) -> str:
    rows = []
    for found in run.of("mean cases to a signal"):
        mix, true = found["setting"].rsplit(", ", 1)
        chart = found["method"].replace("CUSUM for odds ratio", "R")
        simulated = f"{found['estimate']:.1f} ± {found['error']:.1f}"
        said = f"{chart}, {true.replace('true odds ratio', 'true')}"
        rows.append((mix, said, simulated, f"{found['nominal']:.1f}"))
    return table(("cases", "chart and truth", "simulated", "Markov chain"), *rows)


def false_signals(run: Run) -> str:
    rows = [
        (f["setting"], run.percent(f["method"], f["setting"], f["quantity"]))
        for f in run.of("sequences with a false signal")
    ]
    return table(("sequences", "with a false signal at `--alpha 0.05`, %"), *rows)


def shrunken(run: Run) -> str:
    held, slope = "units whose interval holds the truth", "slope of the truth on the shrunken"
    rows = [
        (
            f["method"].split(" (")[0],
            f["setting"].removeprefix("100 units of "),
            run.percent(f["method"], f["setting"], held),
            run.plain(f["method"], f["setting"], slope),
        )
        for f in run.of(held)
    ]
    heading = ("truth inside the 95% interval, %", "slope of the truth on the shrunken (1)")
    return table(("method", "units", *heading), *rows)


def reliabilities(run: Run) -> str:
    rows = [
        (
            f["setting"].removeprefix("100 units of "),
            run.percent(f["method"], f["setting"], f["quantity"]),
        )
        for f in run.of("intervals of reliability that hold the truth")
    ]
    return table(("units", "intervals that hold the true reliability, %"), *rows)


TABLES = (
    *(charts, proportions, rates, means, direct, funnels, overdispersed, power),
    *(monitoring, false_signals, shrunken, reliabilities),
)


def main(path: str) -> int:
    run = Run(json.loads(Path(path).read_text(encoding="utf-8")))
    page = PAGE.read_text(encoding="utf-8")
    for made in TABLES:
        mark = f"<!-- table: {made.__name__} -->"
        if mark not in page:
            sys.exit(f"{PAGE.name} has no {mark}")
        pattern = re.escape(mark) + r".*?<!-- end -->"
        text = f"{mark}\n{made(run)}\n<!-- end -->"
        page = re.sub(pattern, lambda _, text=text: text, page, count=1, flags=re.DOTALL)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
