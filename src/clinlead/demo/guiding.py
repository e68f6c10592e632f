"""A visitor on a guided tour: where they are in it, kept in their session of the demonstration."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET

from clinlead.demo.touring import Step, Tour, address_of, tours, tours_of

KEPT = "tour"  # the session's key: code and step


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What stands above a page while somebody is on a tour."""

    tour: Tour
    number: int
    step: Step

    @property
    def of(self) -> int:
        return len(self.tour.steps)

    @property
    def here(self) -> str:
        return place(self.tour, self.number)

    @property
    def before(self) -> str:
        return place(self.tour, self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        return place(self.tour, self.number + 1) if self.number < self.of else ""


def place(tour: Tour, number: int) -> str:
    return f"/tours/{tour.code}/{number}/"


class TourMiddleware:
    """request.tour: the panel of whoever is on a tour; nothing outside the demonstration."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.CONFIGURATION.demonstration:
            request.tour = SimpleLazyObject(lambda: panel_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def panel_of(request: HttpRequest) -> Panel | None:
    """Of this account's tours only: whoever signs in as somebody else has left it."""
    code, number = request.session.get(KEPT, ("", 0))
    tour = tours().get(code)
    if tour is None or tour.account != request.user.get_username():
        return None
    return Panel(tour=tour, number=number, step=tour.steps[number - 1])


def offered() -> dict[str, list[Tour]]:
    """The tours that the opening page offers, by login."""
    return {each.account: tours_of(each.account) for each in tours().values()}


def demonstration_only() -> None:
    if not settings.CONFIGURATION.demonstration:
        raise Http404


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The tours of whoever is signed in."""
    demonstration_only()
    mine = tours_of(request.user.get_username())
    return render(request, "pages/tours.html", {"tours": mine})


@require_GET
def step(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Go to a step's page; the panel goes along until the tour is left."""
    demonstration_only()
    tour = tours().get(code)
    known = tour is not None and tour.account == request.user.get_username()
    if tour is None or not known or not 0 < number <= len(tour.steps):
        raise Http404
    request.session[KEPT] = (code, number)
    address = address_of(tour.steps[number - 1], request.reader)  # type: ignore[attr-defined]
    if not address:
        messages.info(request, "What this step shows is not there any more. Go on to the next.")
    return redirect(address or "/")


@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    demonstration_only()
    request.session.pop(KEPT, None)
    return redirect("/tours/")
