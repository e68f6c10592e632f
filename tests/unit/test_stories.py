"""The stories of the invented trust are told in a file, and the file is checked."""

import re

import pytest

from clinlead.demo.trust.stories import SOURCE, read_stories

TEXT = SOURCE.read_text(encoding="utf-8")


def test_every_story_of_the_file_is_told():
    told = read_stories(TEXT)
    assert [each.code for each in told] == re.findall(r"^\[(.+)\]$", TEXT, re.M)
    assert {"misfiled-month", "board-rounds", "too-few"} <= {each.code for each in told}
    assert not [each.code for each in told if "\n" in each.shows or "  " in each.shows]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("the newcomer came", "never"), r"stories.toml, \[too-few\]: no moment is 'never'; known"),
        (('"the newcomer"', '"nobody"'), r"\[too-few\]: nobody is 'nobody'; known are the clin"),
        (("account = ", "acount = "), r"\[misfiled-month\]: missing or unknown: account, acount"),
    ],
)
def test_what_is_wrong_in_the_file_is_refused_with_its_story(change, said):
    with pytest.raises(ValueError, match=said):
        read_stories(TEXT.replace(*change, 1))
