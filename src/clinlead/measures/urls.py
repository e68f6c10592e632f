"""The addresses of the measures room."""

from django.urls import path

from clinlead.measures import break_views, views

urlpatterns = [
    path("measures/", views.register, name="measures"),
    path("measures/<slug:code>/", views.measure, name="measure"),
    path("measures/<slug:code>/breaks/", break_views.breaks, name="breaks"),
    path(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        break_views.withdraw,
        name="withdraw_break",
    ),
    path("measures/<slug:code>/<int:version>/", views.measure, name="measure_version"),
]
