"""What HR and leads fill in about job plans."""

from django import forms

from clinlead.jobplans.concordance import Point

LINES = {"rows": 3}


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
