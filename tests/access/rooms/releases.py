"""Releases."""

from rows import AUDIENCE, EVERYBODY, get, post

FILE = "releases/<int:release_id>/figures.<str:kind>"
FIGURE_FILE = (
    "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/figure.<str:kind>"
)
FIGURE_OUT = "/releases/{released}/figures/length-of-stay/discharging/{unit}/"
ROWS = [
    get("releases/", "/releases/", {200: EVERYBODY}),
    post(
        "releases/prepare/<slug:code>/",
        "/releases/prepare/cardiology/",
        {302: "lead analyst", 403: "clinician peer chief director operations projectteam"},
    ),
    get("releases/<int:release_id>/", "/releases/{released}/", {200: AUDIENCE}, names="lead"),
    get(
        "releases/<int:release_id>/",
        "/releases/{preparing}/",
        {200: "lead chief analyst"},
        names="lead",
    ),
    get("releases/<int:release_id>/manifest/", "/releases/{released}/manifest/", {200: AUDIENCE}),
    get("releases/<int:release_id>/manifest/", "/releases/{preparing}/manifest/", {}),
    get(FILE, "/releases/{released}/figures.csv", {200: AUDIENCE}),
    get(FILE, "/releases/{preparing}/figures.csv", {}),
    get(FIGURE_FILE, FIGURE_OUT + "figure.svg", {200: "clinician lead analyst", 403: "director"}),
    get(FIGURE_FILE, FIGURE_OUT.replace("released", "preparing") + "figure.svg", {}),
    post(
        "releases/<int:release_id>/check/",
        "/releases/{released}/check/",
        {403: AUDIENCE},
        data={"note": "x"},
    ),
    post(
        "releases/<int:release_id>/check/",
        "/releases/{preparing}/check/",
        {302: "analyst", 403: "lead chief"},
        data={"note": "x"},
    ),
    post("releases/<int:release_id>/totals/", "/releases/{released}/totals/", {403: AUDIENCE}),
    post(
        "releases/<int:release_id>/totals/",
        "/releases/{preparing}/totals/",
        {302: "analyst", 403: "lead chief"},
    ),
    post("releases/<int:release_id>/sign-off/", "/releases/{released}/sign-off/", {403: AUDIENCE}),
    post(
        "releases/<int:release_id>/sign-off/",
        "/releases/{preparing}/sign-off/",
        {302: "lead chief", 403: "analyst"},
    ),
    post(
        "releases/<int:release_id>/release/",
        "/releases/{released}/release/",
        {403: AUDIENCE},
        data={"invitation": "x"},
    ),
    post(
        "releases/<int:release_id>/release/",
        "/releases/{preparing}/release/",
        {403: "lead chief analyst"},
        data={"invitation": "x"},
    ),
    post(
        "releases/<int:release_id>/again/",
        "/releases/{released}/again/",
        {302: "lead analyst", 403: "clinician peer chief director operations projectteam"},
        data={"because": "x"},
    ),
    post(
        "releases/<int:release_id>/again/",
        "/releases/{preparing}/again/",
        {403: "lead chief analyst"},
        data={"because": "x"},
    ),
    post(
        "releases/<int:release_id>/table/",
        "/releases/{released}/table/",
        {302: "lead", 403: "clinician peer chief director operations analyst projectteam"},
        data={"on": "2026-07-01"},
    ),
    post(
        "releases/<int:release_id>/table/",
        "/releases/{preparing}/table/",
        {403: "lead chief analyst"},
        data={"on": "2026-07-01"},
    ),
    get(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/",
        {200: "clinician lead director analyst"},
        names="lead",
    ),
    get(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/",
        {200: "lead analyst"},
        names="lead",
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/interpret/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/interpret/",
        {403: "clinician lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/interpret/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/interpret/",
        {302: "lead", 403: "analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/keep/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/keep/",
        {403: "clinician lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/keep/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/keep/",
        {302: "lead", 403: "analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/sign-off/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/sign-off/",
        {403: "clinician lead director analyst"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/sign-off/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/sign-off/",
        {302: "lead", 403: "analyst"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/words/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/words/",
        {302: "clinician", 403: "lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/words/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/words/",
        {403: "lead analyst"},
        data={"text": "x"},
    ),
]
