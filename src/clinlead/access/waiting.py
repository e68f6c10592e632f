"""Whether a right waits on something, such as a lesson: asked of the rooms that keep it."""

from django.conf import settings
from django.utils.module_loading import import_string

from clinlead.access.policies import Refusal


def why_not_act(right: str, account_id: int) -> Refusal | None:
    """Why this account may not do this yet; None where nothing waits."""
    answers = (import_string(path)(right, account_id) for path in settings.BEFORE_ACTS)
    return next((refusal for refusal in answers if refusal), None)
