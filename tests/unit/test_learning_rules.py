"""Lessons, what answers are worth, who may see, post and moderate: rules, with no database."""

from dataclasses import replace
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.learning.course import ORDER, Lesson, lessons, parse_lesson
from clinlead.learning.drawing import drawn, funnel_of, months_of, series_of
from clinlead.learning.policies import (
    MOVES,
    POSTS,
    READS,
    LearnerFacts,
    PostFacts,
    Right,
    State,
    WaitFacts,
    why_not_end_wait,
    why_not_moderate,
    why_not_note,
    why_not_post,
    why_not_read_forum,
    why_not_reword,
    why_not_see_post,
    why_not_see_progress,
    why_not_set_wait,
    why_not_yet,
)
from clinlead.learning.presenters import marked
from clinlead.learning.scoring import score
from clinmeasures.errors import BadInput

LESSONS = list(lessons().values())
CHARTS = [
    (lesson.code, part.chart)
    for lesson in LESSONS
    for part in lesson.part
    if part.chart is not None
]


def reader(*roles: Role, account: int = 99) -> Reader:
    return Reader(account_id=account, on=date(2026, 7, 1), roles=frozenset(roles))


def test_there_is_a_lesson_on_each_subject_and_for_each_staff_group():
    assert list(lessons()) == list(ORDER)
    audiences = [each.audience for each in LESSONS]
    assert audiences.count("managers") == 7
    assert set(audiences) == {"managers", "ward", "hr", "operations", "analysts"}


@pytest.mark.parametrize(("code", "chart"), CHARTS, ids=lambda v: v if isinstance(v, str) else "")
def test_what_a_lesson_calls_a_signal_is_what_the_library_finds(code, chart):
    assert "<svg" in drawn(chart, code).wide
    if chart.kind in ("xmr", "p"):
        found = series_of(chart).own_signals
        named = zip(months_of(chart), found, strict=True)
        assert tuple(month for month, names in named if names) == chart.signals
    if chart.kind == "funnel":
        assert int(funnel_of(chart).outside(99.8).sum()) == chart.outside


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.code)
def test_every_answer_is_explained_and_the_right_ones_pass(lesson: Lesson):
    assert all(len(option.because) > 20 for each in lesson.question for option in each.options)
    best = score(lesson, {n: each.right for n, each in enumerate(lesson.question)})
    assert best.passed
    assert best.said.startswith("All")
    worst = score(
        lesson, {n: (e.right + 1) % len(e.options) for n, e in enumerate(lesson.question)}
    )
    assert not worst.passed
    assert (worst.right, worst.answers[0].better) == (
        0,
        lesson.question[0].options[lesson.question[0].right],
    )


SMALL = """
code = "x"
title = "X"
about = "X"
audience = "ward"
minutes = 1
pass_at = {pass_at}
[[part]]
text = "X"
[[question]]
text = "One?"
options = [{{ text = "a", because = "b", right = {right} }}, {{ text = "c", because = "d" }}]
[[question]]
text = "Two?"
options = [{{ text = "a", because = "b", right = true }}, {{ text = "c", because = "d" }}]
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL.format(pass_at=3, right="true"), "pass_at lies between 1 and the number"),
        (SMALL.format(pass_at=1, right="false"), "exactly one answer is right"),
        ("code = ", "is not TOML"),
        (SMALL.format(pass_at=1, right="true") + "colour = 'red'", "x.toml"),
    ],
)
def test_a_lesson_that_cannot_be_used_says_what_is_wrong(text, said):
    with pytest.raises(BadInput) as refused:
        parse_lesson(text, "x.toml")
    assert said in str(refused.value)


MANAGER = LearnerFacts(account_id=1, coaches=frozenset({2}))


@pytest.mark.parametrize(("account", "sees"), [(1, True), (2, True), (3, False)])
def test_progress_is_between_a_manager_and_their_coach(account, sees):
    everything = reader(*Role, account=account)
    assert (why_not_see_progress(everything, MANAGER) is None) is sees


def test_a_coach_writes_notes_and_nobody_else():
    assert why_not_note(reader(account=2), MANAGER, "Well read") is None
    assert why_not_note(reader(account=2), MANAGER, " ").reason is Reason.NO_REASON_GIVEN
    assert why_not_note(reader(account=1), MANAGER, "Me").reason is Reason.NOT_YOURS


TEAM = reader(Role.PROJECT_TEAM)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROJECT_TEAM}))
def test_only_the_project_team_lets_a_right_wait(role):
    assert why_not_set_wait(reader(role), WaitFacts(), "why").reason is Reason.NOT_YOURS
    assert why_not_end_wait(reader(role), WaitFacts(running=True)).reason is Reason.NOT_YOURS


def test_a_right_waits_once_for_a_reason_on_a_lesson_that_there_is():
    assert why_not_set_wait(TEAM, WaitFacts(), "why") is None
    assert why_not_set_wait(TEAM, WaitFacts(), "").reason is Reason.NO_REASON_GIVEN
    assert why_not_set_wait(TEAM, WaitFacts(known=False), "why").reason is Reason.NOT_AGREED
    assert why_not_set_wait(TEAM, WaitFacts(running=True), "why").reason is Reason.ALREADY_DONE
    assert why_not_end_wait(TEAM, WaitFacts()).reason is Reason.ALREADY_DONE


def test_the_refusal_names_the_lesson_and_gives_the_reason():
    said = why_not_yet(Right.SIGN_OFF, "Small numbers", "Three were too small.", False)
    assert "“Small numbers”" in said.because
    assert "Three were too small." in said.because
    assert why_not_yet(Right.SIGN_OFF, "Small numbers", "Why", True) is None


@pytest.mark.parametrize("role", sorted(Role))
def test_managers_post_and_those_who_support_them_read(role):
    assert (why_not_read_forum(reader(role)) is None) is (role in READS)
    assert (why_not_post(reader(role), "Words") is None) is (role in POSTS)


WRITER = reader(Role.LEAD, account=5)
HELD = PostFacts(written_by_id=5, state=State.HELD)


def test_a_held_post_is_its_writers_and_the_moderators():
    other = reader(Role.LEAD, account=6)
    assert why_not_see_post(WRITER, HELD) is None
    assert why_not_see_post(TEAM, HELD) is None
    assert why_not_see_post(other, HELD) is not None
    assert why_not_see_post(other, replace(HELD, state=State.SHOWN)) is None
    assert why_not_see_post(other, replace(HELD, state=State.SHOWN, closed=True)) is not None


def test_a_writer_words_a_held_post_anew_and_no_other():
    assert why_not_reword(WRITER, HELD, "Better") is None
    assert why_not_reword(TEAM, HELD, "Better").reason is Reason.NOT_YOURS
    shown = replace(HELD, state=State.SHOWN)
    assert why_not_reword(WRITER, shown, "Better").reason is Reason.WRONG_STAGE
    assert why_not_reword(WRITER, HELD, " ").reason is Reason.NO_REASON_GIVEN


@pytest.mark.parametrize("state", sorted(State))
@pytest.mark.parametrize("to", sorted(State))
def test_a_moderator_makes_the_moves_there_are_with_a_reason(state, to):
    post = replace(HELD, state=state)
    allowed = to in MOVES[state] and to is not State.HELD
    assert (why_not_moderate(TEAM, post, to, "why") is None) is allowed
    if allowed:
        assert why_not_moderate(TEAM, post, to, "").reason is Reason.NO_REASON_GIVEN
        assert why_not_moderate(WRITER, post, to, "why").reason is Reason.NOT_YOURS
        own = replace(TEAM, account_id=5)
        assert why_not_moderate(own, post, to, "why").reason is Reason.OWN_WORK
    assert set(MOVES) == set(State)


def test_marked_words_are_shown_in_their_place():
    found = marked("Ask Dr Jones today", [[4, 12, "name of a colleague"]])
    assert [(each.text, each.why) for each in found.pieces] == [
        ("Ask ", ""),
        ("Dr Jones", "name of a colleague"),
        (" today", ""),
    ]
