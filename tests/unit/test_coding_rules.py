"""Passages, the codebook's tree, two coders side by side, and who may do what: no database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Reader, Reason, Role
from clinlead.coding.codebook import BadCodebook, Entry, changes, tree, would_circle
from clinlead.coding.comparing import (
    Choice,
    Likeness,
    Mark,
    Reading,
    agreed,
    choices_for,
    paired,
    settled,
)
from clinlead.coding.counting import Case
from clinlead.coding.policies import (
    CoderFacts,
    HandingFacts,
    MemoFacts,
    PublishFacts,
    StudyFacts,
    TranscriptFacts,
    why_not_close,
    why_not_code,
    why_not_compare,
    why_not_decide,
    why_not_edit_codebook,
    why_not_finish,
    why_not_hand_on,
    why_not_include_example,
    why_not_open_to,
    why_not_publish,
    why_not_read,
    why_not_read_memo,
    why_not_take_back,
    why_not_take_over,
    why_not_take_up,
    why_not_write_findings,
)
from clinlead.coding.retrieving import Coded, codes_of_cases, in_one_case, together
from clinlead.coding.spans import BadSpan, Span, carried, checked, lines_of, lines_touched, pieces

TEXT = "One line 🙂 é\n\nAnother, later\nThe last"
WITH_MARKS = "caf\u00e9 🙂 and a note"

spans = st.builds(
    lambda a, b: Span(min(a, b), max(a, b) + 1), st.integers(0, 40), st.integers(0, 40)
)


def test_a_passage_keeps_its_words_and_loses_the_blanks_around_them():
    assert checked(0, 9, TEXT) == Span(0, 8)
    assert TEXT[slice(*vars(checked(8, 12, TEXT)).values())] == "🙂 é"[:3]


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (5, 4), (0, 999), (13, 14)])
def test_a_passage_without_words_or_outside_the_text_is_refused(start, end):
    with pytest.raises(BadSpan):
        checked(start, end, TEXT)


@given(st.text(alphabet="ab é🙂\n", max_size=60), st.lists(spans, max_size=6))
def test_pieces_of_a_line_are_the_line_and_each_has_the_marks_that_cover_it(text, marks):
    for line in lines_of(text):
        cut = list(pieces(text, line, marks))
        assert "".join(piece.text for piece in cut) == text[line.start : line.end]
        for piece in cut:
            covering = {n for n, s in enumerate(marks) if s.start <= piece.start < s.end}
            assert set(piece.marks) == covering


@given(st.text(alphabet="ab \n", max_size=60), spans)
def test_a_passage_touches_exactly_the_lines_of_which_it_has_characters(text, span):
    lines = lines_of(text)
    touched = set(lines_touched(lines, span))
    assert touched == {n for n, line in enumerate(lines) if line.overlaps(span)}


def test_passages_go_along_when_names_are_put_right_in_a_text():
    old = "I told Anna Berg so.\nThen nothing.\nAnd Anna left."
    new = "I told [a colleague] so.\nThen nothing.\nAnd [a colleague] left."
    spans = [Span(0, 20), Span(21, 34), Span(35, 49), Span(7, 16)]
    found = carried(old, new, spans)
    assert [new[s.start : s.end] if s else None for s in found] == [
        "I told [a colleague] so.",
        "Then nothing.",
        "And [a colleague] left.",
        None,  # its words are gone
    ]
    assert carried(old, "", spans) == [None] * 4
    assert carried(old, old, spans) == spans


# ---- the codebook --------------------------------------------------------------------------------

ABOVE = Entry(guid="a", name="Data")
BELOW = Entry(guid="b", name="Ownership", parent="a")


def test_codes_stand_below_the_code_above_them_wherever_they_are_listed():
    assert [(p.entry.name, p.depth) for p in tree([BELOW, ABOVE])] == [
        ("Data", 0),
        ("Ownership", 1),
    ]


def test_a_code_below_itself_or_below_none_is_named():
    with pytest.raises(BadCodebook, match="Ownership"):
        tree([ABOVE, replace(BELOW, parent="z")])
    assert would_circle([ABOVE, BELOW], "a", "b")
    assert not would_circle([ABOVE, BELOW], "b", "a")


def test_what_changed_between_versions_is_said_in_sentences():
    after = [replace(ABOVE, name="The data"), replace(BELOW, parent=""), Entry(guid="c", name="X")]
    assert changes([ABOVE, BELOW, Entry(guid="d", name="Old")], after) == [
        "New: “X”",
        "Retired: “Old”",
        "“Data” is now “The data”",
        "“Ownership” stands alone",
    ]


# ---- two coders ----------------------------------------------------------------------------------


def mark(key: int, code: int, start: int, end: int) -> Mark:
    return Mark(key=key, code=code, span=Span(start, end))


def test_the_same_code_in_the_same_place_is_one_pair_and_other_words_are_a_difference():
    first = [mark(1, 7, 0, 5), mark(2, 7, 20, 30), mark(3, 8, 0, 5)]
    second = [mark(4, 7, 0, 5), mark(5, 7, 22, 34), mark(6, 9, 0, 5)]
    found = {pair.likeness: pair for pair in paired(first, second)}
    assert len(paired(first, second)) == 4
    assert found[Likeness.SAME].code == 7
    assert found[Likeness.OTHER_WORDS].span == Span(20, 34)
    assert found[Likeness.FIRST_ONLY].code == 8
    assert found[Likeness.SECOND_ONLY].code == 9


def test_what_was_decided_says_which_words_stay_coded():
    (pair,) = paired([mark(1, 7, 20, 30)], [mark(2, 7, 22, 34)])
    assert [settled(pair, choice) for choice in Choice] == [
        Span(20, 30),
        Span(22, 34),
        Span(20, 34),
        None,
    ]
    assert choices_for(pair) == list(Choice)
    (alone,) = paired([], [mark(2, 7, 22, 34)])
    assert choices_for(alone) == [Choice.SECOND, Choice.NEITHER]
    assert settled(alone, Choice.ALL) == Span(22, 34)


@given(
    st.lists(
        st.builds(mark, st.integers(), st.integers(1, 3), st.integers(0, 9), st.integers(10, 20))
    ),
    st.lists(
        st.builds(mark, st.integers(), st.integers(1, 3), st.integers(0, 9), st.integers(10, 20))
    ),
)
def test_every_mark_of_both_coders_is_in_one_pair(first, second):
    found = paired(first, second)
    assert sorted(m.key for p in found for m in [p.first] if m) == sorted(m.key for m in first)
    assert sorted(m.key for p in found for m in [p.second] if m) == sorted(m.key for m in second)


def test_agreement_is_by_line_and_by_code():
    # Ten lines. Code 1: both on lines 0 and 1, the first alone on line 2; so observed 9/10,
    # chance 0.3 × 0.2 + 0.7 × 0.8 = 0.62, kappa (0.9 - 0.62) / 0.38.
    text = "\n".join("abcdefghij")
    first = [mark(n, 1, 2 * n, 2 * n + 1) for n in range(3)]
    second = [mark(n, 1, 2 * n, 2 * n + 1) for n in range(2)]
    found = agreed([Reading(key=1, text=text, by_coder=(first, second))])
    assert found is not None
    assert found.lines == 10
    assert found.codes[1].agreement == pytest.approx(0.9)
    assert found.codes[1].kappa == pytest.approx(0.28 / 0.38)
    # Krippendorff: observed 2 × 1/20 disagreeing values, expected 2 × 5 × 15 / (20 × 19).
    assert found.codes[1].alpha == pytest.approx(1 - (2 / 20) / (2 * 5 * 15 / (20 * 19)))
    assert agreed([Reading(key=1, text=text, by_coder=([], []))]) is None


# ---- looking at coded passages in other ways -----------------------------------------------------


def test_codes_occur_together_where_their_passages_have_words_in_common():
    coded = [
        Coded(case=1, transcript=1, code=1, span=Span(0, 10)),
        Coded(case=1, transcript=1, code=2, span=Span(9, 12)),
        Coded(case=1, transcript=1, code=3, span=Span(12, 14)),
        Coded(case=2, transcript=2, code=3, span=Span(0, 10)),
    ]
    assert together(coded) == {(1, 2): 1}
    cases = [Case(key=1, number=1, group="CD"), Case(key=2, number=2, group="CoS")]
    given_ = codes_of_cases(cases, coded)
    assert in_one_case(given_) == {(1, 2): 1, (1, 3): 1, (2, 3): 1}


# ---- who may -------------------------------------------------------------------------------------

EVALUATOR, SECOND, OTHER = 1, 2, 3
DAY = date(2026, 7, 1)
STUDY = StudyFacts(evaluator_id=EVALUATOR)
ALONE = TranscriptFacts(evaluator_id=EVALUATOR)
BOTH = replace(ALONE, opened_to=frozenset({SECOND}))
FINISHED = replace(BOTH, finished=frozenset({EVALUATOR, SECOND}))


def reader(account: int, *roles: Role) -> Reader:
    return Reader(account_id=account, on=DAY, roles=frozenset(roles or {Role.EVALUATOR}))


def test_a_study_is_its_evaluators_alone():
    for rule in (
        lambda who: why_not_edit_codebook(who, STUDY, "why"),
        lambda who: why_not_write_findings(who, STUDY),
        lambda who: why_not_publish(who, STUDY, READY),
    ):
        assert rule(reader(EVALUATOR)) is None
        for other in (reader(OTHER), reader(EVALUATOR, Role.PROJECT_TEAM), reader(SECOND)):
            assert rule(other).reason is Reason.NOT_THEIRS_TO_SEE


def test_a_change_of_the_codebook_says_why_and_findings_need_codes():
    assert why_not_edit_codebook(reader(1), STUDY, " ").reason is Reason.NO_REASON_GIVEN
    empty = replace(STUDY, codes=0)
    assert why_not_write_findings(reader(1), empty).reason is Reason.WRONG_STAGE


READY = PublishFacts(read_through=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"themes": 0}, Reason.WRONG_STAGE),
        ({"read_through": False}, Reason.NOT_AGREED),
        ({"before": 2}, Reason.NO_REASON_GIVEN),
        ({"before": 2, "new": "Two more interviews"}, None),
        ({}, None),
    ],
)
def test_results_are_published_by_an_evaluator_who_has_read_them_through(change, expected):
    refusal = why_not_publish(reader(EVALUATOR), STUDY, replace(READY, **change))
    assert (refusal and refusal.reason) == expected
    assert why_not_publish(reader(SECOND), STUDY, READY).reason is Reason.NOT_THEIRS_TO_SEE


def test_results_are_taken_back_with_a_reason_and_once():
    assert why_not_take_back(reader(1), STUDY, "A mistake", standing=1) is None
    assert why_not_take_back(reader(1), STUDY, " ", standing=1).reason is Reason.NO_REASON_GIVEN
    assert why_not_take_back(reader(1), STUDY, "So", standing=0).reason is Reason.ALREADY_DONE
    assert why_not_take_back(reader(SECOND), STUDY, "So", standing=1) is not None


OFFERED = HandingFacts(evaluator_id=EVALUATOR, to_id=SECOND, to_roles={Role.EVALUATOR})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"to_id": EVALUATOR}, Reason.OWN_WORK),
        ({"to_roles": {Role.PROJECT_TEAM}}, Reason.EXCLUSIVE_ROLE),
        ({"unsettled": 2}, Reason.WRONG_STAGE),
    ],
)
def test_a_study_is_offered_by_its_evaluator_to_another_who_is_not_blind(change, expected):
    refusal = why_not_hand_on(reader(EVALUATOR), replace(OFFERED, **change))
    assert (refusal and refusal.reason) == expected
    assert why_not_hand_on(reader(SECOND), OFFERED).reason is Reason.NOT_THEIRS_TO_SEE


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, False),
        ({"offered_to": SECOND}, True),
        ({"offered_to": OTHER}, False),
        ({"offered_to": OTHER, "left": True}, True),
        ({"offered_to": SECOND, "unsettled": 1}, False),
    ],
)
def test_a_study_is_taken_over_by_whom_it_was_offered_to_or_when_its_evaluator_left(change, may):
    facts = replace(OFFERED, **change)
    assert (why_not_take_over(reader(SECOND), facts) is None) is may
    assert why_not_take_over(reader(SECOND, Role.LEAD), facts) is not None
    assert why_not_take_over(reader(EVALUATOR), facts) is not None


def test_the_example_is_for_evaluators_and_included_once():
    assert why_not_include_example(reader(1), False) is None
    assert why_not_include_example(reader(1), True).reason is Reason.ALREADY_DONE
    assert why_not_include_example(reader(1, Role.LEAD), False) is not None


def test_a_second_coder_reads_only_what_was_opened_to_them():
    assert why_not_read(reader(SECOND), BOTH) is None
    assert why_not_read(reader(SECOND), ALONE) is not None
    assert why_not_read(reader(OTHER), BOTH) is not None
    assert why_not_read(reader(SECOND, Role.LEAD), BOTH) is not None


@pytest.mark.parametrize(
    ("account", "change", "expected"),
    [
        (OTHER, {}, Reason.NOT_THEIRS_TO_SEE),
        (EVALUATOR, {"in_use": False}, Reason.WRONG_STAGE),
        (EVALUATOR, {"reconciled": True}, Reason.ALREADY_DONE),
        (SECOND, {"finished": frozenset({SECOND})}, Reason.ALREADY_DONE),
    ],
)
def test_coding_is_refused(account, change, expected):
    refusal = why_not_code(reader(account), replace(BOTH, **change))
    assert refusal is not None
    assert refusal.reason is expected
    assert why_not_finish(reader(account), replace(BOTH, **change)) == refusal


def test_coders_are_blind_until_both_have_finished_and_then_settle_with_a_reason():
    for account in (EVALUATOR, SECOND):
        assert why_not_compare(reader(account), BOTH).reason is Reason.WRONG_STAGE
        half = replace(BOTH, finished=frozenset({account}))
        assert why_not_compare(reader(account), half).reason is Reason.WRONG_STAGE
        assert why_not_take_up(reader(account), half) is None
        assert why_not_compare(reader(account), FINISHED) is None
        assert why_not_take_up(reader(account), FINISHED).reason is Reason.WRONG_STAGE
        assert why_not_decide(reader(account), FINISHED, "why") is None
        assert why_not_decide(reader(account), FINISHED, "").reason is Reason.NO_REASON_GIVEN
        done = replace(FINISHED, reconciled=True)
        assert why_not_decide(reader(account), done, "why").reason is Reason.ALREADY_DONE
    assert why_not_compare(reader(EVALUATOR), ALONE).reason is Reason.WRONG_STAGE
    assert why_not_take_up(reader(EVALUATOR), BOTH).reason is Reason.ALREADY_DONE


def test_only_another_independent_evaluator_becomes_a_second_coder():
    fit = CoderFacts(account_id=SECOND, roles={Role.EVALUATOR})
    assert why_not_open_to(reader(EVALUATOR), ALONE, fit) is None
    assert why_not_open_to(reader(SECOND), ALONE, fit) is not None
    for coder, reason in (
        (replace(fit, account_id=EVALUATOR), Reason.OWN_WORK),
        (replace(fit, roles={Role.PROJECT_TEAM}), Reason.EXCLUSIVE_ROLE),
        (replace(fit, has_it=True), Reason.ALREADY_DONE),
    ):
        assert why_not_open_to(reader(EVALUATOR), ALONE, coder).reason is reason
    third = replace(fit, account_id=OTHER)
    assert why_not_open_to(reader(EVALUATOR), BOTH, third).reason is Reason.ALREADY_DONE
    assert why_not_close(reader(EVALUATOR), BOTH, SECOND) is None
    assert why_not_close(reader(EVALUATOR), BOTH, OTHER) is not None
    assert why_not_close(reader(SECOND), BOTH, SECOND) is not None


def test_memos_on_a_transcript_are_as_blind_as_codes_and_others_are_the_evaluators():
    on_it = MemoFacts(by_id=SECOND, transcript=BOTH, evaluator_id=EVALUATOR)
    assert why_not_read_memo(reader(SECOND), on_it) is None
    assert why_not_read_memo(reader(EVALUATOR), on_it) is not None
    assert why_not_read_memo(reader(EVALUATOR), replace(on_it, transcript=FINISHED)) is None
    assert why_not_read_memo(reader(OTHER), on_it) is not None
    reflexive = MemoFacts(by_id=EVALUATOR, evaluator_id=EVALUATOR)
    assert why_not_read_memo(reader(EVALUATOR), reflexive) is None
    assert why_not_read_memo(reader(SECOND), reflexive) is not None
