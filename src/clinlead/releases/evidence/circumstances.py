"""What is known of the people and the service in these months: role, leave, dated changes."""

from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from clinlead.organisation.models import Post, RoleProfile
from clinlead.releases.evidence.examined import Examined
from clinlead.releases.gate import in_words
from clinlead.releases.periods import first_day
from clinlead.validation.clock import Away, merged
from clinmeasures.wording.units import how_many


def role(figure: Examined) -> tuple[str, ...]:
    """The role profile of these months and its caveat."""
    if figure.is_team:
        return ("This is the department's own figure: every member's work is in it.",)
    span = figure.span
    profiles = RoleProfile.objects.filter(person_id__in=list(figure.units.values()))
    said = [role_in_words(each) for each in profiles.between(span.starts_on, span.ends_on)]
    return tuple(said) or ("No role profile is recorded for these months.",)


def role_in_words(profile: RoleProfile) -> str:
    parts = [profile.role, profile.workload, profile.skill_mix, profile.caveat]
    said = " ".join(f"{part.strip().rstrip('.')}." for part in parts if part.strip())
    return said if profile.comparable else f"{said} Not compared with colleagues."


def leave(figure: Examined) -> tuple[str, ...]:
    """Days away in these months, by the record or by their own word; a department's added up.

    Of what kind is nobody's business here.
    """
    first, last = figure.span.starts_on, figure.span.ends_on
    away = {
        person: [span for each in spans if (span := within(each, first, last))]
        for person, spans in ((one, merged(some)) for one, some in figure.away.items())
    }
    spans = [span for some in away.values() for span in some]
    if not spans:
        return ("No leave is recorded in these months.",)
    days = how_many(sum((end - start).days + 1 for start, end in spans), "day")
    if figure.is_team:
        people = sum(bool(some) for some in away.values())
        who = f"{how_many(people, 'clinician')} {'was' if people == 1 else 'were'} away"
        return (f"{who}, for {days} of these months together.",)
    said = "; ".join(f"{in_words(start)} to {in_words(end)}" for start, end in spans)
    return (f"Away for {days} of these months: {said}.",)


def within(away: Away, first: date, last: date) -> tuple[date, date] | None:
    """The part of an absence that lies in a period."""
    start, end = max(away[0], first), min(away[1] or last, last)
    return (start, end) if start <= end else None


def change(figure: Examined) -> tuple[str, ...]:
    """Breaks of recording, comings and goings, and what other rooms know of dated changes."""
    return (
        *recording(figure),
        *comings_and_goings(figure),
        *(line for tell in tellers() for line in tell(figure)),
        "If you know of another change, say so in your words, or note it on the measure's page.",
    )


def recording(figure: Examined) -> list[str]:
    """The breaks of recording within the chart, by their day; of older ones nothing."""
    said = [
        f"From {in_words(each.on)}: {each.reason.rstrip('.')}. Limits start anew with the first "
        "whole month."
        for each in figure.breaks
        if within_months(each.on, figure)
    ]
    return said or ["No change of recording is noted."]


def within_months(day: date, figure: Examined) -> bool:
    """Whether a day falls in the months of the chart, or after them."""
    return bool(figure.months) and day >= first_day(figure.months[0].month)


def comings_and_goings(figure: Examined) -> list[str]:
    """Who joined or left the department in these months: of its own figure only."""
    if not figure.is_team:
        return []
    first, last = figure.span.starts_on, figure.span.ends_on
    days = Post.objects.filter(department=figure.department).values_list("starts_on", "ends_on")
    joined = sum(first <= start <= last for start, _ in days)
    left = sum(end is not None and first <= end <= last for _, end in days)
    if not joined and not left:
        return ["Nobody joined or left the department in these months."]
    return [f"{how_many(joined, 'clinician')} joined and {left} left in these months."]


def tellers() -> list:
    """What rooms above this one can tell of dated changes, as `figure → sentences`."""
    return [import_string(path) for path in settings.CHANGES_KNOWN]
