"""What a clinician chooses about their packs."""

from decimal import Decimal

from django import forms

from clinlead.improvement.policies import Towards
from clinlead.packs.goals import GoalSaid
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


class GoalForm(forms.Form):
    towards = forms.ChoiceField(
        label="I want it to be",
        choices=[(way, way) for way in Towards],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose at least or at most."},
    )
    value = forms.DecimalField(
        label="The number",
        help_text="As the figure is shown: 85 for 85%, 4.5 for 4.5 days.",
        max_digits=12,
        decimal_places=3,
        min_value=Decimal(0),
        error_messages={
            "required": "Write a number, such as 85 or 4.5.",
            "invalid": "Write a number, such as 85 or 4.5.",
        },
    )
    agreed = forms.CharField(
        label="With whom did you agree it, and when?",
        help_text="For example: agreed with my clinical director in March. You may leave it empty.",
        max_length=120,
        required=False,
    )

    def said(self) -> GoalSaid:
        given = self.cleaned_data
        return GoalSaid(**{**given, "towards": Towards(given["towards"])})


class PlanForm(forms.Form):
    what = planned(QUESTIONS[0])
    who = planned(QUESTIONS[1], required=False)
    how = planned(QUESTIONS[2], required=False)
    shown = forms.BooleanField(
        label="Print it in my pack, where my clinical director can read it",
        required=False,
    )
