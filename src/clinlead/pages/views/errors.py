"""When something goes wrong: what happened, in plain words, and what to do. Never a traceback."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils import timezone

from clinlead.access.ended import ended_lately
from clinlead.pages.words import as_day


def page(request: HttpRequest, heading: str, said: str, do: str, status: int) -> HttpResponse:
    shown = {"heading": heading, "said": said, "do": do}
    return render(request, "pages/error.html", shown, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return page(
        request,
        "This request could not be understood",
        "Something in the address or the form was not what this page expects.",
        "Go back, check what you entered and try again.",
        HTTPStatus.BAD_REQUEST,
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return page(
        request,
        "You may not do this",
        "Your roles do not allow it.",
        "The rules say who may see and do what.",
        HTTPStatus.FORBIDDEN,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return page(
        request,
        "Page not found",
        f"There is no such page, or it is not yours to see.{ended_words(request)}",
        "Check the address, or start again from the home page.",
        HTTPStatus.NOT_FOUND,
    )


def ended_words(request: HttpRequest) -> str:
    """For whoever had the page open while what let them see it ended."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    ended = ended_lately(user, timezone.localdate())
    said = [f"{words[0].upper()}{words[1:]} ended on {as_day(last)}." for words, last in ended]
    return "".join(f" {one}" for one in said)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return page(
        request,
        "This form has expired",
        "Nothing was saved. Forms expire when you sign out or leave the page open for long.",
        "Go back, reload the page and send the form again.",
        HTTPStatus.FORBIDDEN,
    )


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Without the database: it may be what failed."""
    template = engines["jinja2"].get_template("pages/server_error.html")
    return HttpResponse(template.render({}), status=HTTPStatus.INTERNAL_SERVER_ERROR)
