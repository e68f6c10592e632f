"""The addresses of background work."""

from django.urls import path

from clinlead.background import views

urlpatterns = [
    path("background/", views.index, name="background"),
    path("background/jobs/", views.jobs, name="background-jobs"),
    path("background/pause/", views.pause, name="background-pause"),
    path("background/resume/", views.resume, name="background-resume"),
    path("background/jobs/<int:job_id>/again/", views.retry, name="background-retry"),
]
