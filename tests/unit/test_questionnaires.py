"""Questionnaires: what contradicts itself is refused, and a form shows what its answers lead to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinlead.evaluation.authoring import (
    Asked,
    asked_of,
    changed_question,
    moved_question,
    with_question,
    with_theme,
    without_question,
    without_theme,
)
from clinlead.evaluation.branching import is_shown, next_step, reachable, shown, steps_of
from clinlead.evaluation.policies import (
    RoundKind,
    VersionFacts,
    VersionState,
    why_not_comment,
    why_not_edit,
    why_not_end_round,
    why_not_open_form,
    why_not_use,
)
from clinlead.evaluation.questions import (
    Content,
    Kind,
    NotAQuestionnaire,
    Purpose,
    content_of,
    shipped,
)
from clinlead.evaluation.results import results_of, validity

FORM = shipped()["clinician-form"].content


def test_two_questionnaires_ship_on_the_three_themes_of_the_study():
    guide, form = shipped()["manager-interview"], shipped()["clinician-form"]
    assert (guide.purpose, form.purpose) == (Purpose.GUIDE, Purpose.FORM)
    assert [theme.title for theme in guide.content.themes] == [
        "How performance was managed before",
        "What the framework changed",
        "What the organisation has to do",
    ]
    assert all(question.prompts for question in guide.content.questions)
    assert any(question.only_after for question in form.content.questions)


def written(*questions: dict) -> Content:
    return content_of({"themes": [{"title": "One", "questions": list(questions)}]})


YES_NO = {"key": "seen", "text": "Seen?", "kind": "yes or no"}


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([YES_NO, YES_NO], "Two questions have the short name"),
        ([{**YES_NO, "key": "Not a key"}], "is no short name"),
        ([{"key": "one", "text": "One?", "kind": "one of these", "options": ["A", "A"]}], "two"),
        ([{"key": "one", "text": "One?", "kind": "on a scale", "low": "no"}], "both ends"),
        ([{"key": "one", "text": "One?", "kind": "on a scale", "points": 1}], "from 2 to 11"),
        ([{"key": "why", "text": "Why?",
           "only_after": {"question": "seen", "among": ["Yes"]}}, YES_NO], "not before it"),
        ([YES_NO, {"key": "why", "text": "Why?",
                   "only_after": {"question": "seen", "among": ["Maybe"]}}], "is no answer to"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_in_a_sentence(questions, said):
    with pytest.raises(NotAQuestionnaire, match=said):
        written(*questions)


def test_a_question_is_written_changed_moved_and_deleted():
    content = with_theme(with_theme(Content(), title="One", about=""), title="Two", about="")
    content = with_question(content, 0, Asked(text="Was it seen?", kind=Kind.YES_NO))
    content = with_question(content, 0, Asked(text="Was it seen?"))
    assert [each.key for each in content.questions] == ["was-it-seen", "was-it-seen-2"]
    why = Asked(text="Why?", only_after="was-it-seen", among=("No",))
    content = changed_question(content, "was-it-seen-2", why)
    assert asked_of(content.question("was-it-seen-2")) == why
    with pytest.raises(NotAQuestionnaire, match="not before it"):
        moved_question(content, "was-it-seen-2", up=True)
    with pytest.raises(NotAQuestionnaire, match="not before it"):
        without_question(content, "was-it-seen")
    content = moved_question(content, "was-it-seen-2", up=False)
    assert [len(theme.questions) for theme in content.themes] == [1, 1]
    with pytest.raises(NotAQuestionnaire, match="questions first"):
        without_theme(content, 1)
    assert len(without_theme(without_question(content, "was-it-seen-2"), 1).themes) == 1


# ---- branching -----------------------------------------------------------------------------------


def walked(content: Content, choose) -> dict:
    """What somebody answers who goes through the form page by page."""
    answers: dict = {}
    at = next_step(content, {}, -1)
    while at is not None:
        for question in shown(steps_of(content)[at], answers):
            answers[question.key] = choose(question)
        at = next_step(content, answers, at)
    return answers


def first(question):
    return question.answers[0] if question.answers else "words"


def last(question):
    return question.answers[-1] if question.answers else "words"


def test_an_answer_leads_to_its_own_questions_and_past_the_others():
    asked = set(walked(FORM, first))
    assert {"better-how", "would-poor", "right"} <= asked
    assert not asked & {"worse-how", "would-help"}
    other = set(walked(FORM, last))
    assert {"obstacles-else", "would-help"} <= other
    assert not other & {"better-how", "right", "would-poor"}


@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_whatever_is_chosen_every_question_shown_is_asked_once_and_in_order(random):
    answers = walked(FORM, lambda q: random.choice(q.answers) if q.answers else "words")
    keys = [each.key for each in FORM.questions]
    assert list(answers) == [key for key in keys if key in answers]
    assert all((q.key in answers) == is_shown(q, answers) for q in FORM.questions)
    assert reachable(FORM, answers) == answers


def test_an_answer_left_behind_on_another_branch_counts_for_nothing():
    answers = {"seen": "No", "right": "4", "would-help": "Waits"}
    assert reachable(FORM, answers) == {"seen": "No", "would-help": "Waits"}


def test_results_count_the_forms_that_showed_the_question():
    forms = [{"seen": "Yes", "right": "4"}, {"seen": "Yes"}, {"seen": "No", "would-help": "Waits"}]
    by_key = {one.question.key: one for one in results_of(FORM, forms)}
    right, helps = by_key["right"], by_key["would-help"]
    assert (right.shown, right.answered, right.middle) == (2, 1, 4)
    assert dict(right.counts)["4"] == 1
    assert "1 (mostly wrong)" in dict(right.counts)
    assert (helps.shown, helps.words) == (1, ["Waits"])


def test_content_validity_is_the_share_who_found_it_relevant():
    assert validity([4, 3, 2, 4], relevant_from=3) == 0.75  # three of four
    assert validity([], relevant_from=3) is None


# ---- rules ---------------------------------------------------------------------------------------

READY = VersionFacts(state=VersionState.DRAFT, questions=3, validated=True)


@pytest.mark.parametrize(
    "change",
    [
        {"state": VersionState.IN_USE},
        {"questions": 0},
        {"validated": False},
        {"round_open": True},
        {"unanswered": 1},
    ],
)
def test_a_wording_is_used_only_when_validated_with_every_comment_answered(change):
    assert why_not_use(READY) is None
    assert why_not_use(VersionFacts(**{**vars(READY), **change})) is not None


def test_a_wording_in_use_is_not_edited():
    assert why_not_edit(VersionFacts(state=VersionState.RETIRED)) is not None
    assert why_not_edit(READY) is None


@pytest.mark.parametrize(
    ("role", "text", "relevance", "ended", "kept"),
    [
        ("senior clinician", "Too long", None, False, True),
        ("senior clinician", "", 3, False, True),
        ("", "Too long", None, False, False),
        ("senior clinician", " ", None, False, False),
        ("senior clinician", "", 5, False, False),
        ("senior clinician", "Too long", 3, True, False),
    ],
)
def test_a_comment_comes_from_a_role_and_says_something(role, text, relevance, ended, kept):
    refusal = why_not_comment(role=role, text=text, relevance=relevance, ended=ended)
    assert (refusal is None) is kept


def test_a_round_ends_with_comments_and_what_was_learned():
    ends = {"learned": "Shorter", "comments": 1, "kind": RoundKind.VALIDATION}
    assert why_not_end_round(**ends) is None
    assert why_not_end_round(**{**ends, "learned": " "}) is not None
    assert why_not_end_round(**{**ends, "comments": 0}) is not None
    assert why_not_end_round(**{**ends, "comments": 0, "kind": RoundKind.INTERIM}) is None


def test_only_a_form_in_use_is_opened_and_once():
    used = VersionFacts(state=VersionState.IN_USE)
    assert why_not_open_form(used, is_form=True, open_now=False) is None
    for facts, is_form, open_now in (
        (used, False, False),
        (used, True, True),
        (READY, True, False),
    ):
        assert why_not_open_form(facts, is_form=is_form, open_now=open_now) is not None
