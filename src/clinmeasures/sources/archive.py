"""The files of a source that come as one zip archive, unpacked beside each other; bombs refused."""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from clinmeasures.activity.room import no_room
from clinmeasures.activity.source import Progress
from clinmeasures.activity.unreadable import UnreadableFile

MOST_FILES = 5_000
ALWAYS_FINE = 256 << 20  # bytes unpacked, however well they were packed
MOST_TIMES = 200  # as large as packed; tables and JSON come to 5 to 50 times, a bomb to 1,000
BLOCK = 1 << 20
DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError)


def unpack(
    archive: Path, folder: Path, *, wanted: Callable[[str], bool], progress: Progress
) -> list[str]:
    """Unpack the wanted files of a zip archive into one folder, whatever folders they were in.

    Parameters
    ----------
    archive : Path
    folder : Path
        Made where it is not there.
    wanted : callable (name of a file without its folder)
        Nothing else is unpacked, and no archive inside the archive.
    progress : callable (share of 0 to 1, words)

    Returns
    -------
    list of str
        The names of the files.

    Raises
    ------
    UnreadableFile
        No zip archive, damaged, with a password, two files of one name, nothing wanted in it, or
        larger than honest data are when they are unpacked.
    NoRoom
        The disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as opened, no_room(folder):
            parts = wanted_parts(opened, archive.name, wanted)
            refuse_bomb(parts, archive.name)
            for number, (name, part) in enumerate(parts.items()):
                progress(number / len(parts), f"unpacking {name}")
                with opened.open(part) as packed, (folder / name).open("wb") as out:
                    shutil.copyfileobj(packed, out, BLOCK)
    except DAMAGED as error:
        raise UnreadableFile(
            f"{archive.name}: is no zip archive, or a damaged one; pack the files again."
        ) from error
    return list(parts)


def wanted_parts(
    archive: zipfile.ZipFile, label: str, wanted: Callable[[str], bool]
) -> dict[str, zipfile.ZipInfo]:
    """The parts to unpack by their own names."""
    found: dict[str, zipfile.ZipInfo] = {}
    for part in archive.infolist():
        name = PurePosixPath(part.filename.replace("\\", "/")).name
        if part.is_dir() or name.startswith(".") or not wanted(name):
            continue
        if part.flag_bits & 1:
            raise UnreadableFile(f"{label}: has a password; pack the files without one.")
        if name in found:
            raise UnreadableFile(f"{label}: holds two files {name}; keep one.")
        found[name] = part
    if not found:
        raise UnreadableFile(f"{label}: holds no file that is read; pack the files themselves.")
    return found


def refuse_bomb(parts: dict[str, zipfile.ZipInfo], label: str) -> None:
    """Judge by the list of parts, before any is unpacked: zipfile unpacks no more than it says."""
    if len(parts) > MOST_FILES:
        raise UnreadableFile(f"{label}: holds {len(parts):,} files; at most {MOST_FILES:,} can be.")
    packed = sum(part.compress_size for part in parts.values())
    whole = sum(part.file_size for part in parts.values())
    if whole > max(ALWAYS_FINE, MOST_TIMES * packed):
        raise UnreadableFile(
            f"{label}: unpacks to {whole >> 20:,} MB, {whole // max(packed, 1):,} times what it "
            "holds packed, as no data do; nothing was unpacked. Upload the files themselves."
        )
