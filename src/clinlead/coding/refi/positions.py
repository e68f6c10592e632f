"""Positions as other programs count them, in code points of a text whose lines end in "\\n".

The standard counts code points. Where a text has Windows line ends most programs count both of
their characters, and ATLAS.ti one; NVivo counts a character outside the basic plane twice.
"""

from collections.abc import Callable, Iterator
from itertools import accumulate

Place = Callable[[int], int | None]  # where a position of theirs is in ours; None: nowhere


def normalised(text: str) -> str:
    """With one character at each line's end, and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def places(text: str, origin: str) -> Place:
    """How to find a position that a program counted in `text`, in the normalised text."""
    text = text.removeprefix("\ufeff")
    atlas, nvivo = "ATLAS" in origin.upper(), "NVIVO" in origin.upper()
    if "\r\n" not in text and not (nvivo and max(text, default="") > "\uffff"):
        return lambda position: position if 0 <= position <= len(text) else None
    lengths = list(lengths_in(text, atlas, nvivo))
    theirs = {0: 0}
    for ours, end in enumerate(accumulate(lengths), start=1):
        theirs[end] = ours
        theirs.setdefault(end - 1, ours if lengths[ours - 1] > 1 else ours - 1)
    return theirs.get


def lengths_in(text: str, one_line_end: bool, two_for_others: bool) -> Iterator[int]:
    """How many positions each character of the normalised text takes up for that program."""
    skip = False
    for place, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\r" and text[place + 1 : place + 2] == "\n":
            skip = True
            yield 1 if one_line_end else 2
        else:
            yield 2 if two_for_others and ord(character) > 0xFFFF else 1
