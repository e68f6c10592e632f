"""Whatever a file holds, a command gives one JSON document or one sentence, never a traceback."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinmeasures.cli.main import main

ODD = ["", "-1", "x", "1e400", "nan", "2024-13-01", " 7 ", "1_000", "١", '"1,2"', "é", "0x10", "5%"]
NUMBERS = st.integers(0, 30).map(str)
CELLS = st.one_of(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(ODD))
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=14)
CHARTS = ("xmr", "run", "i", "mr", "xbar", "s", "p", "pp", "u", "up", "c", "g", "t")
COMMANDS = [
    *(["spc", "--value", "x", "--date", "d", "--chart", chart] for chart in CHARTS),
    *(
        ["spc", "--value", "x", "--denominator", "n", "--chart", chart, "--run-rules", "cutbox"]
        for chart in ("p", "pp", "u", "up", "xmr")
    ),
    *(
        ["interval", "--kind", kind, "--numerator", "x", "--denominator", "n"]
        for kind in ("proportion", "rate")
    ),
    ["interval", "--kind", "mean", "--value", "x", "--unit", "u"],
    *(
        ["casemix", "--outcome", "x", "--covariates", "n,u", "--categorical", "u", "--family", kind]
        for kind in ("binomial", "poisson", "negbinomial", "gaussian", "gamma")
    ),
    ["casemix", "--outcome", "x", "--predicted", "n", "--family", "binomial"],
    ["casemix", "--outcome", "x", "--predicted", "n", "--family", "gamma", "--weights", "u"],
    ["its", "--date", "d", "--value", "x", "--change", "2024-01-05"],
    ["its", "--date", "u", "--value", "x", "--change", "9", "--comparison", "n", "--signal", "7"],
    ["agreement", "--item", "u", "--coder", "x", "--code", "n"],
    ["comorbidity", "--patient", "u", "--code", "x", "--index", "charlson", "--version", "icd9"],
    *(
        ["funnel", "--unit", "u", "--numerator", "x", "--denominator", "n", "--type", kind, *more]
        for kind in ("SR", "PR", "RC")
        for more in (
            [],
            ["--overdispersion", "additive", "--min-units", "2", "--transform", "log"],
            ["--overdispersion", "multiplicative", "--min-units", "2", "--trim", "truncate"],
        )
    ),
    *(
        ["funnel", "--unit", "u", "--numerator", "x", "--denominator", "n", "--type", "PR", *more]
        for more in (["--method", "exact"], ["--method", "interpolated"], ["--method", "normal"])
    ),
    *(
        ["standardise", "--unit", "u", "--observed", "x", *more]
        for more in (
            ["--expected", "n"],
            ["--expected", "n", "--method", "exact"],
            ["--population", "n", "--standard", "x"],
        )
    ),
    *(
        ["providers", "--outcome", "x", "--provider", "u", "--family", family, *more]
        for family in ("binomial", "poisson", "gaussian")
        for more in (
            ["--effects", "fixed", "--covariates", "n"],
            ["--effects", "fixed", "--categorical", "n", "--test", "score", "--null", "mean"],
            ["--effects", "random", "--covariates", "n"],
        )
    ),
    *(
        ["reliability", "--unit", "u", "--min-units", "2", "--kind", kind, *more]
        for kind, more in (
            ("proportion", ["--numerator", "x", "--denominator", "n"]),
            ("ratio", ["--numerator", "x", "--denominator", "n"]),
            ("mean", ["--value", "x"]),
        )
    ),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command)[:60])
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_any_file_gives_a_document_or_a_sentence(tmp_path, capsys, command, rows):
    path = tmp_path / "any.csv"
    lines = [f"2024-01-{i + 1:02},{u},{x},{n}" for i, (u, x, n) in enumerate(rows)]
    path.write_text("\n".join(["d,u,x,n", *lines]) + "\n", encoding="utf-8")
    status = main([command[0], str(path), *command[1:], "--json"])
    shown = capsys.readouterr()
    if status == 0:
        json.loads(shown.out)
    else:
        assert status == 2
        assert shown.out == ""
        assert shown.err.startswith("clinmeasures: ")
        assert shown.err.count("\n") == 1
