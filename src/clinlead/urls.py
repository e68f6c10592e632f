"""Every address of the application; each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("clinlead.pages.urls")),
    path("", include("clinlead.access.urls")),
    path("", include("clinlead.measures.urls")),
    path("", include("clinlead.intake.urls")),
    path("", include("clinlead.validation.urls")),
    path("", include("clinlead.releases.urls")),
    path("api/v1/", include("clinlead.api.urls")),
]
