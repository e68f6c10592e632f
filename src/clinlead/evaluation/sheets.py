"""A questionnaire on paper: questions, prompts and room to write."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from clinlead.evaluation.models import QuestionnaireVersion
from clinlead.evaluation.questionnaire_forms import ends
from clinlead.evaluation.questions import Content, Kind, Purpose, Question, content_of
from clinlead.printing import pdf

LINES = {Purpose.GUIDE: 5, Purpose.FORM: 3}


def sheet(version: QuestionnaireVersion, at: datetime) -> bytes:
    content, asked = content_of(version.content), version.questionnaire
    day = timezone.localdate(at)
    said = {
        "title": asked.title,
        "foot": f"{asked.title}, version {version.number} ({version.state}). "
        f"Printed on {day.day}.{day.month}.{day.year}. Write no names on it.",
        "welcome": content.welcome,
        "thanks": content.thanks,
        "themes": [theme_said(content, place, Purpose(asked.purpose))
                   for place in range(len(content.themes))],
    }  # fmt: skip
    return pdf("evaluation/papers/questionnaire.typ", said, at=at)


def theme_said(content: Content, place: int, purpose: Purpose) -> dict[str, Any]:
    theme = content.themes[place]
    return {
        "title": f"{place + 1}. {theme.title}",
        "about": theme.about,
        "questions": [question_said(content, each, purpose) for each in theme.questions],
    }


def question_said(content: Content, question: Question, purpose: Purpose) -> dict[str, Any]:
    return {
        "text": question.text,
        "prompts": list(question.prompts),
        "options": ends(question),
        "rule": rule_said(content, question),
        "lines": LINES[purpose] if question.kind is Kind.OPEN else 0,
    }


def rule_said(content: Content, question: Question) -> str:
    """On paper nobody turns the page for you."""
    rule = question.only_after
    before = content.question(rule.question) if rule else None
    if rule is None or before is None:
        return ""
    return f"Only if you answered “{'” or “'.join(rule.among)}” to “{before.text}”"
