"""How many reviews there were, where nobody can be known: for the project team."""

from datetime import date

from django.db.models import Count, Q

from clinlead.access.disclosing import counts_shown
from clinlead.concerns.counting import Span
from clinlead.reviews.facts import State
from clinlead.reviews.models import Review, Signature


def whole(day: date) -> list[tuple[str, str]]:
    """Over four whole quarters, in the whole trust; each small number hidden."""
    span = Span.before(day)
    ended = Q(**span.within("ended_at"))
    found = Review.objects.aggregate(
        begun=Count("pk", filter=Q(**span.within("begun_at"))),
        signed=Count("pk", filter=ended & Q(state=State.SIGNED)),
        closed=Count("pk", filter=ended & Q(state=State.CLOSED)),
    )
    disagreed = Signature.objects.exclude(disagrees="").filter(**span.within("review__ended_at"))
    counts = {
        "Reviews begun": found["begun"],
        "Signed by both": found["signed"],
        "Closed without signatures": found["closed"],
        "Signed with a disagreement written down": disagreed.values("review").distinct().count(),
    }
    return [(label, counts_shown([count])[0]) for label, count in counts.items()]
