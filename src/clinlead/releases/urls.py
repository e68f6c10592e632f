"""The addresses of the releases room."""

from django.urls import path

from clinlead.releases import figure_views, file_views, following, opening_views, views

VERSION = "measures/<slug:code>/<int:version>/"
FILE = "releases/<int:release_id>/figures.<str:kind>"
FIGURE = "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/"

urlpatterns = [
    path(VERSION + "use/", following.use, name="measure-use"),
    path(VERSION + "compute/", following.compute, name="measure-compute"),
    path(VERSION + "move/", following.move, name="measure-move"),
    path("opened/", opening_views.opened, name="opened"),
    path("opened/<int:opening_id>/close/", opening_views.close, name="close_opening"),
    path("releases/", views.index, name="releases"),
    path("releases/prepare/<slug:code>/", views.prepare, name="release-prepare"),
    path("releases/<int:release_id>/", views.show, name="release"),
    path("releases/<int:release_id>/manifest/", views.manifest, name="release-manifest"),
    path(
        "releases/<int:release_id>/figures.<str:kind>", file_views.of_release, name="release-file"
    ),
    path("releases/<int:release_id>/check/", views.check, name="release-check"),
    path("releases/<int:release_id>/totals/", views.totals, name="release-totals"),
    path("releases/<int:release_id>/sign-off/", views.sign_off, name="release-sign-off"),
    path("releases/<int:release_id>/release/", views.make, name="release-make"),
    path("releases/<int:release_id>/again/", views.again, name="release-again"),
    path("releases/<int:release_id>/table/", views.table, name="release-table"),
    path(FIGURE, figure_views.show, name="release-figure"),
    path(FIGURE + "figure.<str:kind>", file_views.of_figure, name="release-figure-file"),
    path(FIGURE + "interpret/", figure_views.interpret, name="release-interpret"),
    path(FIGURE + "keep/", figure_views.keep, name="release-keep-words"),
    path(FIGURE + "sign-off/", figure_views.sign_off, name="release-figure-sign-off"),
    path(FIGURE + "words/", figure_views.write, name="release-words"),
]
