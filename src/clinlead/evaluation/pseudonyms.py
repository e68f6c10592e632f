"""Taking names out of a transcript: what is suggested, and what is put in their place. Pure.

The evaluator decides on every word; a suggestion that is left alone stays as it was said.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clinlead.identifying import Roster, Sort, find
from clinlead.identifying.listing import listed

MOST_AROUND = 40  # letters of the text on each side of a word

PERHAPS = "capital letters, perhaps a name"
WORD = re.compile(r"[^\W\d_][\w'’-]*")
OPENS = re.compile(r"(?:^|[.!?:…\n])[\s\"'“‘(*–-]*$")  # what stands before a sentence's first word
LETTER, DIGIT = r"[^\W\d_]", r"\d"
MARK = "[\u0300-\u036f]"  # an accent that is typed after its letter
LONGEST_SHORT = 5  # letters of an abbreviation, such as NHS

CALLED: dict[Sort, str] = {
    Sort.COLLEAGUE: "colleague",
    Sort.PERSON: "person",
    Sort.NHS_NUMBER: "NHS number",
    Sort.BIRTH: "date",
    Sort.PHONE: "telephone number",
    Sort.POSTCODE: "postcode",
    Sort.ADDRESS: "address",
    Sort.EMAIL: "e-mail address",
    Sort.NUMBER: "number",
    Sort.PHRASE: "place",
}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A word of the text that may say who somebody is, and what could be put for it."""

    word: str  # as it was said
    why: str
    times: int
    around: str  # where it is first said
    instead: str
    sure: bool


def suggestions(
    text: str, roster: Roster, *, legend: Mapping[str, str], on: date
) -> list[Suggestion]:
    """Every such word once, in the text's order; what was put for it before is put again."""
    known = [(e.start, e.end, e.sort.words, CALLED[e.sort], e.sure)
             for e in find(text, roster, on=on)]  # fmt: skip
    perhaps = [
        (start, end, PERHAPS, "name", False)
        for start, end in capitals(text)
        if not any(start < k[1] and k[0] < end for k in known)
    ]
    found: dict[str, Suggestion] = {}
    taken = set(legend.values())
    for start, end, why, kind, sure in sorted([*known, *perhaps]):
        word = text[start:end]
        if word in found:
            continue
        instead = legend.get(word) or free(kind, taken)
        taken.add(instead)
        found[word] = Suggestion(
            word=word,
            why=why,
            times=len(places(text, [word])),
            around=around(text, start, end),
            instead=instead,
            sure=sure or word in legend,
        )
    return list(found.values())


def capitals(text: str) -> list[tuple[int, int]]:
    """Words with a capital inside a sentence, and two together anywhere: names no list knows."""
    runs: list[list[re.Match[str]]] = []
    for match in WORD.finditer(text):
        if not is_capital(match[0]):
            continue
        if runs and text[runs[-1][-1].end() : match.start()] == " ":
            runs[-1].append(match)
        else:
            runs.append([match])
    kept = [without_opening(text, run) for run in runs]
    return [(run[0].start(), run[-1].end()) for run in kept if run]


def without_opening(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    """A sentence's first word has its capital from there, unless a name goes on after it."""
    if not OPENS.search(text, max(0, run[0].start() - 8), run[0].start()):
        return run
    everyday = run[0][0].lower() in listed("everyday")
    return run[1:] if everyday or len(run) == 1 else run


def is_capital(word: str) -> bool:
    short = word.isupper() and len(word) <= LONGEST_SHORT
    return word[0].isupper() and not short and not word.startswith(("I'", "I’"))


def free(kind: str, taken: Iterable[str]) -> str:
    """[colleague 1], or the first number that nobody has."""
    used, number = set(taken), 1
    while f"[{kind} {number}]" in used:
        number += 1
    return f"[{kind} {number}]"


def around(text: str, start: int, end: int) -> str:
    """The words before and after, on one line."""
    before = text[max(0, start - MOST_AROUND) : start].rsplit("\n", maxsplit=1)[-1]
    after = text[end : end + MOST_AROUND].split("\n", maxsplit=1)[0]
    return f"{before}{text[start:end]}{after}".strip()


def places(text: str, words: Iterable[str]) -> list[re.Match[str]]:
    """Where any of the words stands as a whole word; the longest first where two begin together."""
    listed = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    if not listed:
        return []
    return list(re.finditer("|".join(map(whole, listed)), text))


def whole(word: str) -> str:
    """A word that goes on neither in letters, before or after, nor a number in digits; an
    underscore or a figure beside a name does not hide it."""
    before, after = (DIGIT if end.isdecimal() else LETTER for end in (word[0], word[-1]))
    return f"(?<!{before}){re.escape(word)}(?!{after}|{MARK})"


def replaced(text: str, legend: Mapping[str, str]) -> str:
    """The text with each word's pseudonym in its place; every other letter stays as it was."""
    pieces, here = [], 0
    for match in places(text, legend):
        pieces += [text[here : match.start()], legend[match[0]]]
        here = match.end()
    return "".join([*pieces, text[here:]])


class NotALegend(Exception):
    """A line of words to replace cannot be read; says which."""


def legend_of(lines: str) -> dict[str, str]:
    """What the evaluator adds: one a line, “St Elsewhere = [another hospital]”."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        word, sign, instead = (part.strip() for part in line.partition("="))
        if not (word and sign and instead):
            raise NotALegend(
                f"“{line}” is not of the form: word = what to put for it. Write one a line."
            )
        found[word] = instead
    return found
