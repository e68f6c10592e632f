"""What is written when something is to be erased or was disclosed."""

from django import forms
from django.utils import timezone

from clinlead.access.forms import AccountChoice, DayInput
from clinlead.access.models import Account
from clinlead.dataprotection.actions import Said
from clinlead.dataprotection.policies import Answer, Basis, Outcome
from clinlead.organisation.models import Person

LONGEST = 2000
KEPT = (
    "Figures as they were released, the records of patients for their own period, and who did "
    "what when: they show how decisions about care came about, which is our public task, and may "
    "be needed in a claim."
)


def today() -> str:
    return timezone.localdate().isoformat()


def area(label: str, missing: str, **more) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST, widget=forms.Textarea({"rows": 4}),
        error_messages={"required": missing}, **more,
    )  # fmt: skip


class AskForm(forms.Form):
    """By the person themselves."""

    says = area(
        "What should be erased?",
        "Say what should be erased.",
        help_text="And why, if you like. The data protection officer reads it.",
    )


class LetterForm(AskForm):
    """By the officer, for who asked by letter."""

    field_order = ["account", "says", "received_on"]
    account = AccountChoice(
        Account.objects.none(), label="Who asks", empty_label="Choose somebody",
        error_messages={"required": "Choose who asks."},
    )  # fmt: skip
    received_on = forms.DateField(label="When it came", widget=DayInput(), initial=today)

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        everybody = Account.objects.select_related("person").order_by("person__name", "username")
        self.fields["account"].queryset = everybody  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The officer's answer."""

    outcome = forms.ChoiceField(
        label="What is the answer?",
        choices=[
            (Outcome.ERASED, "Erase what is theirs alone, and the details recorded about them"),
            (Outcome.REFUSED, "Erase nothing"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer."},
    )
    up_to = forms.DateField(
        label="Details recorded up to",
        required=False,
        widget=DayInput(),
        help_text="The last day whose details are erased. Empty where nothing is.",
    )
    reason = area("Why", "Say why; the person reads it.")
    kept = area(
        "What is kept, and why", "Say what is kept and why; the person reads it.", initial=KEPT
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        day = given.get("up_to")
        if given.get("outcome") == Outcome.ERASED and (day is None or day >= timezone.localdate()):
            self.add_error("up_to", "Name the last day erased; it is before today.")
        return given

    def answer(self) -> Answer:
        given = self.cleaned_data
        return Answer(
            outcome=Outcome(given["outcome"]),
            reason=given["reason"],
            kept=given["kept"],
            up_to=given["up_to"],
        )


class DisclosureForm(forms.Form):
    """What left, as the officer enters it."""

    to_whom = forms.CharField(
        label="To whom", max_length=200, error_messages={"required": "Say to whom."}
    )
    what = forms.CharField(
        label="What", max_length=300, help_text="Which figures or records, of which months.",
        error_messages={"required": "Say what was disclosed."},
    )  # fmt: skip
    basis = forms.ChoiceField(
        label="By what right",
        choices=[(b.value, b.words) for b in Basis if b is not Basis.GRANT],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )
    because = forms.CharField(
        label="Reference", max_length=300, help_text="The request, order or agreement.",
        error_messages={"required": "Name the request, order or agreement."},
    )  # fmt: skip
    on = forms.DateField(label="When", widget=DayInput(), initial=today)
    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label="Whose results were in it",
        required=False,
        help_text="They read this entry. Nobody, where nobody was named.",
        widget=forms.SelectMultiple({"size": 8}),
    )

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        self.fields["people"].queryset = Person.objects.order_by("name")  # type: ignore[attr-defined]

    def said(self) -> Said:
        given = dict(self.cleaned_data)
        people = tuple(one.pk for one in given.pop("people"))
        return Said(**{**given, "basis": Basis(given["basis"])}, people=people)
