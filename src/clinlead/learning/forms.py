"""What people fill in to answer a lesson, to write in the forum and to moderate it."""

from django import forms
from django.http import HttpRequest, QueryDict

from clinlead.learning.course import Lesson, lessons
from clinlead.learning.policies import Kind, Right

LINES = {"rows": 6}
FEW = {"rows": 2}


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however empty; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def topics() -> list[tuple[str, str]]:
    return [(code, lesson.title) for code, lesson in lessons().items()]


class LessonForm(forms.Form):
    """One set of radios a question."""

    def __init__(self, data=None, *, lesson: Lesson) -> None:
        super().__init__(data)
        for place, question in enumerate(lesson.question):
            self.fields[f"question-{place}"] = forms.TypedChoiceField(
                label=question.text,
                choices=[(n, option.text) for n, option in enumerate(question.options)],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose an answer; a wrong one costs nothing."},
            )

    def chosen(self) -> dict[int, int]:
        return {int(name.split("-")[1]): value for name, value in self.cleaned_data.items()}


class NoteForm(forms.Form):
    text = forms.CharField(
        label="A coaching note",
        help_text="The two of you read it, and nobody else.",
        widget=forms.Textarea(FEW),
    )


class WaitForm(forms.Form):
    right = forms.ChoiceField(
        label="Which right waits?",
        choices=[(right, right.value.capitalize()) for right in Right],
    )
    lesson = forms.ChoiceField(label="On which lesson?", choices=topics)
    because = forms.CharField(
        label="Why?",
        help_text="Everybody who has to wait reads it.",
        widget=forms.Textarea(FEW),
    )


class BeginForm(forms.Form):
    kind = forms.ChoiceField(
        label="What is it?", choices=[(kind, kind.value.capitalize()) for kind in Kind]
    )
    topic = forms.ChoiceField(label="What is it about?", choices=topics)
    title = forms.CharField(label="In one line", max_length=150)
    text = forms.CharField(
        label="What do you want to share or ask?",
        help_text="Nobody’s name, number, date of birth or address: not a patient’s, and not a "
        "colleague’s. Pages say what you are, and not who.",
        widget=forms.Textarea(LINES),
    )


class ReplyForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        help_text="Without anybody’s name, number, date of birth or address.",
        widget=forms.Textarea({"rows": 4}),
    )


class RewordForm(forms.Form):
    """A held post, to be written anew; only a first post has a title."""

    title = forms.CharField(label="In one line", max_length=150)
    text = forms.CharField(label="Your words", widget=forms.Textarea(LINES))

    def __init__(self, data=None, *, titled: bool, **more) -> None:
        super().__init__(data, **more)
        if not titled:
            del self.fields["title"]


class ModerateForm(forms.Form):
    because = forms.CharField(
        label="Why?", help_text="Its writer reads it.", widget=forms.Textarea(FEW)
    )
