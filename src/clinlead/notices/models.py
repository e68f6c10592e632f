"""Notices (something is ready), the e-mails that say so, and who wants them."""

from django.db import models

from clinlead.access.models import Account
from clinlead.notices.policies import LetterState


class Notice(models.Model):
    """Something is ready for somebody. It says what and where; never a figure, never a result."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="notices")
    key = models.CharField(max_length=100)  # what it is of: the same is said once
    words = models.CharField(max_length=200)
    href = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="one_notice_an_account")
        ]

    def __str__(self) -> str:
        return self.words


class Letter(models.Model):
    """The e-mail of a notice: one row, so that there can be no second one."""

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="letter")
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in LetterState],
        default=LetterState.WAITING,
    )
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)  # sent even while background work is paused
    tries = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)  # why it was not sent, in words

    class Meta:
        ordering = ["pk"]


class MailChoice(models.Model):
    """Whether somebody wants e-mail; whoever has not said is told on their home page alone."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="mail_choice")
    by_mail = models.BooleanField(default=False)
    chosen_at = models.DateTimeField()
