"""A clinician takes their own review away, for appraisal and revalidation."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinlead.access.policies import refuse_if
from clinlead.printing import CannotPrint
from clinlead.reviews import policies
from clinlead.reviews.acting import noted
from clinlead.reviews.paper import archive, printed
from clinlead.reviews.presenters import ReviewPage
from clinlead.reviews.views import Asked, review_of

Makes = Callable[[ReviewPage, datetime], bytes]


@require_GET
def as_pdf(request: Asked, pk: int) -> HttpResponse:
    return taken(request, pk, printed, "pdf")


@require_GET
def as_zip(request: Asked, pk: int) -> HttpResponse:
    return taken(request, pk, archive, "zip")


def taken(request: Asked, pk: int, make: Makes, kind: str) -> HttpResponse:
    """As its owner may read it today; recorded before it is handed over."""
    review, facts, contents = review_of(request, pk)
    refuse_if(policies.why_not_take_away(request.reader, facts))
    at = timezone.now()
    try:
        file = make(ReviewPage.of(review, facts, contents, request.reader), at)
    except CannotPrint as problem:
        page = {"review": review, "problem": str(problem)}
        return render(request, "reviews/no_paper.html", page, status=503)
    noted("review taken away", review, request.user, at)
    answer = HttpResponse(file, content_type=f"application/{kind}")
    name = f"review-{review.last_day.isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
