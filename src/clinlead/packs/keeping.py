"""Packs as files: written aside, flushed and renamed, so that none is ever half there."""

import hashlib
import os
import secrets
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from clinlead.organisation.models import Person
from clinlead.packs.models import Pack
from clinlead.packs.policies import Kind
from clinlead.releases.models import Release


def root() -> Path:
    return Path(settings.CONFIGURATION.data_dir) / "packs"


def keep(
    paper: bytes,
    *,
    release: Release,
    kind: Kind,
    at: datetime,
    person: Person | None = None,
    comparator: str = "",
) -> Pack:
    """Put a paper in place of the one there was; the row names the file that is whole."""
    name = f"{release.pk}/{secrets.token_hex(12)}.pdf"  # says nothing of whose it is
    write(root() / name, paper)
    old = Pack.objects.filter(release=release, kind=kind, person=person).first()
    pack, _ = Pack.objects.update_or_create(
        release=release,
        kind=kind,
        person=person,
        defaults={
            "file": name,
            "digest": hashlib.sha256(paper).hexdigest(),
            "comparator": comparator,
            "made_at": at,
        },
    )
    if old is not None:
        (root() / old.file).unlink(missing_ok=True)
    return pack


def forget(packs: QuerySet[Pack]) -> None:
    """Papers that say what their owner took back: gone with their files."""
    files = list(packs.values_list("file", flat=True))
    packs.delete()
    for name in files:
        transaction.on_commit(partial((root() / name).unlink, missing_ok=True))


def write(target: Path, paper: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    with part.open("wb") as file:
        file.write(paper)
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)


def read(pack: Pack) -> bytes | None:
    """The paper as it was made; nothing where the file is gone or is not what was made."""
    path = root() / pack.file
    if not path.is_file():
        return None
    paper = path.read_bytes()
    return paper if hashlib.sha256(paper).hexdigest() == pack.digest else None
