"""The addresses of requests to erase and of the register of disclosures."""

from django.urls import path

from clinlead.dataprotection import views

urlpatterns = [
    path("me/erasure/", views.own, name="own_erasure"),
    path("data-protection/requests/", views.requests, name="erasure_requests"),
    path("data-protection/requests/<int:pk>/", views.answer, name="erasure_request"),
    path("data-protection/disclosures/", views.disclosures, name="disclosures"),
    path("data-protection/disclosures.csv", views.disclosures_file, name="disclosures_file"),
]
