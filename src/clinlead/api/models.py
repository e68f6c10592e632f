"""Tokens for programs. Only a digest is kept; the token itself is shown once."""

from datetime import datetime

from django.db import models

from clinlead.access.models import Account


class TokenQuerySet(models.QuerySet):
    def in_force(self, at: datetime):
        return self.filter(expires_at__gt=at, revoked_at=None, account__is_active=True)


class Token(models.Model):
    """Lets a program act as an account for a time, under the same rules."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()
