"""Asked by the rooms below before an act (`settings.BEFORE_ACTS`): does the right wait?"""

from clinlead.access.policies import Refusal
from clinlead.learning.course import lessons
from clinlead.learning.learners import has_passed
from clinlead.learning.models import RightWaits
from clinlead.learning.policies import Right, why_not_yet


def why_not_act(right: str, account_id: int) -> Refusal | None:
    """Why this account may not do it before a lesson; None where nothing waits, as at first."""
    found = RightWaits.objects.filter(right=right, ended_at=None).first()
    if found is None:
        return None
    lesson = lessons().get(found.lesson)
    if lesson is None:  # a lesson that is no longer shipped keeps nobody waiting
        return None
    passed = has_passed(account_id, found.lesson)
    return why_not_yet(Right(right), lesson.title, found.because, passed)
