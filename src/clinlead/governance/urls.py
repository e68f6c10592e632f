"""The addresses of governance meetings."""

from django.urls import path

from clinlead.governance import printed, views

MEETING = "governance/<int:meeting_id>/"

urlpatterns = [
    path("governance/", views.index, name="governance"),
    path("governance/plan/", views.plan, name="plan-meeting"),
    path("governance/releases/<int:release_id>/", views.of_release, name="governance-of-release"),
    path("governance/actions/<int:action_id>/", views.close_action, name="close-action"),
    path(MEETING, views.show, name="meeting"),
    path(MEETING + "items/", views.add_item, name="add-item"),
    path(MEETING + "items/<int:item_id>/withdraw/", views.withdraw_item, name="withdraw-item"),
    path(MEETING + "move/", views.move, name="move-meeting"),
    path(MEETING + "call-off/", views.call_off, name="call-meeting-off"),
    path(MEETING + "hold/", views.hold, name="hold-meeting"),
    path(MEETING + "minutes/", views.minutes, name="minutes"),
    path(MEETING + "approve/", views.approve, name="approve-minutes"),
    path(MEETING + "actions/", views.add_action, name="add-action"),
    path(MEETING + "pack.pdf", printed.pack, name="meeting-pack"),
]
