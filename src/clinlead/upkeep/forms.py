"""What the data protection officer fills in."""

from django import forms

from clinlead.access.forms import AccountChoice
from clinlead.access.models import Account
from clinlead.upkeep.policies import PURPOSE


class ExportForm(forms.Form):
    account = AccountChoice(
        Account.objects.none(), label="Who asks", empty_label="Choose somebody",
        error_messages={"required": "Choose who asks."},
    )  # fmt: skip
    purpose = forms.CharField(
        label="For which request?",
        help_text="Its number or date. The person reads it.",
        max_length=200,
        error_messages={"required": PURPOSE},
    )

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        everybody = Account.objects.select_related("person").order_by("person__name", "username")
        self.fields["account"].queryset = everybody  # type: ignore[attr-defined]
