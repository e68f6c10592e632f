"""Both sign. A signature belongs to the digest of the text that was signed (decision 0020)."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.reviews import policies
from clinlead.reviews.acting import acted, asked
from clinlead.reviews.facts import SIDES, State
from clinlead.reviews.models import Signature


@transaction.atomic
def sign(
    *, review_id: int, digest: str, disagrees: str = "", by: Account, at: datetime
) -> Signature:
    """The text with this digest, which the signer was shown; with the second it is done.

    Whoever disagrees says with what, and signs all the same: both words stand.
    """
    review, _, facts, reader = asked(review_id, by, at)
    refuse_if(policies.why_not_sign(reader, facts, digest))
    side = facts.side_of(reader)
    made = Signature.objects.create(
        review=review, side=side, digest=digest, disagrees=disagrees.strip(), by=by, at=at
    )
    if facts.signed | {side} == SIDES:
        review.state, review.ended_by, review.ended_at = State.SIGNED, by, at
    acted("review signed", review, facts, by, at)
    return made
