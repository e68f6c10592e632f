"""The acts of a questionnaire's page: one form each, read and handed to its action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from clinlead.access.models import Account
from clinlead.evaluation import authoring, filling, versions
from clinlead.evaluation.models import Opening, QuestionnaireVersion, Round, RoundComment
from clinlead.evaluation.questionnaire_forms import (
    AnotherForm,
    AnswerForm,
    CommentForm,
    EndForm,
    OpeningForm,
    RoundForm,
    ThemeForm,
    WordsForm,
)
from clinlead.evaluation.questions import Content, content_of


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Who does what to which version, with all that was sent."""

    version: QuestionnaireVersion
    post: QueryDict
    by: Account
    at: datetime

    def edit(self, change: Callable[[Content], Content]) -> None:
        versions.edit(version=self.version, change=change, by=self.by, at=self.at)

    def number(self, name: str) -> int:
        said = self.post.get(name, "")
        if not said.isdecimal():
            raise Http404
        return int(said)

    @property
    def theme(self) -> int:
        """The place of a theme that there is."""
        at = self.number("theme")
        if at >= len(content_of(self.version.content).themes):
            raise Http404
        return at

    @property
    def running(self) -> Round:
        return get_object_or_404(self.version.rounds, ended_at=None)


@dataclass(frozen=True)
class Done:
    said: str
    to: str = ""  # where else than back


def forms_for(
    version: QuestionnaireVersion, data: QueryDict | None = None
) -> dict[str, forms.Form]:
    """Every form of the page by its act; `data` where one was sent."""
    content = content_of(version.content)
    said = {"welcome": content.welcome, "thanks": content.thanks}
    kinds: dict[str, type[forms.Form]] = {
        "theme": ThemeForm,
        "another": AnotherForm,
        "round": RoundForm,
        "answer": AnswerForm,
        "end-round": EndForm,
        "open-form": OpeningForm,
        **dict.fromkeys(("drop-theme", "move", "drop-question", "use", "close-form"), forms.Form),
    }
    made = {name: kind(data, auto_id=f"{name}-%s") for name, kind in kinds.items()}
    made["words"] = WordsForm(data, initial=said, auto_id="words-%s")
    made["comment"] = CommentForm(data, content=content, auto_id="comment-%s")
    return made


def say_words(doing: Doing, form: forms.Form) -> Done:
    doing.edit(lambda content: authoring.with_words(content, **form.cleaned_data))
    return Done("Saved.")


def theme(doing: Doing, form: forms.Form) -> Done:
    """Another, or other words for the one that is named."""
    at = doing.theme if doing.post.get("theme") else None
    doing.edit(lambda content: authoring.with_theme(content, at=at, **form.cleaned_data))
    return Done("Saved.")


def drop_theme(doing: Doing, _form: forms.Form) -> Done:
    at = doing.theme
    doing.edit(lambda content: authoring.without_theme(content, at))
    return Done("The theme is deleted.")


def move(doing: Doing, _form: forms.Form) -> Done:
    key, up = doing.post.get("question", ""), doing.post.get("way") == "up"
    if content_of(doing.version.content).question(key) is None:
        raise Http404
    doing.edit(lambda content: authoring.moved_question(content, key, up=up))
    return Done("Moved.")


def drop_question(doing: Doing, _form: forms.Form) -> Done:
    key = doing.post.get("question", "")
    doing.edit(lambda content: authoring.without_question(content, key))
    return Done("The question is deleted.")


def use(doing: Doing, _form: forms.Form) -> Done:
    versions.put_into_use(version=doing.version, by=doing.by, at=doing.at)
    return Done("In use from now on.")


def another(doing: Doing, form: forms.Form) -> Done:
    made = versions.write_another(
        questionnaire=doing.version.questionnaire,
        because=form.cleaned_data["because"],
        by=doing.by,
        at=doing.at,
    )
    return Done("This is a draft; change it as you like.", made.get_absolute_url())


def begin_round(doing: Doing, form: forms.Form) -> Done:
    versions.begin_round(version=doing.version, by=doing.by, at=doing.at, **form.cleaned_data)
    return Done("The round has begun.")


def comment(doing: Doing, form: forms.Form) -> Done:
    versions.comment(round_=doing.running, by=doing.by, at=doing.at, **form.cleaned_data)
    return Done("Noted.")


def answer(doing: Doing, form: forms.Form) -> Done:
    rows = RoundComment.objects.filter(round__version=doing.version)
    found = get_object_or_404(rows, pk=form.cleaned_data["comment"])
    said = form.cleaned_data["answer"]
    versions.answer_comment(comment=found, answer=said, by=doing.by, at=doing.at)
    return Done("Noted.")


def end_round(doing: Doing, form: forms.Form) -> Done:
    learned = form.cleaned_data["learned"]
    versions.end_round(round_=doing.running, learned=learned, by=doing.by, at=doing.at)
    return Done("The round has ended.")


def open_form(doing: Doing, form: forms.Form) -> Done:
    day = form.cleaned_data["closes_on"]
    filling.open_form(version=doing.version, closes_on=day, by=doing.by, at=doing.at)
    return Done("Open. Whoever has the link can fill it in.")


def close_form(doing: Doing, _form: forms.Form) -> Done:
    rows = Opening.objects.filter(version=doing.version)
    found = get_object_or_404(rows, pk=doing.number("opening"))
    filling.close_form(opening=found, by=doing.by, at=doing.at)
    return Done("Closed.")


ACTS: dict[str, Callable[[Doing, forms.Form], Done]] = {
    "words": say_words,
    "theme": theme,
    "drop-theme": drop_theme,
    "move": move,
    "drop-question": drop_question,
    "use": use,
    "another": another,
    "round": begin_round,
    "comment": comment,
    "answer": answer,
    "end-round": end_round,
    "open-form": open_form,
    "close-form": close_form,
}
