"""One archive of a data directory: every file with its digest, whole or not there at all."""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from typing import IO, Any

from clinlead.figures.computing import Progress
from clinmeasures.errors import BadInput

MANIFEST = "manifest.json"
NOT_KEPT = ("backups", "sent-mail", "intake/loading", "intake/reading")
ANOTHER = "Use another backup; nothing was restored."


class Hashing:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self.file.read(size)
        self.digest.update(block)
        return block


def files_of(directory: Path, *, keys: bool = True) -> list[Path]:
    """What an archive keeps of a data directory; the database comes as a copy of its own."""
    kept = [path for path in sorted(directory.rglob("*")) if is_kept(path, directory)]
    return kept if keys else [path for path in kept if path.parent != directory / "keys"]


def is_kept(path: Path, directory: Path) -> bool:
    place = path.relative_to(directory)
    hidden = any(part.startswith(".") for part in place.parts)  # what is being written aside
    left = any(place.as_posix().startswith(f"{each}/") for each in NOT_KEPT)
    database = path.name.startswith("clinlead.sqlite3") and path.parent == directory
    return not (hidden or left or database or path.is_symlink()) and path.is_file()


def write_archive(
    target: Path,
    directory: Path,
    database: Path,
    about: Mapping[str, Any],
    *,
    keys: bool = True,
    progress: Progress,
) -> dict[str, str]:
    """Write the archive aside, flush it and rename it; each file's digest by name."""
    number, name = mkstemp(prefix=f".{target.name}-", dir=target.parent)  # read by its maker alone
    part = Path(name)
    digests: dict[str, str] = {}
    files = files_of(directory, keys=keys)
    try:
        with os.fdopen(number, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
            digests[database.name] = add(tar, database, database.name)
            for done, path in enumerate(files, start=1):
                name = path.relative_to(directory).as_posix()
                try:
                    digests[name] = add(tar, path, name)
                except FileNotFoundError:
                    continue  # replaced since the list was made; the caller checks what it needs
                progress(done, len(files), "files")
            add_text(tar, MANIFEST, json.dumps({**about, "files": digests}, indent=1))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return digests


def add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    with path.open("rb") as file:
        hashing = Hashing(file)
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), hashing)  # type: ignore[arg-type]
        return hashing.digest.hexdigest()


def add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, BytesIO(content))


def unpack(archive: Path, beside: Path, *, progress: Progress) -> tuple[Path, dict[str, Any]]:
    """The archive's files in a new folder beside a place, each as its digest says, and the list."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{beside.name}-", dir=beside.parent))
    try:
        return folder, unpacked(archive, folder, progress)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def unpacked(archive: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    try:
        with tarfile.open(archive, "r:") as tar:
            tar.extractall(folder, filter="data")
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        digests: dict[str, str] = said["files"]
    except FileNotFoundError as missing:
        why = "is not there" if not archive.exists() else "has no list of its files"
        raise BadInput(f"{archive} {why}; give a file that `clinlead backup` made.") from missing
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as problem:
        raise BadInput(
            f"{archive} is damaged or was not made by `clinlead backup` ({problem}). {ANOTHER}"
        ) from problem
    (folder / MANIFEST).unlink()
    for place in (path for path in folder.rglob("*") if path.is_dir()):
        place.chmod(0o700)  # keys and what was set aside are in it
    for done, (name, digest) in enumerate(digests.items(), start=1):
        if digest_of(folder / name) != digest:
            raise BadInput(f"{archive}: {name} is damaged. {ANOTHER}")
        progress(done, len(digests), "files")
    if unknown := next((n for n in names_in(folder) if n not in digests), None):
        raise BadInput(f"{archive} holds {unknown}, which its list does not name. {ANOTHER}")
    return said


def names_in(folder: Path) -> Iterator[str]:
    return (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def digest_of(path: Path) -> str | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
