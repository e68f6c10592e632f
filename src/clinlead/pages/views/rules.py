"""Who may see what, and help: pages for everybody who signs in."""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.pages.navigation import menu
from clinlead.pages.rulebook.book import rulebook, yours

book = cache(rulebook)  # the rules do not change while a process runs


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    page = {"book": book(), "yours": yours(request.reader)}  # type: ignore[attr-defined]
    return render(request, "pages/rules.html", page)


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    places = menu(request.reader, request.path)  # type: ignore[attr-defined]
    return render(request, "pages/help.html", {"places": places})
