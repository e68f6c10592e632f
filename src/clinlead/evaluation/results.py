"""What a form's answers come to, question by question: counts with what each counts. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from clinlead.evaluation.branching import Answers, is_shown
from clinlead.evaluation.questions import Content, Kind, Question


@dataclass(frozen=True, kw_only=True)
class Result:
    """One question: of how many forms that showed it, how many answered, and what."""

    question: Question
    shown: int
    answered: int
    counts: list[tuple[str, int]]
    middle: float | None  # of a scale
    words: list[str]


def results_of(content: Content, forms: Sequence[Answers]) -> list[Result]:
    return [result_of(question, forms) for question in content.questions]


def result_of(question: Question, forms: Iterable[Answers]) -> Result:
    showing = [form for form in forms if is_shown(question, form)]
    said = [form[question.key] for form in showing if form.get(question.key)]
    single = [each for answer in said for each in as_list(answer)]
    counted = Counter(single)
    points = [int(each) for each in single] if question.kind is Kind.SCALE else []
    return Result(
        question=question,
        shown=len(showing),
        answered=len(said),
        counts=[(label(question, each), counted[each]) for each in question.answers],
        middle=median(points) if points else None,
        words=single if question.kind is Kind.OPEN else [],
    )


def as_list(answer: str | list[str]) -> list[str]:
    return [answer] if isinstance(answer, str) else list(answer)


def label(question: Question, answer: str) -> str:
    """A point of a scale with the words of its end."""
    if question.kind is not Kind.SCALE:
        return answer
    ends = {"1": question.low, str(question.points): question.high}
    return f"{answer} ({ends[answer]})" if answer in ends else answer


def validity(relevances: Sequence[int], *, relevant_from: int) -> float | None:
    """Content validity of one question: the share who found it relevant (I-CVI).

    Source: Polit & Beck, Research in Nursing & Health 2006;29:489: 3 or 4 on a scale of four.
    """
    if not relevances:
        return None
    return sum(each >= relevant_from for each in relevances) / len(relevances)
