"""The addresses of the figure pages."""

from django.urls import path

from clinlead.pages.figures.views import departments, mine, named

DEPARTMENT = "departments/<slug:code>/figures/"
PERSON = "departments/<slug:code>/people/<slug:person_code>/figures/"

urlpatterns = [
    path("me/figures/", mine.mine, name="my-figures"),
    path("me/figures/<slug:measure>/", mine.my_figure, name="my-figure"),
    path("me/figures/<slug:measure>/why/", mine.why, name="my-figure-why"),
    path("me/figures/<slug:measure>/records/", mine.my_records, name="my-figure-records"),
    path("me/figures/<slug:measure>/records.csv", mine.my_records_file, name="my-figure-file"),
    path(DEPARTMENT, departments.department, name="department-figures"),
    path(DEPARTMENT + "<slug:measure>/", departments.department_figure, name="department-figure"),
    path(PERSON, named.theirs, name="person-figures"),
    path(PERSON + "<slug:measure>/", named.their_figure, name="person-figure"),
    path(PERSON + "<slug:measure>/why/", named.their_why, name="person-figure-why"),
    path(PERSON + "<slug:measure>/records/", named.their_records, name="person-figure-records"),
]
