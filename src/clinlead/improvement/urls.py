"""The addresses of the improvement room."""

from django.urls import path

from clinlead.improvement import cycle_views, driver_views, views

RELEASE = "improvement/releases/<int:release_id>/"
DECISION = "improvement/decisions/<int:pk>/"
CYCLE = "improvement/cycles/<int:pk>/"
DIAGRAM = "improvement/drivers/<slug:code>/"

urlpatterns = [
    path("improvement/", views.index, name="improvement"),
    path(RELEASE, views.release, name="release-decisions"),
    path(RELEASE + "decide/<slug:measure>/", views.decide, name="decide"),
    path(RELEASE + "no-action/", views.no_action, name="no-action"),
    path(DECISION, views.decision, name="decision"),
    path(DECISION + "share/", views.share, name="share-decision"),
    path(DECISION + "withdraw/", views.withdraw, name="withdraw-decision"),
    path(DECISION + "cycle/", cycle_views.plan, name="plan-cycle"),
    path(CYCLE, cycle_views.cycle, name="cycle"),
    path(CYCLE + "change/", cycle_views.change, name="change-cycle"),
    path(CYCLE + "start/", cycle_views.start, name="start-cycle"),
    path(CYCLE + "study/", cycle_views.study, name="study-cycle"),
    path(CYCLE + "next/", cycle_views.follow, name="next-cycle"),
    path(CYCLE + "call-off/", cycle_views.call_off, name="call-off-cycle"),
    path(CYCLE + "hand-over/", cycle_views.hand_over, name="hand-over-cycle"),
    path(CYCLE + "share/", cycle_views.share, name="share-cycle"),
    path(CYCLE + "join/", cycle_views.join, name="join-cycle"),
    path(CYCLE + "leave/", cycle_views.leave, name="leave-cycle"),
    path("improvement/drivers/", driver_views.diagrams, name="diagrams"),
    path(DIAGRAM, driver_views.diagram, name="diagram"),
    path(DIAGRAM + "add/", driver_views.add_driver, name="add-driver"),
    path(DIAGRAM + "ideas/", driver_views.add_idea, name="add-idea"),
    path("improvement/drivers/<int:pk>/end/", driver_views.end_driver, name="end-driver"),
    path("improvement/ideas/<int:pk>/end/", driver_views.end_idea, name="end-idea"),
]
