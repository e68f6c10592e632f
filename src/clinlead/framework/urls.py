"""The addresses of the framework's own measures."""

from django.urls import path

from clinlead.framework import views

urlpatterns = [
    path("framework/", views.counts, name="framework"),
    path("framework/starts/", views.starts, name="framework_starts"),
]
