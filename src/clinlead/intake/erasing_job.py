"""Erasing in the background: the calendar asks for it on the day, a worker does it."""

from datetime import datetime

from django.utils import timezone

from clinlead.background.claiming import queue
from clinlead.background.working import CannotDo, Progress
from clinlead.intake.erasing import erase_due
from clinlead.intake.forgetting import forget_due
from clinlead.intake.lock import Busy
from clinlead.intake.models import Erasure
from clinlead.intake.retention import is_anything_due
from clinmeasures.activity import NoRoom
from clinmeasures.wording.units import how_many

ERASURE = "erasure"  # the kind of job
PARTS = 100


def ask(at: datetime) -> str:
    """Once a day: whether some records have been kept long enough, and then have them erased."""
    day = timezone.localdate(at)
    if not is_anything_due(day):
        return "no records to erase"
    queue(
        ERASURE, day.isoformat(), at=at, about=f"of records kept long enough on {day.isoformat()}"
    )
    return "records to erase"


def erase(_key: str, at: datetime, progress: Progress) -> str:
    """Done again it erases nothing more."""

    def far(share: float, _words: str) -> None:
        progress(round(share * PARTS), PARTS)

    try:
        return said([*erase_due(at=at, progress=far), *forget_due(at=at)])
    except (Busy, NoRoom) as why:
        raise CannotDo(str(why)) from why


def said(done: list[Erasure]) -> str:
    """What was erased, in a sentence."""
    if not done:
        return "Nothing was to be erased."
    parts = (
        f"{each.dataset} before {each.first_month} ({how_many(each.rows, 'row')})" for each in done
    )
    return f"Erased: {', '.join(parts)}."
