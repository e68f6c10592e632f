"""What is kept so that the framework can be counted."""

from django.db import models

from clinlead.organisation.models import Person
from clinlead.releases.models import Release


class FirstLook(models.Model):
    """A clinician opened a release with figures of their own, for the first time.

    Only how many did is shown, and to nobody who did not.
    """

    release = models.ForeignKey(Release, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "person"], name="one_first_look")]
