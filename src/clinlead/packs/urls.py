"""The addresses of packs."""

from django.urls import path

from clinlead.packs import goal_views, plan_views, views

urlpatterns = [
    path("me/packs/", views.mine, name="my-packs"),
    path("me/packs/<int:release_id>/plan/", plan_views.plan, name="my-plan"),
    path("me/packs/<int:release_id>/plan/erase/", plan_views.erase, name="my-plan-erase"),
    path("me/packs/written.json", goal_views.written, name="my-words"),
    path("me/goals/<slug:measure>/", goal_views.goal, name="my-goal"),
    path("releases/<int:release_id>/packs/", views.index, name="packs"),
    path("releases/<int:release_id>/packs/<slug:code>.pdf", views.personal, name="pack-personal"),
    path("releases/<int:release_id>/pack.pdf", views.whole, name="pack-department"),
    path("releases/<int:release_id>/team.pdf", views.team, name="pack-team"),
    path("divisions/<slug:code>/pack.pdf", views.division, name="pack-division"),
]
