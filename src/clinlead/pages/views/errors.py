"""When something goes wrong: what happened, in plain words, and what to do. Never a traceback."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines


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
        "There is no such page, or it is not yours to see.",
        "Check the address, or start again from the home page.",
        HTTPStatus.NOT_FOUND,
    )


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
