"""The addresses of the API; INTERFACES fixes them."""

from django.urls import path

from clinlead.api import fhir, figures, records, releases
from clinlead.api.application import api

api.add_router("", figures.router)
api.add_router("", records.router)
api.add_router("", releases.router)
api.add_router("", fhir.router)

urlpatterns = [path("", api.urls)]
