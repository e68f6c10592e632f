"""Changing a questionnaire's content, one theme or question at a time. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from clinlead.evaluation.questions import (
    Condition,
    Content,
    Kind,
    NotAQuestionnaire,
    Question,
    Theme,
    content_of,
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as somebody fills it in."""

    text: str
    kind: Kind = Kind.OPEN
    prompts: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    points: int = 5
    low: str = ""
    high: str = ""
    required: bool = False
    only_after: str = ""  # the short name of another question
    among: tuple[str, ...] = ()

    def as_question(self, key: str) -> dict:
        rule = {"question": self.only_after, "among": self.among} if self.only_after else None
        return {
            "key": key,
            "text": self.text,
            "kind": self.kind,
            "prompts": self.prompts,
            "options": self.options if self.kind in (Kind.ONE, Kind.SEVERAL) else (),
            "points": self.points,
            "low": self.low if self.kind is Kind.SCALE else "",
            "high": self.high if self.kind is Kind.SCALE else "",
            "required": self.required,
            "only_after": rule,
        }


def asked_of(question: Question) -> Asked:
    rule = question.only_after or Condition(question="-", among=("-",))
    return Asked(
        text=question.text,
        kind=question.kind,
        prompts=question.prompts,
        options=question.options,
        points=question.points,
        low=question.low,
        high=question.high,
        required=question.required,
        only_after=rule.question if question.only_after else "",
        among=rule.among if question.only_after else (),
    )


def rebuilt(content: Content, change: Callable[[list[dict]], object]) -> Content:
    """The content with its themes changed, checked as a whole."""
    plain = content.model_dump(mode="json")
    change(plain["themes"])
    return content_of(plain)


def with_words(content: Content, *, welcome: str, thanks: str) -> Content:
    plain = content.model_dump(mode="json")
    return content_of({**plain, "welcome": welcome, "thanks": thanks})


def with_theme(content: Content, *, title: str, about: str, at: int | None = None) -> Content:
    """Another theme at the end, or other words for one."""

    def change(themes: list[dict]) -> None:
        said = {"title": title, "about": about}
        if at is None:
            themes.append(Theme(title=title, about=about).model_dump(mode="json"))
        else:
            themes[at] |= said

    return rebuilt(content, change)


def without_theme(content: Content, at: int) -> Content:
    if content.themes[at].questions:
        raise NotAQuestionnaire("Delete the theme’s questions first.")
    return rebuilt(content, lambda themes: themes.pop(at))


def with_question(content: Content, theme: int, asked: Asked) -> Content:
    """Another question at the end of a theme, under a short name of its own."""
    key = free_key(content, asked.text)

    def change(themes: list[dict]) -> None:
        themes[theme]["questions"].append(asked.as_question(key))

    return rebuilt(content, change)


def changed_question(content: Content, key: str, asked: Asked) -> Content:
    def change(themes: list[dict]) -> None:
        questions, place = place_of(themes, key)
        questions[place] = asked.as_question(key)

    return rebuilt(content, change)


def moved_question(content: Content, key: str, *, up: bool) -> Content:
    """One place earlier or later within its theme, or into the theme beside it."""

    def change(themes: list[dict]) -> None:
        at = next(n for n, t in enumerate(themes) if any(q["key"] == key for q in t["questions"]))
        questions, place = place_of(themes, key)
        other = place + (-1 if up else 1)
        if 0 <= other < len(questions):
            questions[place], questions[other] = questions[other], questions[place]
            return
        beside = at + (-1 if up else 1)
        if 0 <= beside < len(themes):
            into = themes[beside]["questions"]
            into.insert(len(into) if up else 0, questions.pop(place))

    return rebuilt(content, change)


def without_question(content: Content, key: str) -> Content:
    def change(themes: list[dict]) -> None:
        questions, place = place_of(themes, key)
        questions.pop(place)

    return rebuilt(content, change)


def place_of(themes: list[dict], key: str) -> tuple[list[dict], int]:
    for theme in themes:
        for place, question in enumerate(theme["questions"]):
            if question["key"] == key:
                return theme["questions"], place
    raise NotAQuestionnaire("That question is not there any more.")


SHORTEST, LONGEST = 3, 30


def free_key(content: Content, text: str) -> str:
    """A short name from the question's first words that no other question has."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    made = "-".join(words)[:LONGEST].strip("-").lstrip("0123456789-")
    made = made if len(made) >= SHORTEST else "question"
    used, number, key = {each.key for each in content.questions}, 1, made
    while key in used:
        number += 1
        key = f"{made}-{number}"
    return key
