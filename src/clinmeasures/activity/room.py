"""A full disk as one plain sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinmeasures.errors import BadInput

FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_WORDS = ("no space left", "disk quota exceeded", "max_temp_directory_size")


class NoRoom(BadInput):
    """The disk is full; nothing was stored."""


@contextmanager
def no_room(place: Path) -> Iterator[None]:
    """Turn a full disk, however it shows itself, into `NoRoom`."""
    import duckdb

    try:
        yield
    except (OSError, duckdb.Error) as error:
        words = str(error).lower()
        if getattr(error, "errno", None) in FULL or any(each in words for each in FULL_WORDS):
            raise NoRoom(
                f"there is no room left on the disk that holds {place}; nothing was loaded. "
                "Free some space (about three times the size of the file) and load again."
            ) from error
        raise
