"""What is said when background work is paused."""

from django import forms


class PauseForm(forms.Form):
    because = forms.CharField(
        label="Why should background work stand still?",
        help_text="For example: the data of June are being loaded again.",
        max_length=300,
    )
