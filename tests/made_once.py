"""What is dear to make is made once a run, by whichever of its processes needs it first."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from clinlead.intake.lock import only_one


def made_once(name: str, make: Callable[[Path], None], within: Path) -> Path:
    """The folder that `make` filled; the run's other processes wait for it. Copy what you change.

    `within` is pytest's base folder: of a worker it lies in that of the whole run.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        within = within.parent
    folder, whole = within / name, within / f"{name}.whole"
    with only_one(within / f"{name}.lock", wait=True):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that died while it made this
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder
