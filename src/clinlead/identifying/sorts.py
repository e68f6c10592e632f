"""What may say who somebody is."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    COLLEAGUE = "colleague"
    PERSON = "person"
    NHS_NUMBER = "nhs-number"
    BIRTH = "birth"
    PHONE = "phone"
    POSTCODE = "postcode"
    ADDRESS = "address"
    EMAIL = "email"
    NUMBER = "number"
    PHRASE = "phrase"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Sort.COLLEAGUE: "name of a colleague",
    Sort.PERSON: "name of a person",
    Sort.NHS_NUMBER: "NHS number",
    Sort.BIRTH: "date of birth",
    Sort.PHONE: "telephone or bleep number",
    Sort.POSTCODE: "postcode",
    Sort.ADDRESS: "address",
    Sort.EMAIL: "e-mail address",
    Sort.NUMBER: "hospital, insurance or registration number",
    Sort.PHRASE: "word on the list",
}


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One place in a text, by Unicode code point."""

    start: int
    end: int
    sort: Sort
    text: str
    sure: bool = True  # False: it may as well be an everyday word


Place = tuple[int, int, Sort, bool]  # start, end, what, sure
