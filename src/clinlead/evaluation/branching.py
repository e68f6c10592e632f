"""Which questions of a form are shown, and in which steps, given what was answered so far. Pure."""

from collections.abc import Mapping, Sequence

from clinlead.evaluation.questions import Content, Question

Answer = str | list[str]
Answers = Mapping[str, Answer]


def steps_of(content: Content) -> list[list[Question]]:
    """Pages of a form: a theme each, and a new one before a question that waits for one on it."""
    steps: list[list[Question]] = []
    for theme in content.themes:
        here: list[Question] = []
        for question in theme.questions:
            if question.only_after and any(q.key == question.only_after.question for q in here):
                steps.append(here)
                here = []
            here.append(question)
        if here:
            steps.append(here)
    return steps


def is_shown(question: Question, answers: Answers) -> bool:
    rule = question.only_after
    if rule is None:
        return True
    given = answers.get(rule.question, "")
    return not set(rule.among).isdisjoint([given] if isinstance(given, str) else given)


def shown(step: Sequence[Question], answers: Answers) -> list[Question]:
    return [question for question in step if is_shown(question, answers)]


def next_step(content: Content, answers: Answers, after: int) -> int | None:
    """The next page on which there is anything to answer; None where the form is done."""
    steps = steps_of(content)
    return next((at for at in range(after + 1, len(steps)) if shown(steps[at], answers)), None)


def reachable(content: Content, answers: Answers) -> dict[str, Answer]:
    """The answers to questions that are shown: an answer left behind on another branch is none."""
    kept: dict[str, Answer] = {}
    for question in content.questions:
        if question.key in answers and is_shown(question, kept):
            kept[question.key] = answers[question.key]
    return kept
