"""Commands start fast: slow packages are imported only by the work that needs them."""

import subprocess
import sys

import pytest

SLOW = ("scipy", "pandas", "pyarrow", "ibis", "duckdb", "narwhals", "pydantic")


def loaded_after(statement):
    script = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import clinmeasures.cli.main",
        "from clinmeasures.spc import spc; spc([1, 2], dates=['2024-01', '2024-02']).to_dict()",
        "import clinmeasures.charts, clinmeasures.wording, clinmeasures.intervals",
        "from clinmeasures.cli.main import parser_for; parser_for(['spc'])",
        "import clinmeasures.casemix, clinmeasures.association, clinmeasures.agreement",
        "import clinmeasures.comorbidity",
    ],
)
def test_nothing_slow_is_imported_before_it_is_needed(statement):
    assert not loaded_after(statement) & set(SLOW)
