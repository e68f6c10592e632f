"""Decisions and cycles."""

from rows import CLINICIANS, EVERYBODY, get, post

PLAN = {
    "title": "Rounds at eight",
    "aim": "Home in time",
    "theory": "Decisions wait",
    "scale": "One ward",
    "measure": "length-of-stay",
    "towards": "at most",
    "predicted": "4.5",
    "starts_on": "2026-08-01",
    "ends_on": "2026-12-01",
}
READ_DECISIONS = "clinician peer lead chief director analyst projectteam"
OF_IMPROVEMENT = f"{CLINICIANS} chief director operations analyst projectteam executive wardstaff"
ONLY_READ = "clinician peer chief director analyst projectteam"
LEAD_ALONE = {302: "lead", 403: ONLY_READ}
LEAD_OPENS = {200: "lead", 403: ONLY_READ}
ROWS = [
    get("improvement/", "/improvement/", {200: OF_IMPROVEMENT}),
    get(
        "improvement/releases/<int:release_id>/",
        "/improvement/releases/{released}/",
        {200: READ_DECISIONS},
    ),
    get(
        "improvement/releases/<int:release_id>/",
        "/improvement/releases/{preparing}/",
        {},
    ),
    get(
        "improvement/releases/<int:release_id>/decide/<slug:measure>/",
        "/improvement/releases/{released}/decide/length-of-stay/",
        LEAD_OPENS,
    ),
    post(
        "improvement/releases/<int:release_id>/decide/<slug:measure>/",
        "/improvement/releases/{released}/decide/length-of-stay/",
        LEAD_ALONE,
        data={"kind": "improve", "because": "x"},
    ),
    post(
        "improvement/releases/<int:release_id>/no-action/",
        "/improvement/releases/{released}/no-action/",
        LEAD_ALONE,
    ),
    get(
        "improvement/decisions/<int:pk>/",
        "/improvement/decisions/{decision}/",
        {200: READ_DECISIONS},
    ),
    post(
        "improvement/decisions/<int:pk>/share/",
        "/improvement/decisions/{spread}/share/",
        LEAD_ALONE,
    ),
    post(
        "improvement/decisions/<int:pk>/share/",
        "/improvement/decisions/{decision}/share/",
        {403: READ_DECISIONS},
    ),
    get(
        "improvement/decisions/<int:pk>/withdraw/",
        "/improvement/decisions/{decision}/withdraw/",
        LEAD_OPENS,
    ),
    post(
        "improvement/decisions/<int:pk>/withdraw/",
        "/improvement/decisions/{decision}/withdraw/",
        LEAD_ALONE,
        data={"because": "x"},
    ),
    get(
        "improvement/decisions/<int:pk>/cycle/",
        "/improvement/decisions/{decision}/cycle/",
        LEAD_OPENS,
    ),
    post(
        "improvement/decisions/<int:pk>/cycle/",
        "/improvement/decisions/{decision}/cycle/",
        LEAD_ALONE,
        data=PLAN,
    ),
    get(
        "improvement/cycles/<int:pk>/",
        "/improvement/cycles/{running}/",
        {200: READ_DECISIONS},
    ),
    get(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{planned}/change/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{planned}/change/",
        LEAD_ALONE,
        data=PLAN,
    ),
    post(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{running}/change/",
        {403: READ_DECISIONS},
        data=PLAN,
    ),
    post(
        "improvement/cycles/<int:pk>/start/",
        "/improvement/cycles/{planned}/start/",
        LEAD_ALONE,
    ),
    get(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{running}/study/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{running}/study/",
        LEAD_ALONE,
        data={"happened": "x", "learned": "x", "act": "adopt"},
    ),
    post(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{planned}/study/",
        {403: READ_DECISIONS},
        data={"happened": "x", "learned": "x", "act": "adopt"},
    ),
    get(
        "improvement/cycles/<int:pk>/next/",
        "/improvement/cycles/{running}/next/",
        {403: READ_DECISIONS},
    ),
    post(
        "improvement/cycles/<int:pk>/next/",
        "/improvement/cycles/{running}/next/",
        {403: READ_DECISIONS},
        data=PLAN,
    ),
    get(
        "improvement/cycles/<int:pk>/call-off/",
        "/improvement/cycles/{running}/call-off/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/call-off/",
        "/improvement/cycles/{running}/call-off/",
        LEAD_ALONE,
        data={"because": "x"},
    ),
    get(
        "improvement/cycles/<int:pk>/hand-over/",
        "/improvement/cycles/{running}/hand-over/",
        LEAD_OPENS,
        names="lead",
    ),
    post(
        "improvement/cycles/<int:pk>/hand-over/",
        "/improvement/cycles/{running}/hand-over/",
        {200: "lead", 403: ONLY_READ},
        names="lead",
        data={"to": "0"},
    ),
    post(
        "improvement/cycles/<int:pk>/share/",
        "/improvement/cycles/{running}/share/",
        {403: READ_DECISIONS},
    ),
    post(
        "improvement/cycles/<int:pk>/join/",
        "/improvement/cycles/{running}/join/",
        {302: "clinician peer", 403: "lead chief director analyst projectteam"},
    ),
    post(
        "improvement/cycles/<int:pk>/leave/",
        "/improvement/cycles/{running}/leave/",
        LEAD_ALONE,
    ),
    get("improvement/drivers/", "/improvement/drivers/", {200: EVERYBODY}),
    get(
        "improvement/drivers/<slug:code>/",
        "/improvement/drivers/short-stays/",
        {200: EVERYBODY},
    ),
    post(
        "improvement/drivers/<slug:code>/add/",
        "/improvement/drivers/short-stays/add/",
        {302: "lead"},
        otherwise=403,
        data={"text": "Decisions"},
    ),
    post(
        "improvement/drivers/<slug:code>/ideas/",
        "/improvement/drivers/short-stays/ideas/",
        {302: "lead"},
        otherwise=403,
        data={"text": "Earlier still", "driver": "{driver}"},
    ),
    post(
        "improvement/drivers/<int:pk>/end/",
        "/improvement/drivers/{driver}/end/",
        {302: "lead"},
        otherwise=403,
    ),
    post(
        "improvement/ideas/<int:pk>/end/",
        "/improvement/ideas/{idea}/end/",
        {302: "lead"},
        otherwise=403,
    ),
]
