"""What a clinician chooses about their packs."""

from django import forms

from clinlead.packs.policies import Comparator


class ComparatorForm(forms.Form):
    comparator = forms.ChoiceField(
        label="What should your figures stand beside?",
        help_text="Your own months are in every pack. This is what they are compared with.",
        choices=[(each.value, each.label) for each in Comparator],
        widget=forms.RadioSelect,
    )
