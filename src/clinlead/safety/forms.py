"""What people write beside a signal."""

from django import forms

LINES = {"rows": 4}


class AcknowledgeForm(forms.Form):
    text = forms.CharField(
        label="What do you make of it, and what will you look at first?",
        help_text="The clinician reads this. It says that you have seen the signal, and judges "
        "nobody.",
        widget=forms.Textarea(LINES),
    )


class DoneForm(forms.Form):
    text = forms.CharField(
        label="What was done?",
        help_text="For example: the notes of these patients were read in the mortality meeting of "
        "12 June.",
        widget=forms.Textarea(LINES),
    )


class OwnWordsForm(forms.Form):
    text = forms.CharField(
        label="Your own words",
        help_text="Your clinical director reads this beside the signal.",
        required=False,
        widget=forms.Textarea(LINES),
    )
