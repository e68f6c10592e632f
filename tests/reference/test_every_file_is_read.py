"""No reference result may lie unread: every file of these folders is named in a test here."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared"
FOLDERS = (
    "oracles/feprovider",
    "oracles/funnelplotr",
    "oracles/heterogeneity",
    "oracles/intervals",
    "oracles/lme4",
    "oracles/phe",
    "oracles/pprof",
    "data/nys_cardiac_official",
    "data/shmi_official",
)
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(HERE.glob("test_*.py"))
    if path != Path(__file__)
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_reference_file_is_read_by_a_test(folder):
    if not (SHARED / folder).exists():
        pytest.skip(f"needs ../shared/{folder}")
    files = sorted(path.name for path in (SHARED / folder).glob("*.csv"))
    assert files
    assert [name for name in files if f'"{name}"' not in TESTS] == []
