"""What HR and leads fill in about job plans."""

from django import forms
from django.http import HttpRequest, QueryDict

from clinlead.jobplans.concordance import Point

LINES = {"rows": 3}


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form sent, however empty; nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


class QuestionForm(forms.Form):
    point = forms.ChoiceField(
        label="What is it about?", choices=[(one, one.value.capitalize()) for one in Point]
    )
    text = forms.CharField(
        label="Your question to the lead",
        help_text="The clinician reads it too, and the answer.",
        widget=forms.Textarea(LINES),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Your answer", help_text="HR and the clinician read it.", widget=forms.Textarea(LINES)
    )
