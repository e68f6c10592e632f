"""How sign-in behaves: no sign-up, few words, second-factor secrets sealed."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import needs_second_factor
from clinlead.access.queries import reader_of

SAID = {"account/messages/password_changed.txt", "mfa/messages/totp_activated.txt"}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the trust; nobody signs themselves up."""

    def is_open_for_signup(self, request) -> bool:  # noqa: ARG002
        return False

    def add_message(self, request, level, message_template=None, *args, **kwargs) -> None:
        """Only what the person asked for is confirmed; signing in and out speak for themselves."""
        if message_template is None or message_template in SAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_notification_mail(self, *args, **kwargs) -> None:
        """Clinlead sends no mail; the account's page shows what changed."""


class AccountBackend(ModelBackend):
    """Whoever signed in, with the person they are: every page names them."""

    def get_user(self, user_id):
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secrets of second factors are sealed with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        return seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return seal().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return settings.CONFIGURATION.trust_name or "Clinlead"

    def can_delete_authenticator(self, authenticator) -> bool:
        """Whoever sees named results keeps their second factor."""
        reader = reader_of(authenticator.user, timezone.localdate())
        return not (settings.SECOND_FACTOR and needs_second_factor(reader))


def seal() -> Fernet:
    key = bytes.fromhex(settings.CONFIGURATION.key("second-factors"))
    return Fernet(base64.urlsafe_b64encode(key))
