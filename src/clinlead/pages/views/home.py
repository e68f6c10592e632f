"""The way in: what needs you, what is new, where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.pages.homes import home_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html", {"page": home_of(request.reader)})  # type: ignore[attr-defined]
