"""Positions as other programs count them, in code points of a text whose lines end in "\\n".

The standard counts code points. Where a text has Windows line ends most programs count both of
their characters. ATLAS.ti counts one, and so does QualCoder, which counts before it writes the
text as its system does. What a passage quotes says more surely than its program's name how it was
counted. NVivo counts a character outside the basic plane twice.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

Place = Callable[[int], int | None]  # where a position of theirs is in ours; None: nowhere
Quoted = tuple[int, str]  # a passage's start, and words that it quotes
ONE_A_LINE_END = ("ATLAS", "QUALCODER")
LOOKED_AT = 20  # characters; programs shorten what they quote


def normalised(text: str) -> str:
    """With one character at each line's end, and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def places(text: str, origin: str, quoted: Iterable[Quoted] = ()) -> Place:
    """How to find a position that a program counted in `text`, in the normalised text."""
    text = text.removeprefix("\ufeff")
    nvivo = "NVIVO" in origin.upper()
    if "\r\n" not in text and not (nvivo and max(text, default="") > "\uffff"):
        return lambda position: position if 0 <= position <= len(text) else None
    one = any(name in origin.upper() for name in ONE_A_LINE_END)
    both = [counted(text, way, nvivo) for way in (one, not one)]
    ours, said = flat(text), [(start, flat(words)) for start, words in quoted]
    return max(both, key=lambda place: hits(place, ours, said))  # as the program does, in a tie


def flat(text: str) -> str:
    """With blanks for line ends, as an attribute of XML has them."""
    return normalised(text).replace("\n", " ")


def hits(place: Place, text: str, quoted: Iterable[Quoted]) -> int:
    """How many passages begin with the words that they quote."""
    found = [(place(start), words[:LOOKED_AT]) for start, words in quoted]
    return sum(at is not None and bool(w) and text.startswith(w, at) for at, w in found)


def counted(text: str, one_line_end: bool, two_for_others: bool) -> Place:
    lengths = list(lengths_in(text, one_line_end, two_for_others))
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
