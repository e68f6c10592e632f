"""What says who somebody is, is found; what does not, is let be."""

import random
import tomllib
from datetime import date
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.identifying import Roster, Sort, find, why_identifying
from clinlead.identifying.numbers import checks

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 29)
INVENTED = tomllib.loads((ROOT / "src/clinlead/demo/trust/names.toml").read_text(encoding="utf-8"))
FIRSTS = (INVENTED["women"] + " " + INVENTED["men"]).split()
FAMILIES = [a + b for a, b in product(INVENTED["starts"].split(), INVENTED["ends"].split())]
# Surnames of many tongues, and some that are words of every day.
WORLD = "García O’Brien Nguyễn Müller Łukasz-Kowalska Ng Adeyemi-Bright van-der-Berg Çelik "
WORLD += "MacDonald D’Souza Al-Hassan Ó’Súilleabháin Okonkwo Subramaniam Ferreira Ivanova Šimić "
WORLD += "Young Ward May"
EVERYBODY = [*FAMILIES[:400], *WORLD.split()]
STAFF = [f"Dr {FIRSTS[i % len(FIRSTS)]} {name}" for i, name in enumerate(EVERYBODY)]
ROSTER = Roster.of(STAFF, phrases=["Invented Royal Hospital"])
PLACES = (
    "I spoke to {} about the list.",
    "The figures of {} were lower than ours, as {} said 👍.",
    "{}: never again",
    "He (that is, {}) had “a bad month”.",
    "Café, naïve – and then\n{}\nagain.",
)


def seeded(kind: str, made: list[str]) -> list[tuple[str, str, str]]:
    return [(kind, PLACES[i % len(PLACES)].format(each, each), each) for i, each in enumerate(made)]


def ways_of_naming(name: str) -> list[str]:
    title, first, family = name.split()
    return [
        name,
        f"{first} {family}",
        f"{title} {family}",
        f"{title}. {first[0]}. {family}",
        f"{first[0]} {family}",
        f"{family}, {first}",
        f"{title.lower()} {family.lower()}",
        f"{first.lower()} {family.lower()}",
        f"{family}’s",
        name.upper(),
        f"{title} {family}",
    ]


def nhs_numbers(chance: random.Random) -> list[str]:
    found: list[str] = []
    while len(found) < 120:
        number = f"{chance.randrange(4 * 10**9, 8 * 10**9)}"
        if checks(number):
            spaced = [number, f"{number[:3]} {number[3:6]} {number[6:]}"]
            found += [*spaced, spaced[1].replace(" ", "-"), f"NHS no: {number[:-1]}0"]
    return found


SEPARATED = ("{}  {}  {}", "{}/{}/{}", "{}_{}_{}", "{} - {} - {}", "{}\n{} {}", "{}, {}, {}")
SEPARATED += ("({}) {} {}", "{}•{}•{}")


def nhs_numbers_otherwise(chance: random.Random) -> list[str]:
    """As people type what they read from a screen or a wristband."""
    found = [number for number in nhs_numbers(chance) if number.isdecimal()]
    parts = [(number[:3], number[3:6], number[6:]) for number in found]
    return [way.format(*each) for each in parts for way in SEPARATED]


def births_in_words() -> list[str]:
    days = ("first", "tenth", "twelfth", "twenty-first", "twenty third", "thirtieth")
    months = ("January", "May", "September", "December")
    years = {"nineteen fifty-two": 1952, "nineteen seventy": 1970, "two thousand and four": 2004,
             "nineteen oh six": 1906, "twenty ten": 2010}  # fmt: skip
    return [
        written
        for day, month, (words, year) in product(days, months, years.items())
        for written in (f"the {day} of {month} {words}", f"{month} the {day}, {year}",
                        f"{day} {month} {year}")
    ]  # fmt: skip


def births_otherwise() -> list[str]:
    days = [date(year, month, 13) for year, month in product((1931, 1967, 2003), range(1, 13))]
    written = ("%d%b%Y", "%d / %m / %Y", "%d. %m. %Y", "%d %m %Y", "DOB: %d%m%Y", "DOB %d%m%y")
    return [day.strftime(way) for day in days for way in written]


def births(chance: random.Random) -> list[str]:
    days = [date(chance.randrange(1928, 2009), m, d) for m, d in product(range(1, 13), (1, 9, 28))]
    written = ("%d/%m/%Y", "%d %B %Y", "%d-%m-%y", "%Y-%m-%d", "%d.%m.%Y", "%d %b %y", "%B %d, %Y")
    young = [f"born on {d}.{m}.2019" for d, m in product((1, 22), (3, 11))]
    return [day.strftime(way) for day in days for way in written] + young + ["DOB 03 05 17"]


PHONES = [
    *("07700 900123", "07700900123", "020 7946 0018", "(0113) 496 0735", "+44 7700 900 123"),
    *("0 7700 900123", "bleep: 21 45", "call me on 496 0735", "extension number 45 127"),
    *("+44 (0)20 7946 0018", "0044 1632 960001", "01632-960-001", "bleep 2345", "ext. 45127"),
]
POSTCODES = ["SW1A 1AA", "m1 1ae", "EC1A 1BB", "W1A 0AX", "cr2 6xh", "DN551PT", "B33 8TH"]
POSTCODES += ["LS1-4AP", "B33.8TH", "W1A\n0AX"]
ADDRESSES = [
    *("12 High Street", "221b Baker Street", "4 Old Mill Lane", "Flat 3, 19 Elm Park Road"),
    *("The Old Rectory, Church Lane", "9 O’Connell Street", "42a Kingsway", "17 The Meadows"),
    *("22 Ffordd y Bryn", "5 Heol-y-Deri", "66 Sunnybank", "23 Station Approach", "77 Broadway"),
    *("47 St. Mary’s Terrace", "19 Queens Gate", "4 Kirk Wynd", "8 Cwrt y Felin"),
    *("5 market square", "12, High Street"),
    *("Flat 12 Ashby House", "28 Chapel Yard", "118-120 Mill Road", "2 Château Close"),
    *("7 The Crescent", "12 church lane", "18 Rose Ave", "100 Princes Way"),
]
STRANGERS = [
    *("Mr J Okonjo", "Dr. A. B. Okonjo", "Dr A. Okonjo", "Dr van der Merwe", "Mrs de Souza"),
    *("Ms Ó Súilleabháin", "mr patel", "mrs. okonjo", "Dr\nField", "Jack Brown", "Will Smith"),
    *("Professor Sir John Smith", "Mrs O’Hara", "Dr d’Arcy"),
]
OTHERS = [
    *("ann at example dot org", "@AnnTheatre7", "unit number 456 789", "MRN: 98-76-54"),
    *("10 October, nineteen-fifty-two", "10/10/'52", "born in October 1952", "born 10/52"),
    *("passport 123456789", "CHI number 010150 1234", "NHS4573200319"),
    *("j.o’brien@example.org", "ann [at] example.nhs.uk", "QQ123456C".replace("QQ", "AB")),
    *("hospital number RX1234567", "MRN 0012345", "GMC 7654321", "12A3456E"),
]


def all_seeded() -> list[tuple[str, str, str]]:
    chance = random.Random(7)
    named = [way for name in chance.sample(STAFF[:400], 60) for way in ways_of_naming(name)]
    named += [way for name in STAFF[400:] for way in ways_of_naming(name)[:4]]
    return [
        *seeded("name", named),
        *seeded("NHS number", nhs_numbers(chance)),
        *seeded("NHS number", nhs_numbers_otherwise(chance)),
        *seeded("birth", births(chance)),
        *seeded("birth", births_in_words() + births_otherwise()),
        *seeded("stranger", [each for each in STRANGERS for _ in PLACES]),
        *seeded("phone", PHONES),
        *seeded("postcode", POSTCODES),
        *seeded("address", ADDRESSES),
        *seeded("other", OTHERS),
    ]


def caught(text: str, seed: str) -> bool:
    """Whether a sure finding lies in every place where the seed stands."""
    found = [one for one in find(text, ROSTER, on=TODAY) if one.sure]
    starts = [i for i in range(len(text)) if text.startswith(seed, i)]
    return all(
        any(one.start < place + len(seed) and place < one.end for one in found) for place in starts
    )


def test_of_every_hundred_seeded_identifiers_at_least_ninety_nine_are_caught():
    seeds = all_seeded()
    missed = [(kind, seed) for kind, text, seed in seeds if not caught(text, seed)]
    assert len(seeds) > 1000
    assert len(missed) <= len(seeds) / 100, missed


def test_our_own_documentation_names_nobody():
    """Ninety thousand words about hospitals in which nobody is named: hardly a false alarm."""
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "GLOSSARY.md"]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    roster = Roster.of(STAFF)
    alarms = [one for text in texts for one in find(text, roster, on=TODAY) if one.sure]
    words = sum(len(text.split()) for text in texts)
    assert len(alarms) <= words / 1000, alarms


@pytest.mark.parametrize(
    "text",
    [
        "9 of 212 patients (4.2%) waited 2 weeks; 29 of 31 answered on 3 March 2026.",
        "Young doctors will mark the ward round in May; CD 3, CoS 4 and Manager 1 agreed.",
        "Phase S1 2nd, a 5 minute walk, 10.11.62, I21 and 0 12 34: codes are not people.",
        "Dr A and Dr B are invented letters. We miss Monday’s list.",
        "Dr A said so. Then we left. Dr B’s. Beside it. The dr on call saw the mr scan: mr, xbar.",
        "The 6 House Officers took 20 Minute Way. 100 Day Review; 5 Green, 3 Amber, 2 Red rows.",
        "Of 1,204, 573, 507 and 2617 were coded twice; hospital 2024-25: 12,345 of 12,571.",
        "Ring the ward on day 3, or at 0900. Trial NCT01234567; PMC2878194. @ 9am, @media.",
        "The second March audit was better. On Rose Ward, in May Clinic, I will mark the first.",
        "Two thousand and four patients were seen between the first and second of March 2026.",
    ],
)
def test_ordinary_talk_is_let_be(text):
    assert not [one for one in find(text, ROSTER, on=TODAY) if one.sure]


def test_a_name_that_is_a_word_of_every_day_counts_where_the_writing_makes_it_one():
    found = find("Young people came. Then Young spoke, and Dr Young too.", ROSTER, on=TODAY)
    assert [(one.text, one.sure) for one in found] == [("Young", False), ("Dr Young", True)]


def test_somebody_who_is_on_no_list_is_found_by_title_or_first_name():
    found = find("Mrs Zebedee met Sarah Brown, a patient called Xanthe.", ROSTER, on=TODAY)
    assert [one.text for one in found] == ["Mrs Zebedee", "Sarah Brown", "Xanthe"]
    assert {one.sort for one in found} == {Sort.PERSON}


def test_accents_and_invisible_letters_hide_nothing():
    text = "Jose\u0301 Garci\u0301a, GAR\u200bCIA and 943\u00a0476\u20115919"
    found = find(text, Roster.of(["José García"]), on=TODAY)
    assert [one.text for one in found] == [
        "Jose\u0301 Garci\u0301a",
        "GAR\u200bCIA",
        "943\u00a0476\u20115919",
    ]


def test_a_phrase_of_the_list_is_found():
    (found,) = find("At the invented royal hospital.", ROSTER, on=TODAY)
    assert found.sort is Sort.PHRASE


def test_the_sentence_says_what_it_found():
    assert why_identifying("All is well.", ROSTER, on=TODAY) is None
    said = why_identifying("Call Aled Acornviolin on 07700 900123.", ROSTER, on=TODAY)
    assert said is not None
    assert "“07700 900123” (telephone or bleep number)" in said


@given(st.text(max_size=80), st.sampled_from(["Dr Vera Acornviolin", "943 476 5919"]), st.text())
def test_places_are_the_texts_own_and_never_overlap(before, seed, after):
    text = f"{before} {seed} {after}"
    found = find(text, ROSTER, on=TODAY)
    assert all(one.text == text[one.start : one.end] for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("chain", ["A-", "a.", "a at "])
def test_a_chain_without_end_is_gone_through_once(chain):
    """Each place of it begun with anew, this would take minutes."""
    assert find(chain * 100_000, ROSTER, on=TODAY) == []
