"""Every room's rows, one after another."""

from importlib import import_module
from pathlib import Path

from rows import Row

ROOMS = sorted(path.stem for path in (Path(__file__).parent / "rooms").glob("*.py"))
ROWS: list[Row] = [row for room in ROOMS for row in import_module(f"rooms.{room}").ROWS]
