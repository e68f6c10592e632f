"""The API."""

from rows import AUDIENCE, CLINICIANS, EVERYBODY, get, post

ROWS = [
    get("api/v1/openapi.json", "/api/v1/openapi.json", {200: EVERYBODY}, not_signed_in=200),
    post("api/v1/openapi.json", "/api/v1/openapi.json", {200: EVERYBODY}, not_signed_in=200),
    get("api/v1/me/figures", "/api/v1/me/figures", {200: CLINICIANS}, not_signed_in=401),
    get(
        "api/v1/departments/<code>/figures",
        "/api/v1/departments/cardiology/figures",
        {
            200: "clinician peer lead otherlead chief director operations analyst projectteam "
            "executive"
        },
        not_signed_in=401,
    ),
    get("api/v1/me/records", "/api/v1/me/records", {200: CLINICIANS}, not_signed_in=401),
    get("api/v1/me/readings", "/api/v1/me/readings", {200: CLINICIANS}, not_signed_in=401),
    get(
        "api/v1/records/<name>",
        "/api/v1/records/{record}",
        {200: "clinician analyst", 403: "lead"},
        not_signed_in=401,
    ),
    post(
        "api/v1/records/<name>/challenge",
        "/api/v1/records/{record}/challenge",
        {201: "clinician", 403: "analyst"},
        not_signed_in=401,
        data={"reason": "other", "text": "x"},
    ),
    get("api/v1/challenges", "/api/v1/challenges", {200: EVERYBODY}, not_signed_in=401),
    post(
        "api/v1/challenges/<number>/settle",
        "/api/v1/challenges/{challenge}/settle",
        {200: "lead analyst", 403: "clinician"},
        not_signed_in=401,
        data={"accept": False, "because": "x"},
    ),
    get("api/v1/releases", "/api/v1/releases", {200: EVERYBODY}, not_signed_in=401),
    get(
        "api/v1/fhir/MeasureReport",
        "/api/v1/fhir/MeasureReport",
        {200: EVERYBODY},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>",
        "/api/v1/releases/{released}",
        {200: AUDIENCE},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>",
        "/api/v1/releases/{preparing}",
        {200: "lead chief analyst"},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>/manifest",
        "/api/v1/releases/{released}/manifest",
        {200: AUDIENCE},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>/manifest",
        "/api/v1/releases/{preparing}/manifest",
        {},
        not_signed_in=401,
    ),
    post(
        "api/v1/releases/<number>/release",
        "/api/v1/releases/{released}/release",
        {403: AUDIENCE},
        not_signed_in=401,
        data={"invitation": "x"},
    ),
    post(
        "api/v1/releases/<number>/release",
        "/api/v1/releases/{preparing}/release",
        {403: "lead chief analyst"},
        not_signed_in=401,
        data={"invitation": "x"},
    ),
    get("api/v1/", "/api/v1/", {}, not_signed_in=404),
]
