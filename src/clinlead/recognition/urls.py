"""The addresses of the recognition room."""

from django.urls import path

from clinlead.recognition import views

urlpatterns = [
    path("recognition/", views.index, name="recognition"),
    path("recognition/give/", views.give, name="give_thanks"),
    path("recognition/<int:pk>/take-back/", views.take_back, name="take_thanks_back"),
    path("recognition/<int:pk>/show/", views.show_thanks, name="show_thanks"),
    path("recognition/contributions/<int:pk>/answer/", views.answer, name="answer_contribution"),
    path("me/recognition/", views.mine, name="my_recognition"),
    path("me/recognition/contribute/", views.record, name="record_contribution"),
    path("me/recognition/contributions/<int:pk>/", views.change_contribution, name="contribution"),
    path("departments/<slug:code>/recognition/", views.department, name="department_recognition"),
]
