"""A source's files in one zip archive: unpacked beside each other, or refused in a sentence."""

import zipfile

import pytest

from clinmeasures.activity.unreadable import UnreadableFile
from clinmeasures.sources import is_fhir_file, is_omop_table, unpack
from other_sources import silent


def packed(tmp_path, files: dict[str, str | bytes]):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def unpacked(path, wanted=is_omop_table) -> list[str]:
    return unpack(path, path.parent / "files", wanted=wanted, progress=silent)


def test_what_is_read_is_unpacked_from_whatever_folder_it_was_in(tmp_path):
    files = {
        "a/b/PERSON.csv": "x",
        "death.parquet": "y",
        "MEASUREMENT.csv": "z",
        "__MACOSX/._x": "",
    }
    assert unpacked(packed(tmp_path, files)) == ["PERSON.csv", "death.parquet"]
    assert sorted(each.name for each in (tmp_path / "files").iterdir()) == [
        "PERSON.csv",
        "death.parquet",
    ]


def test_a_name_that_climbs_out_of_the_folder_stays_in_it(tmp_path):
    assert unpacked(packed(tmp_path, {"../../PERSON.csv": "x"})) == ["PERSON.csv"]
    assert not (tmp_path.parent / "PERSON.csv").exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a/PERSON.csv": "", "b/PERSON.csv": ""}, "holds two files PERSON.csv; keep one"),
        ({"notes.docx": ""}, "holds no file that is read"),
        ({"PERSON.csv": bytes(300 << 20)}, "as no data do; nothing was unpacked"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_in_a_sentence(tmp_path, files, said):
    with pytest.raises(UnreadableFile, match=said):
        unpacked(packed(tmp_path, files))
    assert not list(tmp_path.glob("files/*"))


def test_a_damaged_archive_or_one_with_a_password_is_refused(tmp_path):
    path = packed(tmp_path, {"Patient.ndjson": "{}" * 99})
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    with pytest.raises(UnreadableFile, match="is no zip archive, or a damaged one"):
        unpacked(path, is_fhir_file)
    flags = whole.rindex(b"PK\x01\x02") + 8  # the list of parts says that this one is encrypted
    path.write_bytes(whole[:flags] + b"\x01" + whole[flags + 1 :])
    with pytest.raises(UnreadableFile, match="has a password"):
        unpacked(path, is_fhir_file)
