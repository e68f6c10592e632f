"""The addresses of the pages room."""

from django.urls import path

from clinlead.pages.views import health, home, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("me/", sign_in.my_account, name="my_account"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="metrics"),
]
