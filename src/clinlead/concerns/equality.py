"""Contract types and protected characteristics: optional, given, and never read one by one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.concerns.models import Characteristic
from clinlead.concerns.policies import why_not_give_characteristics
from clinlead.history.actions import append
from clinlead.organisation.models import Person

# What can be given, with the groups that are counted; broad ones, so that nobody stands alone.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "contract": ("Contract", ("Permanent", "Fixed term", "Locum", "Honorary")),
    "sex": ("Sex", ("Female", "Male", "In another way")),
    "ethnicity": ("Ethnic group", ("Asian", "Black", "Mixed", "White", "Other")),
    "disability": ("Disability", ("Disabled", "Not disabled")),
    "age": ("Age", ("Under 40", "40 to 49", "50 to 59", "60 and over")),
    "belief": ("Religion or belief", ("Christian", "Muslim", "Another religion", "None")),
    "orientation": (
        "Sexual orientation",
        ("Heterosexual", "Gay, lesbian or bisexual", "In another way"),
    ),
}
NOT_GIVEN = "Not given"


@transaction.atomic
def give(*, person: Person, values: Mapping[str, str], by: Account, at: datetime) -> None:
    """What is empty is not given (any more); the record of acts holds no value."""
    refuse_if(why_not_give_characteristics(reader_of(by, timezone.localdate(at)), person.pk))
    for kind, value in values.items():
        assert not value or value in KINDS[kind][1], "the form offers these alone"
        rows = Characteristic.objects.filter(person=person, kind=kind)
        if not value:
            rows.delete()
            continue
        given = {"value": value, "given_by": by, "given_at": at}
        Characteristic.objects.update_or_create(person=person, kind=kind, defaults=given)
    append(
        act="characteristics given",
        at=at,
        by_id=by.pk,
        about=[person.pk],
        object_kind="characteristics",
        object_id=person.pk,
    )


def own(person_id: int) -> dict[str, str]:
    """What one has given of oneself, for one's own form alone."""
    rows = Characteristic.objects.filter(person=person_id)
    return dict(rows.values_list("kind", "value"))
