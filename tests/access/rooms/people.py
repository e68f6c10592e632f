"""The lead's hour, and named people."""

from rows import get

ROWS = [
    get("quarters/<int:release_id>/", "/quarters/{preparing}/", {200: "lead"}),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/",
        "/departments/cardiology/people/{unit}/figures/",
        {200: "clinician lead analyst director"},
        names="lead director",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/",
        {200: "clinician lead analyst director"},
        names="lead director",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/why/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/why/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/records/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/records/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
]
