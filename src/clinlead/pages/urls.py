"""The addresses of the pages room."""

from django.urls import path

from clinlead.pages.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
