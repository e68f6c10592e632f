"""A record's name, whom it counts for, the places that say so, and what a value may become."""

import dataclasses
from datetime import UTC, date
from datetime import datetime as instant

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.validation.addresses import parse_record_id, record_id
from clinlead.validation.records import (
    DATES,
    Record,
    Row,
    WrongValue,
    as_stored,
    correctable,
    label,
    places_of,
    text_of,
    why_not_yet,
)


def local(*parts: int) -> instant:
    """A local civil time, as the store keeps it: without a zone."""
    return instant(*parts, tzinfo=UTC).replace(tzinfo=None)


SPELL = Record(
    dataset="spells",
    key="S1",
    month="2026-03",
    fields={
        "spell_id": "S1",
        "admitted_at": local(2026, 3, 1, 10),
        "discharged_at": local(2026, 3, 5, 9, 30),
        "admitting_consultant": "C-peer",
        "discharging_consultant": "C-clinician",
        "primary_procedure": "K40",
    },
    weights={
        "discharging": {"P000": 1_000_000},
        "shares": {"P000": 250_000, "P001": 750_000, "P002": 0},
        "admitting": {"unattributed": 1_000_000},
    },
)


@pytest.mark.parametrize("text", ["spells:S000123", "episodes:S1~7C2", "theatre:a.b-c_D"])
def test_a_plain_key_keeps_its_name(text):
    parsed = parse_record_id(text)
    assert parsed is not None
    assert record_id(*parsed) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_key_survives_the_address_in_one_segment(key):
    name = record_id("spells", key)
    assert "/" not in name
    assert name.isascii()
    assert parse_record_id(name) == ("spells", key)


@pytest.mark.parametrize("text", ["", "spells", "spells:", "nothing:S1", ":S1", "spells:~FF"])
def test_what_names_no_record_is_none(text):
    assert parse_record_id(text) is None


def test_a_pipe_may_stand_as_it_is():
    assert parse_record_id("episodes:S1|2") == ("episodes", "S1|2")


def test_its_owners_have_a_weight_above_zero():
    assert SPELL.units() == {"P000", "P001"}
    assert SPELL.units(["discharging"]) == {"P000"}
    assert SPELL.units(["admitting", "operating"]) == set()


def test_it_is_filed_under_its_day_and_changes_show():
    assert SPELL.day == date(2026, 3, 5)
    changed = dataclasses.replace(SPELL, fields={**SPELL.fields, "primary_procedure": "K41"})
    assert changed.seen != SPELL.seen
    assert dataclasses.replace(SPELL).seen == SPELL.seen


def episode(number: int, start: instant, end: instant, code: str) -> Row:
    fields = {
        "episode": number,
        "consultant": code,
        "started_at_utc": start,
        "ended_at_utc": end,
        "ended_at": end,
    }
    return Row(dataset="episodes", key=f"S1|{number}", fields=fields)


def procedure(key: str, code: str, at: instant, surgeon: str) -> Row:
    fields = {"code": code, "performed_at": at, "performed_at_utc": at, "surgeon": surgeon}
    return Row(dataset="procedures", key=key, fields=fields)


def test_every_place_that_says_whose_it_is_names_its_rules():
    day = local(2026, 3, 1)
    episodes = [
        episode(1, day, local(2026, 3, 3), "C-peer"),
        episode(2, local(2026, 3, 3), local(2026, 3, 5), "C-clinician"),
    ]
    procedures = [
        procedure("p2", "K40", local(2026, 3, 3), "C-third"),
        procedure("p1", "X99", local(2026, 3, 2), "C-fourth"),
    ]
    found = places_of(SPELL, {"episodes": episodes, "procedures": procedures})
    told = {(p.dataset, p.key, p.field): (p.code, p.rules) for p in found}
    assert told == {
        ("spells", "S1", "discharging_consultant"): ("C-clinician", ("discharging",)),
        ("spells", "S1", "admitting_consultant"): ("C-peer", ("admitting",)),
        # Two days each: the lower episode number is the longest stay.
        ("episodes", "S1|1", "consultant"): ("C-peer", ("longest_stay", "shares")),
        ("episodes", "S1|2", "consultant"): ("C-clinician", ("shares",)),
        # The primary procedure, though another came first.
        ("procedures", "p2", "surgeon"): ("C-third", ("operating",)),
    }


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("discharged_at", "2026-03-27 14:30", "2026-03-27T14:30:00"),
        ("discharged_at", "", None),
        ("age_years", " 74 ", "74"),
        ("discharge_method", "died", "died"),
        ("primary_diagnosis", "I21.0", "I21.0"),
    ],
)
def test_a_value_is_kept_as_the_overlay_reads_it(field, typed, stored):
    assert as_stored("spells", field, typed) == stored


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("discharged_at", "27/3", "2026-03-27 14:30"),
        ("discharged_at", "2026-03-27T14:30:00+01:00", "without a time zone"),
        ("admitted_at", " ", "cannot be blank"),
        ("age_years", "old", "whole number"),
        ("age_years", "--5", "whole number from 0 to 125"),
        ("age_years", "²", "whole number from 0 to 125"),
        ("age_years", "126", "whole number from 0 to 125"),
        ("age_years", "1_0", "whole number"),
        ("deprivation_decile", "0", "from 1 to 10"),
        ("discharged_at", "0026-03-27 14:30", "a day from 1900-01-01 on"),
        ("primary_diagnosis", "I21\x00", "one line of at most 1000 characters"),
        ("primary_diagnosis", "I" * 1001, "one line of at most 1000 characters"),
        ("discharge_method", "vanished", "home, died"),
        ("nothing", "x", "no field"),
    ],
)
def test_a_value_the_field_cannot_hold_is_refused_in_words(field, typed, says):
    with pytest.raises(WrongValue) as refused:
        as_stored("spells", field, typed)
    assert says in refused.value.because


@pytest.mark.parametrize("typed", ["nan", "inf", "-1", "1e999", "one"])
def test_a_decimal_is_a_number_that_can_be_true(typed):
    with pytest.raises(WrongValue, match="a number from 0"):
        as_stored("workforce", "whole_time_equivalent", typed)


@pytest.mark.parametrize("typed", ["2026-03-27garbage", "27 March", "1899-12-31"])
def test_a_date_is_a_date_and_nothing_after_it(typed):
    with pytest.raises(WrongValue):
        as_stored("deaths", "died_on", typed)


def test_what_is_later_than_today_has_not_happened_but_may_be_planned():
    today = date(2026, 3, 27)
    assert "cannot have happened" in why_not_yet("deaths", "died_on", "2026-03-28", today)
    assert not why_not_yet("spells", "discharged_at", "2026-03-27T23:00:00", today)
    assert not why_not_yet("predictions", "predicted_discharge_date", "2026-04-02", today)
    assert not why_not_yet("spells", "discharged_at", None, today)


def test_only_dates_and_details_can_be_put_right_not_keys_patients_or_clinicians():
    names = {column.name for column in correctable("spells")}
    assert not names & {"spell_id", "patient_id", "discharging_consultant"}
    dates = {column.name for column in correctable("spells", *DATES)}
    assert dates == {"admitted_at", "discharged_at", "ready_at", "decided_to_admit_at"}


def test_values_and_names_in_words():
    assert text_of(local(2026, 3, 5, 9, 30)) == "2026-03-05T09:30:00"
    assert (text_of(""), text_of(None), text_of(True), text_of(0)) == (None, None, "true", "0")
    assert label("discharging_consultant") == "Consultant at discharge"
    assert label("session_id") == "Session id"
