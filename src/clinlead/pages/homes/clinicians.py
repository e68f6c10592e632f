"""A clinician's home: records to check, figures released, who looked."""

from datetime import timedelta

from clinlead.access.policies import Reader
from clinlead.access.queries import grants_visible_to
from clinlead.history.queries import readings_about
from clinlead.organisation.models import Department
from clinlead.pages.homes.parts import MEASURES, News, Part, Task, Way
from clinlead.pages.words import as_day, as_months, plural
from clinlead.releases.models import Release, ReleaseState
from clinlead.validation.models import Window

A_QUARTER = timedelta(days=92)


def for_clinician(reader: Reader) -> Part:
    return Part(
        tasks=windows(reader),
        news=[*released(reader), *looked(reader), *let_in(reader)],
        ways=[
            Way("My figures", "/me/figures/", "Your own trend, with the records behind it"),
            Way("My records", "/me/records/", "Check them, or say that one is not right"),
            Way("My challenges", "/challenges/", "What became of what you said"),
            Way("Who looked", "/me/readings/", "Everyone who saw your results, and why"),
            MEASURES,
        ],
    )


def windows(reader: Reader) -> list[Task]:
    """Each window that is open for this clinician's departments."""
    found = Window.objects.filter(
        department__in=reader.departments, opens_on__lte=reader.on, closes_on__gte=reader.on
    )
    return [
        Task(
            f"Check your records of {as_months(one.first_month, one.last_month)}",
            "/me/records/",
            f"by {as_day(one.closes_on)}",
        )
        for one in found.order_by("closes_on")
    ]


def released(reader: Reader) -> list[News]:
    """The newest releases that hold a figure of this clinician's."""
    found = Release.objects.filter(state=ReleaseState.RELEASED, figures__person=reader.person_id)
    return [
        News(
            f"Your figures for {as_months(one.first_month, one.last_month)} were released"
            + (" again after a correction" if one.edition > 1 else ""),
            one.released_at.date(),
            f"/releases/{one.pk}/",
        )
        for one in found.distinct()[:3]
        if one.released_at
    ]


def looked(reader: Reader) -> list[News]:
    """How many people looked at this clinician's results in three months."""
    if reader.person_id is None:
        return []
    recent = readings_about(reader.person_id).filter(at__date__gte=reader.on - A_QUARTER)
    newest = recent.first()
    if newest is None:
        return []
    people = recent.order_by().values("by_id").distinct().count()
    said = f"{plural(people, 'person', 'people')} looked at your results in the last three months"
    return [News(said, newest.at.date(), "/me/readings/")]


def let_in(reader: Reader) -> list[News]:
    """Grants that let somebody outside see this clinician's department."""
    near = Department.objects.filter(pk__in=reader.departments)
    running = grants_visible_to(reader).filter(
        department__in=near, revoked_at=None, ends_on__gte=reader.on
    )
    return [
        News(
            f"{grant.account} may see {grant.department}’s "
            f"{'figures by name' if grant.named else 'team figures'} until {as_day(grant.ends_on)}",
            grant.granted_at.date(),
            "/grants/",
        )
        for grant in running
    ]
