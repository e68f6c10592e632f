"""Numbers, dates, postcodes and addresses that say who somebody is."""

import re
from collections.abc import Iterator
from datetime import date

from clinlead.identifying.listing import listed
from clinlead.identifying.sorts import Sort

Place = tuple[int, int, Sort, bool]  # start, end, what, sure

# The letters a postcode starts with: the postal areas of the United Kingdom and its islands.
AREAS = listed("postal_areas")
POSTCODE = re.compile(
    r"(?<![^\W_])([A-Z]{1,2})(\d[A-Z\d]?) {0,2}(\d[ABD-HJLNP-UW-Z]{2})(?![^\W_])", re.IGNORECASE
)
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")
EMAIL = re.compile(r"[\w.+'-]+ ?(?:@|\[at\]|\(at\)) ?[\w-]+(?:\.[\w-]+)+")
TEN = re.compile(r"(?<![\d.,])\d(?:[ .-]?\d){9}(?![\d]|[.,]\d)")
CALLED_NHS = re.compile(
    r"\bNHS ?(?:no\b|numbers?\b|num\b|id\b|#)?\.? ?(?:is|was)? ?[:=]? ?"
    r"(\d(?:[ .-]?\d){7,10})(?!\d)",
    re.IGNORECASE,
)
GAP = r"(?:[ .-]|\) ?| \()?"
PHONES = re.compile(
    rf"(?<![\w./-])(?:\(?\+\d{{1,3}}\)?[ .-]?(?:\(0\))?(?:{GAP}\d){{7,12}}"
    rf"|00\d{{2}}(?:{GAP}\d){{8,11}}"
    rf"|\(?0[1-35789](?:{GAP}\d){{8,9}})(?!\w|[.-]\d)"
)
BLEEP = re.compile(
    r"\b(?:ext(?:ension|n)?|bleep|pager|dect|phone|tel(?:ephone)?|mobile)\.?"
    r" ?(?:no\b\.?|number\b)? ?(?:is |on )?[:#]? ?(\d{3,6})(?![\d/]|[.,]\d)",
    re.IGNORECASE,
)
MOST_GAPS = 5
MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
NTH = r"(?:st|nd|rd|th)?"
DATES = re.compile(
    rf"(?<![\w/.-])(?:(?P<iso>(?:19|20)\d\d)[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    r"|\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?P<num>\d{4}|\d{2})"
    rf"|\d{{1,2}}{NTH}[ -]?(?:of )?(?:{MONTHS})\b(?:[.,]?[ -]?(?P<word>\d{{4}}|'?\d{{2}}(?!\d)))?"
    rf"|(?:{MONTHS})\.? \d{{1,2}}{NTH},? (?P<usa>\d{{4}}))(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
SPACED_DATE = re.compile(r"(?<!\d)\d{1,2} \d{1,2} (?:\d{4}|\d{2})(?!\d)")
CUE = re.compile(
    r"(?:\bd\.? ?o\.? ?b\b\.?|\bdate of birth|\bborn|\bbirth ?(?:day|date)|\bbirth)\W*"
    r"(?:(?:is|was|on|in|of|the)\b\W*){0,3}$",
    re.IGNORECASE,
)
CUE_AFTER = re.compile(r"^\W{0,3}(?:d\.? ?o\.? ?b\b|date of birth)", re.IGNORECASE)
CUE_REACH = 40
CHILDHOOD = 16  # years: a whole date that is older is read as of birth without being called so
STREETS = (
    "street|road|lane|avenue|close|drive|crescent|terrace|gardens|grove|mews|court|place|square"
    "|way|row|walk|hill|rise|view|green|park"
)
SHORT = r"st|rd|ave|ln|cl|dr|cres|gdns"
WORD = r"[A-Z][a-z'-]+"
ADDRESS = re.compile(
    rf"(?<![\w/.])(?:(?:Flat|Apartment|Unit) \w+,? )?\d{{1,4}}[A-Za-z]?,? "
    rf"(?:{WORD} ){{1,3}}(?:(?i:{STREETS})|(?i:{SHORT})\.?)(?!\w)"
)
# In small letters only where one word stands between the number and a word for a street.
SMALL_ADDRESS = re.compile(
    r"(?<![\w/.])\d{1,4}[a-z]? (?!minute|hour|day|week|month|mile|metre|patient|bed)[a-z'-]{4,} "
    r"(?:street|road|lane|avenue|crescent|terrace|gardens|grove|mews)(?!\w)"
)
STREET = re.compile(
    rf"\b(?:{WORD} ){{1,2}}(?:Street|Road|Lane|Avenue|Crescent|Terrace|Gardens|Grove|Mews)\b"
)
CALLED_NUMBER = re.compile(
    r"\b(?:hospital|patient|unit|case ?notes?|record|mrn|pas|crn|district|local patient|gmc|nmc)"
    r"(?: identifier| id\b| no\b\.?| numbers?| num\b)? ?(?:is |was )?[:#]? ?"
    r"([A-Z]{0,4}[ -]?\d{5,10}[A-Z]?)(?!\w)(?! patients| beds)",
    re.IGNORECASE,
)
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
    yield from wholes(EMAIL, text, Sort.EMAIL)
    for found in CALLED_NUMBER.finditer(text):
        yield *found.span(1), Sort.NUMBER, True


def wholes(pattern: re.Pattern[str], text: str, sort: Sort) -> Iterator[Place]:
    for found in pattern.finditer(text):
        yield *found.span(), sort, True


def nhs_numbers(text: str) -> Iterator[Place]:
    """Ten digits with a right check digit, or whatever is called an NHS number."""
    for found in TEN.finditer(text):
        if checks(found[0]):
            yield *found.span(), Sort.NHS_NUMBER, True
    for found in CALLED_NHS.finditer(text):
        yield *found.span(1), Sort.NHS_NUMBER, True


def checks(number: str) -> bool:
    """Modulus 11, as the NHS data dictionary has it."""
    digits = [int(each) for each in number if each.isdigit()]
    weighted = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return len(digits) == 10 and len(set(digits)) > 1 and (11 - weighted % 11) % 11 == digits[9]


def phones(text: str) -> Iterator[Place]:
    for found in PHONES.finditer(text):
        groups = re.findall(r"\d+", found[0])
        if len(groups) <= MOST_GAPS and max(map(len, groups)) > 2:
            yield *found.span(), Sort.PHONE, True
    for found in BLEEP.finditer(text):
        yield *found.span(1), Sort.PHONE, True


def births(text: str, on: date) -> Iterator[Place]:
    """Dates called dates of birth, and whole dates so old that they may be."""
    for found in DATES.finditer(text):
        if called_birth(text, found) or old(found, on):
            yield *found.span(), Sort.BIRTH, True
    for found in SPACED_DATE.finditer(text):
        if called_birth(text, found):
            yield *found.span(), Sort.BIRTH, True


def called_birth(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - CUE_REACH) : found.start()]
    return bool(CUE.search(before) or CUE_AFTER.match(text[found.end() :][:CUE_REACH]))


def old(found: re.Match[str], on: date) -> bool:
    year = next((each for each in found.group("iso", "num", "word", "usa") if each), "")
    short = len(year.strip("'")) == 2
    if not year or (short and found["sep"] == "."):  # 2.10.61 may be a version or a section
        return False
    number = int(year.strip("'"))
    century = 2000 if number <= on.year % 100 else 1900
    return 1900 <= (number + century if short else number) <= on.year - CHILDHOOD


def postcodes(text: str) -> Iterator[Place]:
    for found in POSTCODE.finditer(text):
        if found[1].upper() in AREAS and not ORDINAL.fullmatch(found[3]):
            yield *found.span(), Sort.POSTCODE, True


def addresses(text: str) -> Iterator[Place]:
    for pattern in (ADDRESS, SMALL_ADDRESS):
        yield from wholes(pattern, text, Sort.ADDRESS)
    for found in STREET.finditer(text):
        yield *found.span(), Sort.ADDRESS, False
