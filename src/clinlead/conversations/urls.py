"""The addresses of the conversations room."""

from django.urls import path

from clinlead.conversations import views

urlpatterns = [
    path("conversations/", views.index, name="conversations"),
    path("conversations/begin/", views.begin, name="begin_conversation"),
    path("conversations/<int:pk>/", views.show, name="conversation"),
    path("conversations/<int:pk>/<slug:what>/", views.act, name="conversation_act"),
]
