"""The addresses of guided tours: not found outside the demonstration."""

from django.urls import path

from clinlead.demo import guiding

urlpatterns = [
    path("tours/", guiding.index, name="tours"),
    path("tours/leave/", guiding.leave, name="leave-tour"),
    path("tours/<slug:code>/<int:number>/", guiding.step, name="tour-step"),
]
