"""Names of colleagues and of others, looked up word by word: a roster of any size is fast."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clinlead.identifying.folding import plain
from clinlead.identifying.listing import listed
from clinlead.identifying.sorts import Sort

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
TITLES = frozenset({"dr", "doctor", "mr", "mrs", "ms", "mx", "prof", "professor"})
# These are everyday words too, and make a name only of what looks like one.
LOOSE_TITLES = frozenset(
    {
        "miss",
        "sir",
        "dame",
        "lord",
        "lady",
        "sister",
        "matron",
        "nurse",
        "reverend",
        "rev",
        "father",
    }
)
PARTICLES = frozenset(
    {
        "de",
        "da",
        "del",
        "der",
        "den",
        "di",
        "du",
        "el",
        "la",
        "le",
        "van",
        "von",
        "al",
        "bin",
        "ibn",
        "st",
        "and",
        "of",
        "the",
    }
)
JOINING = frozenset({"and", "of", "the"})
AFTERWARDS = frozenset({"obe", "mbe", "cbe", "mbbs", "frcp", "frcs", "mrcp", "phd", "md", "jr"})
BETWEEN = re.compile(r"[ ]{1,2}|\.[ ]?|,[ ]")
LEADS_UP = re.compile(r"\.?[ ]{0,2}|\.?\r?\n")  # from a title to a name: no comma
LINE_BETWEEN = re.compile(r"\.?\r?\n")  # after a title, where a line was wrapped
SMALL_TITLES = frozenset({"mr", "mrs"})  # nothing else is written so, as "ms" and "dr" are
SENTENCE_ENDS = '.!?:;\n•*"“”(['
CALLED = re.compile(r"\b(?:called|named|name(?:'s| is| was)|surname is) $", re.IGNORECASE)
SHORTEST_CAPITALS = 2  # letters; in capitals they may as well be an abbreviation
SHORTEST_SMALL = 4  # letters of a name that is looked up in small letters


@dataclass(frozen=True)
class Roster:
    """The people whose names are looked for. Make it once; it is only read."""

    families: frozenset[str] = frozenset()
    firsts: frozenset[str] = frozenset()
    phrases: re.Pattern[str] | None = None  # of a trust, a hospital, a ward

    @classmethod
    def of(cls, names: Iterable[str], phrases: Iterable[str] = ()) -> "Roster":
        families: set[str] = set()
        firsts: set[str] = set()
        for name in names:
            first, *rest = parts_of(name) or [""]
            (firsts if rest else families).add(first)
            families.update(rest)
        halves = {half for name in families if "-" in name for half in name.split("-")}
        bare = {name.replace("'", "") for name in families}
        kept = {name for name in families | halves | bare if len(name) > 1}
        return cls(frozenset(kept), frozenset(firsts - {""}), phrase_pattern(phrases))


def among(word: str, names: frozenset[str]) -> bool:
    """Whether it is one of the names, or a double name with one of them for a half."""
    if word in names:
        return True
    halves = word.split("-") if "-" in word else []
    return any(half in names and half not in listed("everyday") for half in halves)


def parts_of(name: str) -> list[str]:
    """First name and surnames, without titles, initials and letters after the name."""
    words = [plain(word) for word in WORD.findall(plain(name))]
    dropped = TITLES | LOOSE_TITLES | PARTICLES | AFTERWARDS
    return [word for word in words if word not in dropped and len(word) > 1]


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    told = sorted({plain(each.strip()) for each in phrases if each.strip()}, key=len, reverse=True)
    if not told:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, told))})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A word of the text, and what it may be."""

    start: int
    end: int
    word: str  # small letters
    capital: bool
    opens: bool  # a sentence, where any word has a capital
    joined: bool  # nothing but a space, a full stop or a comma since the word before

    @property
    def everyday(self) -> bool:
        return self.word in listed("everyday")

    @property
    def initial(self) -> bool:
        return len(self.word) == 1 and self.capital

    @property
    def title(self) -> bool:
        return self.word in TITLES or (self.word in LOOSE_TITLES and self.capital)


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    end = -1
    for match in WORD.finditer(text):
        word = match[0].removesuffix("'s").removesuffix("'S")
        start = match.start()
        joined = end >= 0 and is_joined(text, end, start, found[-1])
        capital = word[0].isupper() or (word[1:2] == "'" and word[2:3].isupper())  # d'Arcy
        one = Token(start, start + len(word), word.lower(), capital, opens(text, start), joined)
        found.append(one)
        end = match.end()
    return found


def is_joined(text: str, end: int, start: int, before: Token) -> bool:
    if BETWEEN.fullmatch(text, end, start):
        return True
    return before.word in TITLES and LINE_BETWEEN.fullmatch(text, end, start) is not None


def opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" '-")
    return not before or before[-1] in SENTENCE_ENDS


def names_in(text: str, roster: Roster) -> Iterator[tuple[int, int, Sort, bool]]:
    """Spans of names, each as long as title, first names, initials and surname reach."""
    tokens = tokens_of(text)
    for i in range(len(tokens)):
        sort = name_sort(text, tokens, i, roster)
        if sort is not None:
            yield *reach(tokens, i, roster), *sort
    if roster.phrases:
        for found in roster.phrases.finditer(text):
            yield *found.span(), Sort.PHRASE, True


def name_sort(text: str, tokens: list[Token], i: int, roster: Roster) -> tuple[Sort, bool] | None:
    """What a word is, if it is a name, and whether for sure."""
    token = tokens[i]
    before = tokens[i - 1] if i and token.joined else None
    if among(token.word, roster.families):
        found = family(text, token, before, roster)
        if found is not None:
            return Sort.COLLEAGUE, found
    if among(token.word, roster.firsts):
        found = alone(text, token)
        if found is not None:
            return Sort.COLLEAGUE, found
    return other_person(text, tokens, i)


def family(text: str, token: Token, before: Token | None, roster: Roster) -> bool | None:
    """Whether a surname of the roster is one here: after a title or first name always."""
    first = before and (before.title or before.word in TITLES or is_first(before, roster))
    if first or (before and before.initial and (token.capital or not token.everyday)):
        return True
    return alone(text, token)


def is_first(token: Token, roster: Roster) -> bool:
    known = among(token.word, roster.firsts) or token.word in listed("first_names")
    return known and (token.capital or not token.everyday)


def alone(text: str, token: Token) -> bool | None:
    """A name by itself: sure, unsure, or (None) an everyday word in everyday use."""
    if token.everyday:
        numbered = text[token.end : token.end + 2].strip()[:1].isdigit()  # Ward 7, May 2026
        return False if token.capital and not token.opens and not numbered else None
    written = text[token.start : token.end]
    if token.capital and (len(written) > SHORTEST_CAPITALS or not written.isupper()):
        return True
    return True if len(token.word) >= SHORTEST_SMALL else None


def other_person(text: str, tokens: list[Token], i: int) -> tuple[Sort, bool] | None:
    """Somebody who is not on the roster: after a title, or first name and surname."""
    token, after = tokens[i], tokens[i + 1 : i + 2]
    if len(token.word) < 2 or token.title:
        return None
    titled = title_before(text, tokens, i)
    if titled and is_titled(token, titled):
        return Sort.PERSON, True
    if not token.capital:
        return None
    if CALLED.search(text, max(0, token.start - 14), token.start) and not token.everyday:
        return Sort.PERSON, True
    return by_first_name(token, after)


def by_first_name(token: Token, after: list[Token]) -> tuple[Sort, bool] | None:
    """A usual first name, surely so with a surname; one that is a word too, only with it."""
    surname = any(surname_after(token, each) for each in after)
    if token.word in listed("first_names") and not token.everyday:
        return Sort.PERSON, surname
    if token.word not in listed("everyday_first_names") or not surname or token.opens:
        return None
    return None if after[0].word in listed("places") else (Sort.PERSON, True)


def title_before(text: str, tokens: list[Token], i: int) -> Token | None:
    """The title that leads up to a word, over initials and what stands before a surname."""
    while i and LEADS_UP.fullmatch(text, tokens[i - 1].end, tokens[i].start):
        i -= 1
        if tokens[i].title:
            return tokens[i]
        if not (tokens[i].initial or tokens[i].word in PARTICLES - JOINING):
            return None
    return None


def is_titled(token: Token, title: Token) -> bool:
    """Whether a word is the name that a title leads up to."""
    if token.word in listed("no_names"):
        return False
    if not token.capital:
        small = title.word in SMALL_TITLES and len(token.word) >= SHORTEST_SMALL
        return small and not token.everyday and token.word not in PARTICLES
    known = title.word in TITLES or not token.everyday
    return known and (title.capital or not token.opens)


def surname_after(first: Token, after: Token) -> bool:
    """Whether a capital is a surname's: no full stop, no new sentence before it."""
    return after.joined and after.capital and not after.opens and after.start - first.end == 1


def reach(tokens: list[Token], i: int, roster: Roster) -> tuple[int, int]:
    """From the title or first name that leads up to a name, to the surname that ends it."""
    first = last = i
    while tokens[first].joined and first and leads_up(tokens[first - 1], roster):
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].joined and goes_on(tokens, last, roster):
        last += 1
    return tokens[first].start, tokens[last].end


def leads_up(token: Token, roster: Roster) -> bool:
    particle = token.word in PARTICLES - JOINING
    return token.title or token.initial or particle or is_first(token, roster)


def goes_on(tokens: list[Token], i: int, roster: Roster) -> bool:
    here, after = tokens[i], tokens[i + 1]
    if after.start - here.end > 1:  # a comma begins another name
        return False
    if among(after.word, roster.families) and (after.capital or not after.everyday):
        return True
    first = is_first(here, roster) or here.word in listed("everyday_first_names")
    named = first or here.initial or here.title
    return named and surname_after(here, after)
