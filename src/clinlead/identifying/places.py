"""Postcodes, and addresses with a house in them."""

import re
from collections.abc import Iterator

from clinlead.identifying.listing import listed
from clinlead.identifying.sorts import Place, Sort

# The letters a postcode starts with: the postal areas of the United Kingdom and its islands.
AREAS = listed("postal_areas")
POSTCODE = re.compile(
    r"(?<![^\W_])([A-Z]{1,2})(\d[A-Z\d]?)[ .\n-]{0,2}(\d[ABD-HJLNP-UW-Z]{2})(?![^\W_])",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")
STREETS = (
    "street|road|lane|avenue|close|drive|crescent|terrace|gardens|grove|mews|court|place|square"
    "|way|row|walk|hill|rise|view|green|park|approach|embankment|parade|promenade|broadway|yard"
    "|wharf|quay|meadows?|villas|gate|wynd|vale|cottages|buildings|mansions|house|lodge"
)
SHORT = r"st|rd|ave|ln|cl|dr|cres|gdns|ct|sq|pl|terr"
WORD = r"(?:St\.|[A-Z][A-Za-z'-]+)"
UNITS = "(?!(?i:minute|hour|day|week|month|year|mile|metre|patient|bed|point)s? )"
BEGINS = r"(?<![\w'-])"  # not at each hyphen of a long chain
HOUSE_NUMBER = r"\d{1,4}(?:-\d{1,4})?[A-Za-z]?"
FLAT = r"(?:(?:Flat|Apartment|Apt\.?|Unit) \w+,? )"
ADDRESS = re.compile(
    rf"(?<![\w/.])(?:{FLAT}?{HOUSE_NUMBER},? |{FLAT})"
    rf"{UNITS}(?:{WORD} ){{1,3}}(?:(?i:{STREETS})|(?i:{SHORT})\.?)(?!\w)"
)
# One word that is a street's whole name.
ONE_WORD = re.compile(
    rf"(?<![\w/.]){HOUSE_NUMBER},? (?!Pathway|Airway|Railway|Gateway|Midway|Norway|Halfway)"
    r"(?:The (?:Strand|Mall|Meadows|Green)|Broadway"
    r"|[A-Z][a-z]{3,}(?:way|bank|croft|mead|dene|hurst))(?!\w)"
)
WELSH = re.compile(
    rf"(?<![\w/.]){HOUSE_NUMBER},? (?:Ffordd|Heol|Stryd|Lon|Bryn|Clos|Maes|Rhodfa|Parc|Rhes|Cwrt)"
    r"(?:[ -][A-Za-z']+){1,3}"
)
NAMED_HOUSE = re.compile(
    rf"{BEGINS}(?:{WORD} ){{1,3}}"
    rf"(?:Cottage|House|Farm|Rectory|Vicarage|Lodge|Barn|Hall|Mill|Villa),? "
    rf"(?:{WORD} ){{1,3}}(?i:{STREETS})(?!\w)"
)
# In small letters only where one word stands between the number and a word for a street.
SMALL_ADDRESS = re.compile(
    rf"(?<![\w/.])\d{{1,4}}[a-z]? {UNITS}[a-z'-]{{4,}} "
    r"(?:street|road|lane|avenue|crescent|terrace|gardens|grove|mews|square)(?!\w)"
)
SURE = (ADDRESS, ONE_WORD, WELSH, NAMED_HOUSE, SMALL_ADDRESS)
STREET = re.compile(
    rf"{BEGINS}(?:{WORD} ){{1,2}}(?:Street|Road|Lane|Avenue|Crescent|Terrace|Gardens|Grove|Mews)\b"
)


def postcodes(text: str) -> Iterator[Place]:
    for found in POSTCODE.finditer(text):
        if found[1].upper() in AREAS and not ORDINAL.fullmatch(found[3]):
            yield *found.span(), Sort.POSTCODE, True


def addresses(text: str) -> Iterator[Place]:
    for pattern in SURE:
        for found in pattern.finditer(text):
            yield *found.span(), Sort.ADDRESS, True
    for found in STREET.finditer(text):
        yield *found.span(), Sort.ADDRESS, False
