"""Loads, measures as data, and quality."""

from rows import CHECKERS, CLINICIANS, EVERYBODY, get, post

GRADED = f"{CLINICIANS} chief operations analyst projectteam executive"
ROWS = [
    get("loads/<int:number>/", "/loads/{load}/", {200: "analyst"}),
    post("loads/<int:number>/grade/", "/loads/{load}/grade/", {302: "analyst"}),
    get("measures/", "/measures/", {200: EVERYBODY}),
    get("measures/<slug:code>/", "/measures/length-of-stay/", {200: EVERYBODY}),
    get("measures/<slug:code>/<int:version>/", "/measures/length-of-stay/1/", {200: EVERYBODY}),
    get(
        "departments/<slug:department>/measures/<slug:code>/",
        "/departments/cardiology/measures/length-of-stay/",
        {200: EVERYBODY},
    ),
    post(
        "departments/<slug:department>/measures/<slug:code>/",
        "/departments/cardiology/measures/length-of-stay/",
        {
            403: EVERYBODY
        },  # a measure of one person's needs no decision, and others lead nothing here
        data={"reason": "Agreed at the meeting of 3 March"},
    ),
    get(
        "measures/<slug:code>/breaks/",
        "/measures/length-of-stay/breaks/",
        {200: "lead analyst"},
    ),
    post(
        "measures/<slug:code>/breaks/",
        "/measures/length-of-stay/breaks/",
        {302: "lead analyst"},
        data={"department": "cardiology", "on": "2026-02-01", "reason": "A new form"},
    ),
    get(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        "/measures/length-of-stay/breaks/{break}/withdraw/",
        {200: "lead analyst"},
    ),
    post(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        "/measures/length-of-stay/breaks/{break}/withdraw/",
        {302: "lead analyst"},
        data={"because": "It was another ward"},
    ),
    get(
        "measures/<slug:code>/safety/",
        "/measures/length-of-stay/safety/",
        {200: "director analyst"},
    ),
    post(
        "measures/<slug:code>/safety/",
        "/measures/died-in-hospital/safety/",
        {302: "director analyst"},
        data={"reason": "The whole trust watches deaths"},
    ),
    get(
        "measures/<slug:code>/safety/<int:mark_id>/end/",
        "/measures/died-in-hospital/safety/{mark}/end/",
        {200: "director analyst"},
    ),
    post(
        "measures/<slug:code>/safety/<int:mark_id>/end/",
        "/measures/died-in-hospital/safety/{mark}/end/",
        {302: "director analyst"},
        data={"because": "Another measure takes its place"},
    ),
    get("loads/", "/loads/", {200: "analyst"}),
    get("loads/new/", "/loads/new/", {200: "analyst"}),
    post("loads/new/", "/loads/new/", {200: "analyst"}),
    get("loads/new/<str:token>/", "/loads/new/nothing/", {}),
    post("loads/new/<str:token>/", "/loads/new/nothing/", {}),
    post("loads/new/<str:token>/confirm/", "/loads/new/nothing/confirm/", {}),
    get("loads/several/", "/loads/several/", {200: "analyst"}),
    post("loads/several/", "/loads/several/", {200: "analyst"}),
    get("loads/several/<str:token>/", "/loads/several/nothing/", {}),
    post("loads/several/<str:token>/", "/loads/several/nothing/", {}),
    post("loads/several/<str:token>/confirm/", "/loads/several/nothing/confirm/", {}),
    get("loads/<int:number>/quarantine/", "/loads/{load}/quarantine/", {200: "analyst"}),
    post(
        "loads/<int:number>/withdraw/",
        "/loads/{load}/withdraw/",
        {403: "analyst"},
        data={"size": "5"},
    ),
    get("data-protection/retention/", "/data-protection/retention/", {200: "dpo analyst"}),
    post(
        "data-protection/retention/",
        "/data-protection/retention/",
        {302: "dpo", 403: "analyst"},
        data={"dataset": "spells", "years": 8, "reason": "The records schedule"},
    ),
    get("quality/", "/quality/", {200: GRADED}),
    get("quality/<slug:dataset>/rows/", "/quality/spells/rows/", {200: "analyst"}),
    post("quality/<slug:dataset>/rows/", "/quality/spells/rows/", {403: "analyst"}),
    get("quality/<slug:dataset>/", "/quality/spells/", {200: CHECKERS}),
]
