"""The API itself: who asks, how it refuses, and how lists are cut into pages."""

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Path, Query, Schema
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer

from clinlead import __version__
from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reader
from clinlead.access.queries import reader_of
from clinlead.api.tokens import account_of

MOST_ROWS = 500
Number = Annotated[int, Path(ge=1, le=2**62)]
NO_NUL = r"^[^\x00]*$"  # no database keeps U+0000 in a text
Stated = Annotated[str, Query(max_length=1000, pattern=NO_NUL)]
PageNumber = Annotated[int, Query(ge=1, le=10**6)]
PageSize = Annotated[int, Query(ge=1, le=MOST_ROWS)]


class Asking(HttpRequest):
    """A request with a token in force."""

    user: Account  # type: ignore[assignment]
    reader: Reader


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`; the request then carries the account and its reader."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        account = account_of(token, timezone.now())
        if account is not None:
            request.user = account
            request.reader = reader_of(account, timezone.localdate())  # type: ignore[attr-defined]
        return account


class Problem(Schema):
    """Why a request was refused, in words."""

    detail: str


class BadRequest(Schema):
    """What is wrong with the input: a sentence, or a list of fields with what each needs."""

    detail: str | list[dict[str, Any]]


REFUSALS = {401: Problem, 403: Problem, 404: Problem, 422: BadRequest}


class DescribedOnce(NinjaAPI):
    """Its routes never change while a process runs; describing them takes a tenth of a second."""

    @cached_property
    def described(self) -> OpenAPISchema:
        return super().get_openapi_schema()

    def get_openapi_schema(self, **_where: Any) -> OpenAPISchema:
        """The same wherever it is asked for: this API is served at one address."""
        return self.described


api = DescribedOnce(
    title="Clinlead",
    version=__version__,
    description="The same rules as the pages: what may not be seen is not found.",
    auth=Bearer(),
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(HttpError)
def unusable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON is input that cannot be used, like any other."""
    status = 422 if error.status_code == 400 else error.status_code
    return api.create_response(request, {"detail": str(error)}, status=status)


@api.exception_handler(NotAllowed)
def refused(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    return api.create_response(request, {"detail": refusal.refusal.because}, status=403)


def page_of(rows: Any, page: int, size: int, as_row: Callable[[Any], Any]) -> dict[str, Any]:
    """One page of a list, with how many there are in all."""
    pages = Paginator(rows, size)
    here = list(pages.get_page(page).object_list) if page <= pages.num_pages else []
    return {
        "count": pages.count,
        "page": page,
        "pages": pages.num_pages,
        "results": [as_row(each) for each in here],
    }
