"""The addresses of the measures room."""

from django.urls import path

from clinlead.measures import views

urlpatterns = [
    path("measures/", views.register, name="measures"),
    path("measures/<slug:code>/", views.measure, name="measure"),
    path("measures/<slug:code>/<int:version>/", views.measure, name="measure_version"),
]
