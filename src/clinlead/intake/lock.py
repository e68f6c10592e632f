"""One load at a time: a lock that the operating system drops when its holder dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from clinmeasures.errors import BadInput


class Busy(BadInput):
    """Another load is running."""


@contextmanager
def only_one(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock file; while another process does, wait or refuse."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            hold(file, wait)
        except OSError as error:
            raise Busy("another extract is being loaded; wait until it is done.") from error
        yield


if os.name == "nt":
    import msvcrt

    def hold(file: IO[bytes], wait: bool) -> None:
        file.seek(0)
        how = msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK  # type: ignore[attr-defined]
        msvcrt.locking(file.fileno(), how, 1)  # type: ignore[attr-defined]

else:
    import fcntl

    def hold(file: IO[bytes], wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
