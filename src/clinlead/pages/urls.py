"""The addresses of the pages room."""

from django.urls import include, path

from clinlead.pages.views import departments, health, home, readings, rules, search, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("quarters/<int:release_id>/", home.quarter, name="quarter"),
    path("home/own-figures/", home.home_own_figures, name="home_own_figures"),
    path(
        "home/own-figures/<int:release_id>/",
        home.home_own_figures_of,
        name="home_own_figures_of",
    ),
    path("home/asked/", home.home_asked, name="home_asked"),
    path("home/meetings/", home.home_meetings, name="home_meetings"),
    path("home/streams/", home.home_streams, name="home_streams"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("me/", sign_in.my_account, name="my_account"),
    path("me/readings/", readings.my_readings, name="my_readings"),
    path("history/", readings.record_of_acts, name="record_of_acts"),
    path("search/", search.search, name="search"),
    path("rules/", rules.rules, name="rules"),
    path("help/", rules.help_page, name="help"),
    path("departments/", departments.departments, name="departments"),
    path("", include("clinlead.pages.figures.urls")),
    path("departments/<slug:code>/", departments.department, name="department"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
]
