"""The addresses of the strategy room."""

from django.urls import path

from clinlead.strategy import proposing, views

urlpatterns = [
    path("strategy/", views.index, name="strategy"),
    path("strategy/map/", views.show_map, name="strategy_map"),
    path("strategy/measures/<slug:code>/", views.measure, name="strategy_measure"),
    path("strategy/objectives/<slug:code>/", views.objective, name="objective"),
    path("strategy/outcomes/<slug:code>/", views.outcome, name="outcome"),
    path("strategy/outcomes/<slug:code>/measures/", views.link, name="link_measure"),
    path(
        "strategy/outcomes/<slug:code>/measures/<int:link_id>/end/",
        views.unlink,
        name="unlink_measure",
    ),
    path("strategy/poor-performance/", views.poor_performance, name="poor_performance"),
    path("strategy/mandates/", views.mandates, name="mandates"),
    path("strategy/mandates/<slug:code>/", views.mandate, name="mandate"),
    path("strategy/propose/<slug:kind>/", proposing.propose_words, name="propose"),
    path("strategy/propose/<slug:kind>/<slug:code>/", proposing.propose_words, name="propose_new"),
    path("strategy/versions/<int:pk>/", views.version, name="strategy_version"),
    path("strategy/versions/<int:pk>/approve/", views.approve_version, name="approve_version"),
    path("strategy/versions/<int:pk>/decline/", views.decline_version, name="decline_version"),
]
