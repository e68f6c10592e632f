"""What waits for an evaluator, for their home page: numbers, and no names."""

from datetime import datetime

from clinlead.access.models import Account
from clinlead.evaluation.inviting import due
from clinlead.evaluation.models import Study
from clinlead.evaluation.presenters import waits_for, with_what_they_gave
from clinlead.evaluation.queries import studies_of
from clinmeasures.wording.units import how_many

Waiting = tuple[str, str]  # what, and where


def waiting(account: Account | int, at: datetime) -> list[Waiting]:
    """Of every study; nothing to anybody who has none."""
    return [one for study in studies_of(account) for one in waiting_in(study, at)]


def waiting_in(study: Study, at: datetime) -> list[Waiting]:
    cohort, here = with_what_they_gave(study), study.get_absolute_url()
    raw = sum(hasattr(one, "raw_transcript") for one in cohort)
    untyped = sum(waits_for(one) == "a transcript" for one in cohort)
    said = [
        (len(due(cohort, at, reminder=False)), "invitation", "can go out", "letters/"),
        (len(due(cohort, at, reminder=True)), "reminder", "can go out", "letters/"),
        (untyped, "interview", "without a transcript", ""),
        (raw, "transcript", "with names still in", ""),
    ]
    return [
        (f"{how_many(number, what)} {state}: {study}", here + place)
        for number, what, state, place in said
        if number
    ]
