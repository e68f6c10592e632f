"""The demonstration's folder: what is there is used, what is half-made is made again."""

from datetime import date

import pytest

from clinlead.demo import folder
from clinmeasures.errors import BadInput


def make(directory):
    assert folder.make_room(directory, fresh=False)
    folder.finish(directory, today=date(2026, 11, 22), version="1")


def test_an_empty_folder_is_filled_and_then_used_as_it_is(tmp_path):
    make(tmp_path / "demo")
    assert not folder.make_room(tmp_path / "demo", fresh=False)
    assert folder.made_on(tmp_path / "demo") == date(2026, 11, 22)


def test_a_making_that_was_interrupted_starts_again_from_nothing(tmp_path):
    folder.make_room(tmp_path, fresh=False)
    (tmp_path / "half.sqlite3").touch()
    assert folder.make_room(tmp_path, fresh=False)
    assert not (tmp_path / "half.sqlite3").exists()


def test_fresh_makes_it_again(tmp_path):
    make(tmp_path / "demo")
    (tmp_path / "demo" / "old").touch()
    assert folder.make_room(tmp_path / "demo", fresh=True)
    assert not (tmp_path / "demo" / "old").exists()


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_of_other_things_is_refused_and_left_alone(tmp_path, fresh):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(BadInput, match="something other than the demonstration"):
        folder.make_room(tmp_path, fresh=fresh)
    assert (tmp_path / "thesis.docx").read_text() == "years of work"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "demo").write_text("a file")
    with pytest.raises(BadInput, match="name an empty folder"):
        folder.make_room(tmp_path / "demo", fresh=False)
