"""Numbers that say who somebody is, and e-mail addresses. Dates and addresses stand beside."""

import re
from collections.abc import Iterator
from datetime import date

from clinlead.identifying.births import births
from clinlead.identifying.places import addresses, postcodes
from clinlead.identifying.sorts import Place, Sort

# Each begins where nothing of its kind stands before, so that a long run is gone through once.
EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+ ?(?:@|\[at\]|\(at\)) ?[\w-]+(?:\.[\w-]+)+")
EMAIL_IN_WORDS = re.compile(r"(?<![\w.+'-])[\w.+'-]+ at [\w-]+(?: dot [\w-]+)+", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w.+'-])@(?=[\w'-]*[A-Z0-9])[A-Za-z][A-Za-z0-9'-]{2,}(?!\w)")
TEN = re.compile(r"(?<![\d.,])\d(?:[ .-]?\d){9}(?![\d]|[.,]\d)")
BETWEEN_GROUPS = r"[\W_]{0,3}"
IN_GROUPS = re.compile(
    rf"(?<![\d.,/])\d{{3}}{BETWEEN_GROUPS}\d{{3}}{BETWEEN_GROUPS}\d{{4}}(?!\d|[.,/]\d)"
)
CALLED_NHS = re.compile(
    r"\b(?:NHS|CHI|H ?& ?C) ?(?:no\b|numbers?\b|num\b|id\b|#)?\.? ?(?:is|was)? ?[:=]? ?"
    r"(\d(?:[ .-]?\d){7,10})(?!\d)",
    re.IGNORECASE,
)
GAP = r"(?:[ .-]|\) ?| \()?"
PHONES = re.compile(
    rf"(?<![\w./-])(?:\(?\+\d{{1,3}}\)?[ .-]?(?:\(0\))?(?:{GAP}\d){{7,12}}"
    rf"|00\d{{2}}(?:{GAP}\d){{8,11}}"
    rf"|\(?0 ?[1-35789](?:{GAP}\d){{8,9}})(?!\w|[.-]\d)"
)
BLEEP = re.compile(
    r"\b(?:ext(?:ension|n)?|bleep|pager|dect|phone|tel(?:ephone)?|mobile)\.?"
    r" ?(?:no\b\.?|number\b)? ?(?:is |on )?[:#]? ?(\d(?: ?\d){2,5})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
CALL_ON = re.compile(
    r"\b(?:call|ring|phone|dial|contact|text|reach)(?: \w+){0,3} (?:on|at) "
    r"(x ?\d{3,5}|\d{3}[ -]?\d{3,4})(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
MOST_GAPS = 5
CALLED_NUMBER = re.compile(
    r"\b(?:hospital|patient|unit|case ?notes?|record|mrn|pas|crn|district|local patient|gmc|nmc"
    r"|passport|licence)"
    r"(?: identifier| id\b| no\b\.?| numbers?| num\b)? ?(?:is |was )?[:#]? ?"
    r"([A-Z]{0,4}[ -]?\d{5,10}[A-Z]?)(?!\w)(?! patients| beds)",
    re.IGNORECASE,
)
SURELY_NUMBER = re.compile(
    r"\b(?:mrn|pas|(?:hospital|patient|unit|case ?notes?|record|crn|passport)"
    r"(?: identifier| id\b| no\b\.?| number| num\b))(?: is| was)? ?[:#]? ?"
    r"([A-Z]{0,4}\d(?:[ -]?\d){4,9}[A-Z]?)(?!\w|[ -]\d)",
    re.IGNORECASE,
)
# As hospitals number patients; papers and trials have such numbers too, so it is not sure.
BARE_NUMBER = re.compile(r"(?<![\w-])[A-Z]{1,3}\d{6,7}(?![\w-])")
INSURANCE = re.compile(
    r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)", re.IGNORECASE
)
NURSES_PIN = re.compile(r"(?<!\w)\d{2}[A-L]\d{4}[A-Z](?!\w)")


def numbers_in(text: str, on: date) -> Iterator[Place]:
    """Every number, date and address, in no order; some overlap."""
    yield from nhs_numbers(text)
    yield from phones(text)
    yield from births(text, on)
    yield from postcodes(text)
    yield from addresses(text)
    for pattern in (INSURANCE, NURSES_PIN):
        yield from wholes(pattern, text, Sort.NUMBER)
    for pattern in (EMAIL, EMAIL_IN_WORDS):
        yield from wholes(pattern, text, Sort.EMAIL)
    yield from wholes(HANDLE, text, Sort.PERSON)
    for pattern in (CALLED_NUMBER, SURELY_NUMBER):
        yield from groups(pattern, text, Sort.NUMBER)
    for found in BARE_NUMBER.finditer(text):
        yield *found.span(), Sort.NUMBER, False


def wholes(pattern: re.Pattern[str], text: str, sort: Sort) -> Iterator[Place]:
    for found in pattern.finditer(text):
        yield *found.span(), sort, True


def groups(pattern: re.Pattern[str], text: str, sort: Sort) -> Iterator[Place]:
    """The number alone, of a pattern that says what it is called."""
    for found in pattern.finditer(text):
        yield *found.span(1), sort, True


def nhs_numbers(text: str) -> Iterator[Place]:
    """Ten digits with a right check digit, or whatever is called an NHS number."""
    for pattern in (TEN, IN_GROUPS):
        for found in pattern.finditer(text):
            if checks(found[0]):
                yield *found.span(), Sort.NHS_NUMBER, True
    yield from groups(CALLED_NHS, text, Sort.NHS_NUMBER)


def checks(number: str) -> bool:
    """Modulus 11, as the NHS data dictionary has it."""
    digits = [int(each) for each in number if each.isdigit()]
    weighted = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return len(digits) == 10 and len(set(digits)) > 1 and (11 - weighted % 11) % 11 == digits[9]


def phones(text: str) -> Iterator[Place]:
    for found in PHONES.finditer(text):
        parts = re.findall(r"\d+", found[0])
        if len(parts) <= MOST_GAPS and max(map(len, parts)) > 2:
            yield *found.span(), Sort.PHONE, True
    for pattern in (BLEEP, CALL_ON):
        yield from groups(pattern, text, Sort.PHONE)
