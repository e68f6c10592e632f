"""A backup's archive: what comes out is what went in, or nothing comes out at all."""

import io
import json
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinlead.upkeep.archive import MANIFEST, files_of, unpack, write_archive
from clinmeasures.errors import BadInput

ABOUT = {"clinlead": "1", "made_at": "2026-07-01", "database": "sqlite", "keys": True}
NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.parquet", fullmatch=True)


def nothing(_done: int, _of: int, _what: str) -> None:
    pass


def archived(place, files: dict[str, bytes], **more):
    """An archive of a data directory with these files."""
    directory = place / "data"
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
    directory.mkdir(exist_ok=True)
    database = place / "clinlead.sqlite3"
    database.write_bytes(b"rows")
    target = place / "all.tar"
    write_archive(target, directory, database, ABOUT, progress=nothing, **more)
    return target


@settings(max_examples=30)
@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=5))
def test_what_comes_out_is_what_went_in(tmp_path_factory, files):
    place = tmp_path_factory.mktemp("archive")
    folder, said = unpack(archived(place, files), place / "new", progress=nothing)
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    assert {name: each for name, each in found.items() if name != "clinlead.sqlite3"} == files
    assert found["clinlead.sqlite3"] == b"rows"
    assert ABOUT.items() <= said.items()


def test_only_its_maker_can_read_it_and_what_is_taken_from_it(tmp_path):
    target = archived(tmp_path, {"keys/patients": b"secret"})
    assert target.stat().st_mode & 0o077 == 0
    folder, _ = unpack(target, tmp_path / "new", progress=nothing)
    assert (folder / "keys").stat().st_mode & 0o077 == 0


def test_what_is_being_written_and_copies_of_the_database_stay_behind(tmp_path):
    kept = {"activity/spells/load=000001/part.parquet": b"1", "keys/patients": b"2"}
    left = ("backups/old.sqlite3", "facts/.aside-x/part.parquet", "intake/loading/upload",
            "clinlead.sqlite3-wal", "sent-mail/letter")  # fmt: skip
    archived(tmp_path, kept | dict.fromkeys(left, b"3"))
    directory = tmp_path / "data"
    assert {p.relative_to(directory).as_posix() for p in files_of(directory)} == set(kept)
    without = {p.relative_to(directory).as_posix() for p in files_of(directory, keys=False)}
    assert without == {"activity/spells/load=000001/part.parquet"}


def test_one_changed_byte_is_found_and_nothing_is_left_of_what_was_unpacked(tmp_path):
    target = archived(tmp_path, {"facts/part.parquet": b"numerator"})
    target.write_bytes(target.read_bytes().replace(b"numerator", b"numerat0r"))
    with pytest.raises(BadInput, match=r"facts/part\.parquet is damaged"):
        unpack(target, tmp_path / "new", progress=nothing)
    assert not list(tmp_path.glob(".new-*"))


@pytest.mark.parametrize("size", [0, 10, 700, 3000])
def test_a_file_cut_short_is_told_in_one_sentence(tmp_path, size):
    target = archived(tmp_path, {"facts/part.parquet": b"n" * 4000})
    target.write_bytes(target.read_bytes()[:size])
    with pytest.raises(BadInput, match="nothing was restored") as told:
        unpack(target, tmp_path / "new", progress=nothing)
    assert "\n" not in str(told.value)


def test_an_archive_cannot_write_outside_its_place(tmp_path):
    target = tmp_path / "evil.tar"
    with tarfile.open(target, "w") as tar:
        info = tarfile.TarInfo("../outside")
        tar.addfile(info, io.BytesIO(b""))
    with pytest.raises(BadInput, match="nothing was restored"):
        unpack(target, tmp_path / "new", progress=nothing)
    assert not (tmp_path / "outside").exists()


def test_a_file_that_the_list_does_not_name_is_refused(tmp_path):
    target = archived(tmp_path, {"a.parquet": b"1"})
    with tarfile.open(target, "a") as tar:
        tar.addfile(tarfile.TarInfo("b.parquet"), io.BytesIO(b""))
    with pytest.raises(BadInput, match=r"holds b\.parquet, which its list does not name"):
        unpack(target, tmp_path / "new", progress=nothing)


def test_a_list_of_another_shape_is_no_backup(tmp_path):
    target = tmp_path / "other.tar"
    text = json.dumps([1]).encode()
    with tarfile.open(target, "w") as tar:
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    with pytest.raises(BadInput, match="not made by `clinlead backup`"):
        unpack(target, tmp_path / "new", progress=nothing)


def test_a_missing_archive_is_said_to_be_missing(tmp_path):
    with pytest.raises(BadInput, match=r"none\.tar is not there"):
        unpack(tmp_path / "none.tar", tmp_path / "new", progress=nothing)


def test_writing_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_archive(
            tmp_path / "all.tar", tmp_path, tmp_path, ABOUT, progress=nothing
        )  # a folder where the database should be
    assert not list(tmp_path.glob("*all.tar*"))
