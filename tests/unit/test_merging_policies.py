from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.merging_policies import MergerFacts, why_not_merge
from clinlead.access.policies import Reader, Reason, Role

TODAY = date(2026, 7, 30)
HR = Reader(account_id=1, on=TODAY, roles=frozenset({Role.HR}))
LEAD = Reader(account_id=2, on=TODAY, roles=frozenset({Role.LEAD}), leads=frozenset({7, 8}))
READY = MergerFacts(parts=frozenset({7, 8}), on=date(2026, 8, 1), because="The board, 3 June")


def test_whoever_keeps_posts_merges_two_departments_from_a_month():
    assert why_not_merge(HR, READY) is None
    assert why_not_merge(HR, replace(READY, on=date(2026, 7, 1))) is None, "this month too"


@pytest.mark.parametrize(
    ("reader", "change", "expected"),
    [
        (LEAD, {}, Reason.NOT_THEIRS_TO_SEE),
        (HR, {"on": date(2026, 8, 2)}, Reason.WRONG_STAGE),
        (HR, {"on": date(2026, 6, 1)}, Reason.WRONG_STAGE),
        (HR, {"closed": frozenset({8})}, Reason.ALREADY_DONE),
        (HR, {"not_open": frozenset({8})}, Reason.WRONG_STAGE),
        (HR, {"parts": frozenset({7})}, Reason.NOT_AGREED),
        (HR, {"name_taken": True}, Reason.ALREADY_DONE),
        (HR, {"because": " "}, Reason.NO_REASON_GIVEN),
    ],
)
def test_a_merger_is_refused(reader, change, expected):
    refusal = why_not_merge(reader, replace(READY, **change))
    assert refusal is not None
    assert refusal.reason is expected
