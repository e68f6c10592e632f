"""What a clinician chooses about their packs."""

from django import forms

from clinlead.packs.policies import QUESTIONS, Comparator

LONGEST_ANSWER = 250  # all three fit on a pack's second page


class ComparatorForm(forms.Form):
    comparator = forms.ChoiceField(
        label="What should your figures stand beside?",
        help_text="Your own months are in every pack. This is what they are compared with.",
        choices=[(each.value, each.label) for each in Comparator],
        widget=forms.RadioSelect,
    )


def planned(asked: str, *, required: bool = True) -> forms.CharField:
    """One answer of a plan."""
    return forms.CharField(
        label=asked,
        max_length=LONGEST_ANSWER,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PlanForm(forms.Form):
    what = planned(QUESTIONS[0])
    who = planned(QUESTIONS[1], required=False)
    how = planned(QUESTIONS[2], required=False)
    shown = forms.BooleanField(
        label="Print it in my pack, where my clinical director can read it",
        required=False,
    )
