"""Who reads colleagues by name, and how a comparison calls them."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import NamesFacts, Reader, Reason, Role, why_not_name_colleagues
from clinlead.figures.comparing import relabelled
from clinlead.figures.sums import Sums

HERE, THERE = 1, 2
ALL = NamesFacts(department_id=HERE, members=frozenset({1, 2, 3}), agreed=frozenset({1, 2, 3, 9}))
MEMBER = Reader(account_id=1, person_id=1, on=date(2026, 7, 1), departments=frozenset({HERE}))


def test_a_member_reads_names_once_every_member_has_agreed():
    assert why_not_name_colleagues(MEMBER, ALL) is None


@pytest.mark.parametrize(
    ("reader", "change", "reason"),
    [
        ({}, {"agreed": frozenset({1, 2})}, Reason.NOT_AGREED),
        ({}, {"members": frozenset()}, Reason.NOT_AGREED),
        ({"departments": frozenset({THERE})}, {}, Reason.NOT_YOURS),
        ({"departments": frozenset(), "roles": frozenset(Role)}, {}, Reason.NOT_YOURS),
    ],
)
def test_nobody_else_reads_them_and_not_before(reader, change, reason):
    refusal = why_not_name_colleagues(replace(MEMBER, **reader), replace(ALL, **change))
    assert refusal is not None
    assert refusal.reason is reason


def of(count: int) -> Sums:
    return Sums(n=count)


def test_named_colleagues_come_in_the_order_of_names_and_the_others_keep_labels():
    sums = {"P1": of(1), "P2": of(2), "P3": of(3)}
    found = relabelled(sums, "release", {"P3": "Dr Adams", "P1": "Dr Zoe", "P7": "Dr Elsewhere"})
    assert list(found) == ["Dr Adams", "Dr Zoe", "Colleague A"]
    assert (found["Dr Adams"].n, found["Colleague A"].n) == (3, 2)


def test_two_people_of_one_name_are_told_apart_and_neither_is_lost():
    found = relabelled({"P1": of(1), "P2": of(2)}, "x", {"P1": "Dr Khan", "P2": "Dr Khan"})
    assert {label: each.n for label, each in found.items()} == {
        "Dr Khan (P1)": 1,
        "Dr Khan (P2)": 2,
    }
