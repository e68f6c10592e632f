"""Every address of the application; each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("clinlead.pages.urls")),
    path("", include("clinlead.access.urls")),
    path("", include("clinlead.background.urls")),
    path("", include("clinlead.notices.urls")),
    path("", include("clinlead.measures.urls")),
    path("", include("clinlead.strategy.urls")),
    path("", include("clinlead.recognition.urls")),
    path("", include("clinlead.dataprotection.urls")),
    path("", include("clinlead.intake.urls")),
    path("", include("clinlead.casemix.urls")),
    path("", include("clinlead.validation.urls")),
    path("", include("clinlead.jobplans.urls")),
    path("", include("clinlead.safety.urls")),
    path("", include("clinlead.releases.urls")),
    path("", include("clinlead.improvement.urls")),
    path("", include("clinlead.conversations.urls")),
    path("", include("clinlead.demo.urls")),
    path("", include("clinlead.workstreams.urls")),
    path("", include("clinlead.evaluation.urls")),
    path("", include("clinlead.learning.urls")),
    path("", include("clinlead.framework.urls")),
    path("", include("clinlead.packs.urls")),
    path("", include("clinlead.upkeep.urls")),
    path("", include("clinlead.governance.urls")),
    path("", include("clinlead.coding.urls")),
    path("", include("clinlead.concerns.urls")),
    path("", include("clinlead.feedback.urls")),
    path("", include("clinlead.reviews.urls")),
    path("api/v1/", include("clinlead.api.urls")),
]

handler400 = "clinlead.pages.views.errors.bad_request"
handler403 = "clinlead.pages.views.errors.forbidden"
handler404 = "clinlead.pages.views.errors.not_found"
handler500 = "clinlead.pages.views.errors.server_error"
