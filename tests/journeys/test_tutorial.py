"""The tutorial's own commands, run in the order in which a reader runs them."""

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "first-figure.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(folder: Path) -> str:
    """Write the tutorial's files and run its commands as one script; what it printed."""
    script = ["set -e", f'export PATH="{Path(sys.executable).parent}:$PATH"']
    for language, name, text in BLOCK.findall(TUTORIAL.read_text(encoding="utf-8")):
        if language == "toml":
            script.append(f"cat > {name} <<'END'\n{text}END")
        elif language == "sh":
            script.append(text)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLINLEAD_", "DJANGO_"))}
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the tutorial is written for a Unix shell")
def test_a_reader_of_the_tutorial_gets_what_it_says(tmp_path):
    printed = follow(tmp_path)
    page = (tmp_path / "first-figure" / "report.html").read_text(encoding="utf-8")
    assert "513 of 1,495" in page
    assert "34.3%" in page
    assert "1,495 of 1,495 rows of spells accepted" in printed
    assert "already" in printed
    assert "The record holds" in printed
    assert stays_of("30006", tmp_path / "first-figure" / "data") == 74


STAYS = """
select sum(n) from figures_tally t join figures_tallymonth m on m.id = t.tally_month_id
where unit = ? and m.shown and m.measure = 'length-of-stay' and m.rule = 'discharging'
"""


def stays_of(unit: str, data: Path) -> int:
    database = sqlite3.connect(data / "clinlead.sqlite3")
    with contextlib.closing(database):
        return database.execute(STAYS, [unit]).fetchone()[0]
