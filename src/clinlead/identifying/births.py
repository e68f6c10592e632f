"""Dates of birth, in figures and in words."""

import re
from collections.abc import Iterator
from datetime import date

from clinlead.identifying.sorts import Place, Sort

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
MONTH = rf"(?:{MONTHS})(?![a-z])"
ONES = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
DAY_WORDS = (
    rf"(?:{ONES}|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth"
    rf"|eighteenth|nineteenth|twentieth|thirtieth|twenty[ -]?(?:{ONES})|thirty[ -]?first)"
)
DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|{DAY_WORDS}\b)"
UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNDER_HUNDRED = (
    rf"(?:{'|'.join(TEENS)}|(?:{'|'.join(TENS)})(?:[ -]?(?:{'|'.join(UNITS)}))?"
    rf"|(?:oh|o)[ -](?:{'|'.join(UNITS)}))"
)
YEAR_WORDS = (
    rf"nineteen[ -](?:hundred and )?{UNDER_HUNDRED}|twenty[ -]{UNDER_HUNDRED}"
    rf"|two thousand(?: and (?:{UNDER_HUNDRED}|{'|'.join(UNITS)}))?"
)
YEAR = rf"(?:\d{{4}}|'?\d{{2}}(?!\d)|{YEAR_WORDS})"
CENTURY = r"(?:19|20)\d\d"
DATES = re.compile(
    rf"(?<![\w/.-])(?:(?P<iso>{CENTURY})[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    r"|\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?P<num>\d{4}|'?\d{2})"
    rf"|\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?(?P<wide>{CENTURY})"
    rf"|\d\d (?:0\d|1[0-2]) (?P<spaced>{CENTURY})"
    rf"|{DAY}[ -]?(?:day )?(?:of )?{MONTH}(?:[.,]?[ -]?(?P<word>{YEAR}))?"
    rf"|{MONTH}\.? (?:the )?{DAY},? (?P<usa>{YEAR}))(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
# Only where they are called dates of birth: alone they may be any numbers.
BARE_DATE = re.compile(
    rf"(?<!\d)(?:\d{{1,2}} \d{{1,2}} (?:\d{{4}}|\d{{2}})|\d{{6}}|\d{{8}}|\d{{1,2}}/\d{{2,4}}"
    rf"|{MONTH},? \d{{4}})(?![\d/])",
    re.IGNORECASE,
)
CUE = re.compile(
    r"(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bborn|\bbirth ?(?:day|date)|\bbirth)\W*"
    r"(?:(?:is|was|on|in|of|the)\b\W*){0,3}$",
    re.IGNORECASE,
)
CUE_AFTER = re.compile(r"^\W{0,3}(?:d\.? ?o\.? ?b\b|date of birth)", re.IGNORECASE)
CUE_REACH = 40
CHILDHOOD = 16  # years: a whole date that is older is read as of birth without being called so


def births(text: str, on: date) -> Iterator[Place]:
    """Dates called dates of birth, and whole dates so old that they may be."""
    for found in DATES.finditer(text):
        if called_birth(text, found) or old(found, on):
            yield *found.span(), Sort.BIRTH, True
    for found in BARE_DATE.finditer(text):
        if called_birth(text, found):
            yield *found.span(), Sort.BIRTH, True


def called_birth(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - CUE_REACH) : found.start()]
    return bool(CUE.search(before) or CUE_AFTER.match(text[found.end() :][:CUE_REACH]))


def old(found: re.Match[str], on: date) -> bool:
    said = next((each for each in found.groupdict().values() if each and len(each) > 1), "")
    year = said.strip("'")
    short = len(year) == 2
    if not year or (short and found["sep"] == "."):  # 2.10.61 may be a version or a section
        return False
    number = int(year) if year.isdecimal() else year_in_words(year)
    century = 2000 if number <= on.year % 100 else 1900
    return 1900 <= (number + century if short else number) <= on.year - CHILDHOOD


def year_in_words(said: str) -> int:
    """Nineteen fifty-two, twenty ten, two thousand and four."""
    century, *rest = re.split(r"[ -]+", said.lower())
    if century == "two":
        return 2000 + sum(map(value_of, rest[1:]))
    return (1900 if century == "nineteen" else 2000) + sum(map(value_of, rest))


def value_of(word: str) -> int:
    """Of a word below a hundred; of “hundred”, “and” and “oh” nothing."""
    if word in UNITS:
        return UNITS.index(word) + 1
    if word in TEENS:
        return TEENS.index(word) + 10
    return (TENS.index(word) + 2) * 10 if word in TENS else 0
