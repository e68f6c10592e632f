"""The addresses of the measures room."""

from django.urls import path

from clinlead.measures import (
    break_views,
    redefining_views,
    safety_views,
    showing_views,
    speaking_views,
    views,
)

DRAFT = "measures/<slug:code>/drafts/<int:draft_id>/"

urlpatterns = [
    path("measures/", views.register, name="measures"),
    path(
        "departments/<slug:department>/measures/<slug:code>/",
        showing_views.showing,
        name="showing",
    ),
    path("measures/<slug:code>/", views.measure, name="measure"),
    path("measures/<slug:code>/breaks/", break_views.breaks, name="breaks"),
    path(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        break_views.withdraw,
        name="withdraw_break",
    ),
    path("measures/<slug:code>/safety/", safety_views.marks, name="safety_marks"),
    path("measures/<slug:code>/safety/<int:mark_id>/end/", safety_views.end, name="end_safety"),
    path("measures/<slug:code>/feedback/", speaking_views.give, name="give_feedback"),
    path("measures/<slug:code>/feedback/<int:feedback_id>/", speaking_views.one, name="feedback"),
    path("measures/<slug:code>/drafts/", redefining_views.begin, name="begin_draft"),
    path(DRAFT, redefining_views.show, name="draft"),
    path(DRAFT + "edit/", redefining_views.edit, name="edit_draft"),
    path(DRAFT + "send/", redefining_views.send, name="send_draft"),
    path(DRAFT + "check/", redefining_views.check, name="check_draft"),
    path(DRAFT + "back/", redefining_views.send_back, name="send_draft_back"),
    path(DRAFT + "approve/", redefining_views.approve, name="approve_draft"),
    path(DRAFT + "decline/", redefining_views.decline, name="decline_draft"),
    path(DRAFT + "withdraw/", redefining_views.withdraw, name="withdraw_draft"),
    path(
        "measures/<slug:code>/changes/<int:before>/<int:after>/",
        redefining_views.changes,
        name="measure_changes",
    ),
    path("measures/<slug:code>/<int:version>/", views.measure, name="measure_version"),
    path("measures/<slug:code>/<int:version>/retire/", redefining_views.retire, name="retire"),
]
