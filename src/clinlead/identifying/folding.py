"""Text without accents, odd spaces and invisible characters, and where each letter came from."""

import unicodedata
from dataclasses import dataclass

# What pasted text hides between letters: zero-width spaces and joiners, soft hyphens, marks.
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
ALIKE = {
    **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "ß": "ss",
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
}


@dataclass(frozen=True)
class Folded:
    """`text[i]` came from place `at[i]` of the text as given."""

    text: str
    at: list[int]
    given: str

    def place(self, start: int, end: int) -> tuple[int, int]:
        """From places here to places in the text as given, with the accents that follow."""
        first, last = self.at[start], self.at[end - 1] + 1
        while last < len(self.given) and unicodedata.combining(self.given[last]):
            last += 1
        return first, last


def fold(text: str) -> Folded:
    if text.isascii():
        return Folded(text, list(range(len(text))), text)
    letters: list[str] = []
    at: list[int] = []
    for place, letter in enumerate(text):
        for plain in letter if letter.isascii() else folded_letter(letter):
            letters.append(plain)
            at.append(place)
    return Folded("".join(letters), at, text)


def folded_letter(letter: str) -> str:
    if letter in INVISIBLE or unicodedata.combining(letter):
        return ""
    if letter in ALIKE:
        return ALIKE[letter]
    if letter.isspace() and letter not in "\u2028\u2029\u0085":
        return " "
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(each for each in bare if not unicodedata.combining(each))


def plain(word: str) -> str:
    """A word as it is looked up: folded, small letters."""
    return fold(word).text.lower()
