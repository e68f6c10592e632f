"""The addresses of the job plans' room."""

from django.urls import path

from clinlead.jobplans import views

urlpatterns = [
    path("job-plans/", views.index, name="job_plans"),
    path("job-plans/<slug:code>/", views.department, name="department_job_plans"),
    path("job-plans/<slug:code>/people/<slug:person_code>/", views.person, name="job_plan"),
    path("job-plans/questions/<int:question_id>/", views.question, name="plan_question"),
]
