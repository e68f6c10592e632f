"""The addresses of the feedback room."""

from django.urls import path

from clinlead.feedback import views

urlpatterns = [
    path("feedback/", views.index, name="feedback"),
    path("feedback/begin/", views.begin, name="begin_feedback"),
    path("feedback/<int:pk>/", views.show, name="feedback_round"),
    path("feedback/<int:pk>/answer/", views.answer, name="feedback_answer"),
    path("feedback/<int:pk>/oneself/", views.oneself, name="feedback_oneself"),
    path("feedback/<int:pk>/escalated/", views.escalated, name="feedback_escalated"),
    path("feedback/<int:pk>/<slug:what>/", views.act, name="feedback_act"),
]
