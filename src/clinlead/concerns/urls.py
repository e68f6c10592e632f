"""The addresses of the concerns room."""

from django.urls import path

from clinlead.concerns import people_views, views

urlpatterns = [
    path("concerns/", views.index, name="concerns"),
    path("concerns/open/", views.begin, name="open_concern"),
    path("concerns/bypass/", views.bypass, name="bypass"),
    path("concerns/steps/", people_views.route, name="concern_steps"),
    path("concerns/steps/<int:version>/decide/", people_views.decide, name="decide_steps"),
    path("concerns/contacts/", people_views.set_contacts, name="concern_contacts"),
    path("concerns/counts/", views.counts, name="concern_counts"),
    path("concerns/equality/", people_views.theirs, name="equality"),
    path("me/equality/", people_views.mine, name="my_equality"),
    path("concerns/<int:pk>/", views.show, name="concern"),
    path("concerns/<int:pk>/<slug:what>/", people_views.act, name="concern_act"),
]
