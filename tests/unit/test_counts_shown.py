"""Counts over many people, as those outside may see them."""

import pytest
from django.conf import settings

from clinlead.access.disclosing import NOT_SHOWN, counts_shown
from clinlead.configuration import Configuration
from clinmeasures.disclosure import RULES


@pytest.fixture
def rule(monkeypatch):
    def choose(name):
        monkeypatch.setattr(settings.CONFIGURATION, "disclosure_rule", name)

    return choose


def test_large_counts_and_none_are_shown_with_their_total():
    assert counts_shown([12, 0, 30]) == ["12", "0", "30", "42"]


def test_a_small_count_is_hidden_with_another_so_that_the_total_does_not_tell():
    assert counts_shown([3, 8, 30]) == [NOT_SHOWN, NOT_SHOWN, "30", "41"]


def test_a_lone_small_count_takes_its_total_with_it():
    assert counts_shown([2, 0, 0]) == [NOT_SHOWN, "0", "0", NOT_SHOWN]


def test_the_hospitals_rule_says_what_is_small_and_rounds(rule):
    rule("under-ten")
    assert counts_shown([8, 12, 30])[0] == NOT_SHOWN
    rule("hospital-episodes")
    assert counts_shown([12, 0, 30]) == ["about 10", "0", "about 30", "about 40"]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_of_the_library_can_be_set(name):
    assert Configuration(disclosure_rule=name).disclosure_rule == name
