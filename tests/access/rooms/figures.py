"""One's own and one's department's figures."""

from rows import AUDIENCE, CLINICIANS, HERE, get

ROWS = [
    get("me/figures/", "/me/figures/", {200: CLINICIANS}),
    get("me/figures/<slug:measure>/", "/me/figures/length-of-stay/", {200: HERE}),
    get("me/figures/<slug:measure>/records/", "/me/figures/length-of-stay/records/", {200: HERE}),
    get("me/figures/<slug:measure>/why/", "/me/figures/length-of-stay/why/", {200: HERE}),
    get(
        "me/figures/<slug:measure>/records.csv",
        "/me/figures/length-of-stay/records.csv",
        {200: HERE},
    ),
    get(
        "departments/<slug:code>/figures/",
        "/departments/cardiology/figures/",
        {200: f"{AUDIENCE} otherlead executive"},
        names="lead",
    ),
    get(
        "departments/<slug:code>/figures/<slug:measure>/",
        "/departments/cardiology/figures/length-of-stay/",
        {200: f"{AUDIENCE} otherlead executive"},
        names="lead",
    ),
]
