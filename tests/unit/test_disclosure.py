"""No hidden count can be worked out of what is shown, whatever the table."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmeasures.disclosure import RULES, Rule, disclose
from clinmeasures.disclosure.audit import margins
from clinmeasures.errors import BadInput

MOST = 8  # the largest value that the patient reader below tries


def possible_values(found):
    """Every table of counts from 0 to MOST that agrees with what is shown, tried one by one."""
    shown, hidden = found.shown, found.hidden
    inner = tuple(slice(0, size - 1) for size in shown.shape)
    open_ = [tuple(place) for place in np.argwhere(hidden[inner])]
    values = {tuple(place): set() for place in np.argwhere(hidden)}
    cells = np.where(hidden[inner], 0, np.nan_to_num(shown[inner]))
    for guess in itertools.product(range(1, MOST + 1), repeat=len(open_)):
        for place, value in zip(open_, guess, strict=True):
            cells[place] = value
        table = margins(cells)
        if (table[~hidden] == shown[~hidden]).all() and (table[hidden] > 0).all():
            for place, seen in values.items():
                seen.add(table[place])
    return values


def test_a_small_number_is_hidden_and_a_second_one_so_that_the_total_does_not_give_it_away():
    found = disclose([3, 20, 9])
    assert found.to_dict() == {"counts": [None, 20, None, 32], "hidden": 2, "rounded_to": 1}
    assert found.small.tolist() == [True, False, False, False]


def test_two_ones_that_add_up_to_two_need_a_third():
    # No 0 is hidden, so two hidden numbers that add up to 2 would both be 1.
    assert np.isnan(disclose([1, 1, 30]).shown).tolist() == [True, True, True, False]


def test_a_small_number_alone_takes_its_total_with_it():
    assert disclose([3, 0]).to_dict()["counts"] == [None, 0, None]


def test_nothing_small_is_shown_as_it_is():
    assert disclose([[5, 0], [12, 7]]).to_dict()["counts"] == [[5, 0, 5], [12, 7, 19], [17, 7, 24]]


def test_a_table_hides_a_rectangle():
    found = disclose([[2, 30, 40], [25, 11, 60], [31, 52, 14]])
    assert found.hidden.sum() == 4
    assert found.hidden[:3, :3].sum() == 4


def test_hospital_episodes_hide_to_seven_and_round_to_five():
    found = disclose([7, 8, 23, 101], rule="hospital-episodes")
    assert found.to_dict()["counts"] == [None, None, 25, 100, 140]  # the total is 139


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(0, 6), min_size=1, max_size=4))
def test_no_hidden_count_of_a_list_can_be_worked_out(counts):
    found = disclose(counts, rule=Rule(below=3))
    assert all(len(values) > 1 for values in possible_values(found).values())


@settings(max_examples=40, deadline=None)
@given(
    counts=st.tuples(st.integers(1, 2), st.integers(1, 2)).flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, 6), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
)
def test_no_hidden_count_of_a_table_can_be_worked_out(counts):
    found = disclose(counts, rule=Rule(below=3))
    assert all(len(values) > 1 for values in possible_values(found).values())


@settings(max_examples=25, deadline=None)
@given(
    counts=st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=5),
    rule=st.sampled_from(sorted(RULES)),
)
def test_every_small_number_is_hidden_no_nought_is_and_totals_stay_true(counts, rule):
    found = disclose(counts, rule=rule)
    table = margins(np.array(counts, dtype=float))
    small = (table > 0) & (table < RULES[rule].below)
    assert found.hidden[small].all()
    assert not found.hidden[table == 0].any()
    gap = np.abs(found.shown - table)[~found.hidden]
    assert (gap <= RULES[rule].nearest / 2).all()


def test_the_frame_says_where_each_count_is():
    frame = disclose([[2, 30], [25, 11]]).to_frame().to_pydict()
    assert list(frame) == ["row", "column", "count", "total"]
    assert len(frame["count"]) == 9
    assert frame["count"][0] is None
    assert frame["total"][-1] is True


@pytest.mark.parametrize(
    ("counts", "rule", "words"),
    [
        ([1, -2], "under-five", "negative"),
        ([1.5], "under-five", "not whole"),
        ([1, float("nan")], "under-five", "missing"),
        ([], "under-five", "at least one"),
        ([[1, 2], [3]], "under-five", "rows of one length"),
        (["a"], "under-five", "not all numbers"),
        ([1], "secret", "no rule 'secret'"),
        ([1], Rule(below=0), "1 or more"),
    ],
)
def test_wrong_input_is_refused_in_words(counts, rule, words):
    with pytest.raises(BadInput, match=words):
        disclose(counts, rule=rule)
