"""docs/reference/traps.md names a test for every trap: each exists, and no measure is left out."""

import re
from pathlib import Path

import pytest

from clinmeasures.definitions import library

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/reference/traps.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "`test_" in line
]
# Measure → what its reader must be told because the data cannot show it.
UNSEEN = {
    "emergency-readmission-30d": "other hospitals are not in this data",
    "follow-up-ratio": "Patient-initiated follow-up",
    "mortality-30d": "Palliative care",
    "mortality-30d-expected": "seen only where they are linked",
    "admission-rate": "shows as a drop",
    "discharge-summary-24h": "on paper are not in the data",
    "length-of-stay": "same-day care lengthens the stays that are left",
}
OTHERS_MAKE = (
    *("did-not-attend", "vte-assessment", "on-day-cancellation", "discharge-summary-24h"),
    *("clinic-letter-7d", "theatre-utilisation-capped", "theatre-utilisation-uncapped"),
)


def test_every_trap_is_proven_by_a_test_that_is_there():
    text = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^ *def (test_\w+)", text, re.MULTILINE))
    named = {name for _, _, proofs in ROWS for name in re.findall(r"`(test_\w+)`", proofs)}
    assert named
    assert named - there == set()


def test_every_shipped_measure_has_a_trap_with_its_proof():
    assert {name.strip() for names, _, _ in ROWS for name in names.split(",")} == set(library())


@pytest.mark.parametrize("code", UNSEEN)
def test_what_no_computation_can_see_is_said(code):
    assert UNSEEN[code] in " ".join(library()[code].traps)


@pytest.mark.parametrize("code", OTHERS_MAKE)
def test_what_others_mostly_make_is_a_teams_measure(code):
    assert library()[code].level == "team"
