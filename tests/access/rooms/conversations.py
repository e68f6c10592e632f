"""Conversations: one between Dr Clinician and Dr Lead, which nobody else finds."""

from rows import CLINICIANS, EVERYBODY, get, post

BOTH = "clinician lead"
ROWS = [
    get("conversations/", "/conversations/", {200: EVERYBODY}, names="lead"),
    get(
        "conversations/begin/",
        "/conversations/begin/",
        {200: f"{CLINICIANS} chief"},
        names="lead",
    ),
    post(
        "conversations/begin/",
        "/conversations/begin/",
        {403: BOTH},  # this figure has no signal
        data={"figure": "{figure}"},
    ),
    get("conversations/<int:pk>/", "/conversations/{talk}/", {200: BOTH}, names="lead"),
    post(
        "conversations/<int:pk>/<slug:what>/",
        "/conversations/{talk}/say/",
        {302: BOTH},
        data={"text": "Thank you"},
    ),
]
