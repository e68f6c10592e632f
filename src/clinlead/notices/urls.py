"""The address of one's notices."""

from django.urls import path

from clinlead.notices import views

urlpatterns = [path("me/notices/", views.mine, name="my-notices")]
