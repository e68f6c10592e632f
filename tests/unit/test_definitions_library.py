"""The definitions that are shipped: complete, and worded for clinicians."""

import pytest

from clinmeasures.definitions import library

WORDING = (
    *("counts", "out_of", "exclusions", "clock", "influence", "traps", "purpose", "source"),
    *("author", "checker", "agreed_on", "review_due"),
)
SIX = (
    "length-of-stay",
    "emergency-readmission-30d",
    "predicted-discharge-recorded",
    "predicted-discharge-accuracy",
    "discharge-summary-24h",
    "mortality-30d",
)


@pytest.mark.parametrize("code", library())
def test_every_definition_states_everything_that_its_readers_ask(code):
    definition = library()[code]
    assert [name for name in WORDING if not getattr(definition, name)] == []
    assert definition.code == code
    assert definition.balances in library()
    assert definition.minimum >= 10


def test_the_six_measures_are_there_with_their_companions():
    assert set(SIX) <= set(library())


def test_the_measure_of_readmission_waits_for_its_look_ahead():
    assert library()["emergency-readmission-30d"].looks_ahead_days == 30
    assert library()["mortality-30d"].looks_ahead_days == 30
