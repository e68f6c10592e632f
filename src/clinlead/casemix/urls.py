"""The addresses of the case-mix room."""

from django.urls import path

from clinlead.casemix import views

urlpatterns = [
    path("case-mix/", views.index, name="case_mix"),
    path("case-mix/fit/", views.fit, name="fit_model"),
    path("case-mix/give/", views.give, name="give_model"),
    path("case-mix/fits/<int:fitting_id>/", views.fitting, name="fitting"),
    path("case-mix/<slug:code>/<int:version>/", views.show, name="case_mix_model"),
    path("case-mix/<slug:code>/<int:version>/use/", views.use, name="use_model"),
    path("case-mix/<slug:code>/<int:version>/model.json", views.file, name="model_file"),
]
