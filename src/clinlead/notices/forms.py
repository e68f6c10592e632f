"""How somebody wants to be told."""

from django import forms


class MailForm(forms.Form):
    by_mail = forms.BooleanField(label="Tell me by e-mail as well", required=False)
    address = forms.EmailField(
        label="Your e-mail address",
        help_text="An e-mail says that something is ready. It never carries a figure.",
        required=False,
        max_length=254,
    )

    def clean(self):
        given = super().clean() or {}
        if given.get("by_mail") and not given.get("address") and "address" not in self.errors:
            self.add_error("address", "Give the address to which e-mail should go.")
        return given
