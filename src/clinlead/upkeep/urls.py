"""The addresses of exports."""

from django.urls import path

from clinlead.upkeep import views

urlpatterns = [
    path("me/export/", views.own, name="own_export"),
    path("data-protection/exports/", views.of_others, name="exports"),
]
