"""Handing a study on: its key is locked once more, by a code that its next evaluator is told."""

from datetime import datetime

from django.conf import settings

from clinlead.access.models import Account
from clinlead.evaluation.keeping import box
from clinlead.evaluation.models import Offer, Study
from clinlead.evaluation.sealing import CannotOpen, Key, as_code, locked, new_code, unlocked

BY_OFFER = "the code of an offer"


def offer(study: Study, key: Key, to: Account, at: datetime) -> str:
    """The code, shown once. An offer before it opens nothing more."""
    code = new_code()
    by_code = locked(key, code, box(study, BY_OFFER), cost_bits=settings.STUDY_KEY_COST_BITS)
    given = {"to": to, "by_code": by_code, "at": at}
    Offer.objects.update_or_create(study=study, defaults=given)
    return code


def open_by_offer(study: Study, code: str) -> Key | None:
    """The key, where the code is the offer's."""
    try:
        return unlocked(study.offer.by_code, as_code(code), box(study, BY_OFFER))
    except CannotOpen:
        return None
