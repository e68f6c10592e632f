"""The addresses of the measures room."""

from django.urls import path

from clinlead.measures import break_views, safety_views, views

urlpatterns = [
    path("measures/", views.register, name="measures"),
    path("measures/<slug:code>/", views.measure, name="measure"),
    path("measures/<slug:code>/breaks/", break_views.breaks, name="breaks"),
    path(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        break_views.withdraw,
        name="withdraw_break",
    ),
    path("measures/<slug:code>/safety/", safety_views.marks, name="safety_marks"),
    path("measures/<slug:code>/safety/<int:mark_id>/end/", safety_views.end, name="end_safety"),
    path("measures/<slug:code>/<int:version>/", views.measure, name="measure_version"),
]
