"""Safety signals and monitoring."""

from rows import EVERYBODY, HERE, get, post

ROWS = [
    get("safety/", "/safety/", {200: EVERYBODY}),
    get("me/monitoring/<slug:measure>/", "/me/monitoring/died-in-hospital/", {200: HERE}),
    get(
        "departments/<slug:code>/monitoring/<slug:measure>/",
        "/departments/cardiology/monitoring/died-in-hospital/",
        {200: "lead chief analyst"},
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/monitoring/<slug:measure>/",
        "/departments/cardiology/people/{unit}/monitoring/died-in-hospital/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
    get(
        "safety/<int:signal_id>/",
        "/safety/{signal}/",
        {200: "clinician lead analyst director"},
        names="lead",
    ),
    post(
        "safety/<int:signal_id>/acknowledge/",
        "/safety/{signal}/acknowledge/",
        {302: "lead", 403: "clinician analyst"},
        data={"text": "I read the notes today."},
    ),
    post(
        "safety/<int:signal_id>/done/",
        "/safety/{signal}/done/",
        {302: "lead", 403: "clinician analyst"},
        data={"text": "Read in the mortality meeting."},
    ),
    post(
        "safety/<int:signal_id>/read/",
        "/safety/{signal}/read/",
        {302: "clinician", 403: "lead analyst"},
    ),
]
