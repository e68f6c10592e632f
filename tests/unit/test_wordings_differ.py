"""A definition said anew, and two wordings side by side in plain words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.measures.actions import shipped_texts
from clinlead.measures.differing import differences
from clinlead.measures.restating import restated
from clinmeasures.definitions import parse_definition

TEXTS = dict(shipped_texts())
SUMMARY = TEXTS["discharge-summary-24h.toml"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_restated_definition_differs_in_what_was_said_and_in_nothing_else(text):
    said = {"version": 7, "checker": "Dr Lead", "agreed_on": date(2026, 7, 1)}
    before, after = parse_definition(text), parse_definition(restated(text, said))
    assert after.model_copy(update={}) == before.model_copy(update=said)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_words_can_be_restated(words):
    assert parse_definition(restated(SUMMARY, {"changed_because": words})).changed_because == words


def test_equal_wordings_have_no_difference():
    assert differences(parse_definition(SUMMARY), parse_definition(SUMMARY)) == []


def test_a_longer_clock_and_another_lag_are_told_in_words():
    changed = SUMMARY.replace("at_most = 24", "at_most = 48").replace(
        "looks_ahead_days = 1\nlag_days = 7", "looks_ahead_days = 2\nlag_days = 8"
    )
    found = {
        one.what: one for one in differences(parse_definition(SUMMARY), parse_definition(changed))
    }
    assert set(found) == {"Which of them count", "When a month is complete"}
    counted = found["Which of them count"]
    assert "at most 24 hours" in counted.removed[0]
    assert "at most 48 hours" in counted.added[0]
    assert "10 days" in found["When a month is complete"].after
    assert counted.counts


def test_the_order_of_rules_is_a_difference_of_its_own():
    turned = SUMMARY.replace(
        'attribution = ["discharging", "longest_stay", "shares"]',
        'attribution = ["longest_stay", "discharging", "shares"]',
    )
    (only,) = differences(parse_definition(SUMMARY), parse_definition(turned))
    assert only.what == "Whose patient it may be"
    assert only.before != only.after


def test_words_alone_do_not_change_the_figure():
    changed = SUMMARY.replace("Deaths and regular attenders.", "Deaths.")
    (only,) = differences(parse_definition(SUMMARY), parse_definition(changed))
    assert (only.what, only.before, only.after) == (
        "Left out",
        "Deaths and regular attenders.",
        "Deaths.",
    )
    assert not only.counts
