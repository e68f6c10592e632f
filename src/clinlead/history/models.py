"""The append-only record of acts and readings."""

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One act or reading. Entries are chained: changing or dropping one breaks every later digest.

    The chain hashes a salted commitment to the facts, so that facts can be erased by law
    (facts and salt emptied) and the chain still holds.
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=40, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(null=True)
    salt = models.CharField(max_length=64, blank=True)
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["object_kind", "object_id"])]


class Subject(models.Model):
    """A person whose results an entry is about; they can see it."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="subjects")
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="one_subject_an_entry")
        ]
