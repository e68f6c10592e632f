"""How many reviews there were, where nobody can be known: for the project team."""

from datetime import date

from clinlead.access.disclosing import counts_shown
from clinlead.concerns.counting import Span
from clinlead.reviews.facts import State
from clinlead.reviews.models import Review, Signature


def whole(day: date) -> list[tuple[str, str]]:
    """Over four whole quarters, in the whole trust; each small number hidden."""
    span = Span.before(day)
    ended = Review.objects.filter(**span.within("ended_at"))
    disagreed = Signature.objects.exclude(disagrees="").filter(review__in=ended)
    counts = {
        "Reviews begun": Review.objects.filter(**span.within("begun_at")).count(),
        "Signed by both": ended.filter(state=State.SIGNED).count(),
        "Closed without signatures": ended.filter(state=State.CLOSED).count(),
        "Signed with a disagreement written down": disagreed.values("review").distinct().count(),
    }
    return [(label, counts_shown([count])[0]) for label, count in counts.items()]
