"""Reviews: what comes next in one's own, and which are to be begun."""

from datetime import timedelta

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day, plural
from clinlead.reviews.facts import SIDES, Side
from clinlead.reviews.models import Review
from clinlead.reviews.queries import due_for_lead, running_for, signed_sides

AHEAD = timedelta(days=30)
LONGEST_UNSIGNED = timedelta(days=60)  # after the meeting


def review_tasks(reader: Reader, offices: Offices) -> list[Task]:
    """What waits for this person in reviews of which they are one of the two, then what is due."""
    found = (next_task(one, reader) for one in running_for(reader, offices))
    return [*filter(None, found), *to_begin_tasks(reader)]


def to_begin_tasks(reader: Reader) -> list[Task]:
    due = due_for_lead(reader, reader.on + AHEAD)
    if not due:
        return []
    words = f"Begin {plural(len(due), 'review')} of colleagues"
    again = [each.on for each in due if not each.first]
    if not again:
        return [Task(words, "/reviews/", "none was held here before")]
    return [Task(words, "/reviews/", f"one due on {as_day(min(again))}", min(again) < reader.on)]


def next_task(review: Review, reader: Reader) -> Task | None:
    """One thing: to write, to meet, or to sign; nothing while it waits for the other."""
    own = review.person_id == reader.person_id
    side = Side.CLINICIAN if own else Side.REVIEWER
    whose = "your review" if own else f"the review of {review.person}"
    here = review.get_absolute_url()
    if side not in review.handed_over:
        day = f"you meet on {as_day(review.meets_on)}" if review.meets_on else ""
        late = review.meets_on is not None and review.meets_on <= reader.on
        return Task(f"Write for {whose}", f"{here}write/", day, late)
    if review.handed_over != SIDES:
        return None
    if review.met_on is None:
        day = f"on {as_day(review.meets_on)}" if review.meets_on else "no day is set yet"
        return Task(f"Meet for {whose}", here, day)
    if side in signed_sides(review):
        return None
    late = reader.on - review.met_on > LONGEST_UNSIGNED
    return Task(f"Agree on and sign {whose}", here, f"you met on {as_day(review.met_on)}", late)
