"""Signing in; in the demonstration the same page lets a visitor choose a role."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Role, needs_second_factor
from clinlead.organisation.models import Post
from clinlead.pages import opening

PLAY = "play"  # the field that names the chosen role


class SignIn(LoginView):
    """Allauth's own sign-in. Choosing a role fills its form in, in the demonstration alone."""

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        chosen = self.request.POST.get(PLAY, "")
        if chosen and opening.is_open(self.request):
            given["data"] = {"login": chosen, "password": opening.PASSWORD}
        return given

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = super().get_context_data(**kwargs)
        if opening.is_open(self.request):
            page |= {"parts_to_play": opening.parts(), "demo_password": opening.PASSWORD}
            page["play_field"] = PLAY
        return page


@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    """Who I am here: posts, roles, and how I sign in."""
    reader = request.reader  # type: ignore[attr-defined]
    holdings = RoleHolding.objects.on(reader.on).filter(account_id=reader.account_id)
    posts = Post.objects.on(reader.on).filter(person_id=reader.person_id)
    person = getattr(request.user, "person", None)
    page = {
        "holdings": holdings.select_related("department", "division", "deputises_for"),
        "posts": posts.select_related("department__division"),
        "must_have_second_factor": needs_second_factor(reader),
        "own_code": person.code if person else "",
        "clinician": Role.CLINICIAN in reader.roles,
    }
    return render(request, "pages/my_account.html", page)
