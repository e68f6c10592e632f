"""The addresses of the figure pages."""

from django.urls import path

from clinlead.pages.figures import views

DEPARTMENT = "departments/<slug:code>/figures/"
PERSON = "departments/<slug:code>/people/<slug:person_code>/figures/"

urlpatterns = [
    path("me/figures/", views.mine, name="my-figures"),
    path("me/figures/<slug:measure>/", views.my_figure, name="my-figure"),
    path("me/figures/<slug:measure>/records/", views.my_records, name="my-figure-records"),
    path("me/figures/<slug:measure>/records.csv", views.my_records_file, name="my-figure-file"),
    path(DEPARTMENT, views.department, name="department-figures"),
    path(DEPARTMENT + "<slug:measure>/", views.department_figure, name="department-figure"),
    path(PERSON, views.theirs, name="person-figures"),
    path(PERSON + "<slug:measure>/", views.their_figure, name="person-figure"),
    path(PERSON + "<slug:measure>/records/", views.their_records, name="person-figure-records"),
]
