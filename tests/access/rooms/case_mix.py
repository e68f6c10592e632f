"""Case-mix models."""

from rows import CLINICIANS, get, post

MODEL = "case-mix/<slug:code>/<int:version>/"
MODELLED = "/case-mix/died-in-hospital/{model}/"
MODEL_READERS = f"{CLINICIANS} chief director analyst"
ROWS = [
    get("case-mix/", "/case-mix/", {200: MODEL_READERS}),
    get(MODEL, MODELLED, {200: MODEL_READERS}),
    get(MODEL + "model.json", MODELLED + "model.json", {200: MODEL_READERS}),
    post(
        MODEL + "use/",
        MODELLED + "use/",
        {403: MODEL_READERS},  # the analyst, too: it is in force already
        data={"because": "It is the newest"},
    ),
    get("case-mix/fit/", "/case-mix/fit/", {200: "analyst"}),
    post("case-mix/fit/", "/case-mix/fit/", {422: "analyst"}),
    get("case-mix/give/", "/case-mix/give/", {200: "analyst"}),
    post("case-mix/give/", "/case-mix/give/", {422: "analyst"}),
    get("case-mix/fits/<int:fitting_id>/", "/case-mix/fits/{fit}/", {200: "analyst"}),
]
