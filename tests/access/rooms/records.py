"""Records and challenges."""

from rows import CHECKERS, CLINICIANS, EVERYBODY, get, post

FOLLOWERS = f"{CLINICIANS} chief director analyst projectteam executive"
ROWS = [
    get("me/records/", "/me/records/", {200: CLINICIANS}),
    post("me/records/confirm/", "/me/records/confirm/", {403: EVERYBODY}),
    post("me/records/undo/", "/me/records/undo/", {}),
    get("me/records/away/", "/me/records/away/", {200: CLINICIANS}),
    post("me/records/away/", "/me/records/away/", {200: CLINICIANS}),
    post("me/records/back/", "/me/records/back/", {302: CLINICIANS}),
    get("me/records/missing/", "/me/records/missing/", {200: CLINICIANS}),
    post("me/records/missing/", "/me/records/missing/", {200: CLINICIANS}),
    get(
        "records/<record_id:name>/",
        "/records/{record}/",
        {200: "clinician lead analyst"},
        names="analyst",
    ),
    post(
        "records/<record_id:name>/",
        "/records/{record}/",
        {200: "clinician lead analyst"},
        names="analyst",
    ),
    get(
        "records/<record_id:name>/challenge/",
        "/records/{record}/challenge/",
        {200: "clinician", 403: "analyst"},
    ),
    post(
        "records/<record_id:name>/challenge/",
        "/records/{record}/challenge/",
        {200: "clinician", 403: "analyst"},
    ),
    post(
        "records/<record_id:name>/hospital-number/",
        "/records/{record}/hospital-number/",
        {200: "clinician analyst"},
        names="analyst",
    ),
    get(
        "challenges/",
        "/challenges/",
        {200: FOLLOWERS},
        names="analyst lead",
    ),
    post(
        "challenges/accept/",
        "/challenges/accept/",
        {302: "lead analyst director chief otherlead"},
        data={"because": "x"},
    ),
    get(
        "challenges/<int:pk>/",
        "/challenges/{challenge}/",
        {200: "clinician lead analyst"},
        names="analyst lead",
    ),
    post(
        "challenges/<int:pk>/settle/",
        "/challenges/{challenge}/settle/",
        {302: "lead analyst", 403: "clinician"},
        data={"decision": "decline", "because": "x"},
    ),
    post(
        "challenges/<int:pk>/answer/",
        "/challenges/{challenge}/answer/",
        {403: "clinician lead analyst"},
        data={"answer": "agree"},
    ),
    post(
        "challenges/<int:pk>/withdraw/",
        "/challenges/{challenge}/withdraw/",
        {302: "clinician", 403: "lead analyst"},
        data={"size": "5"},
    ),
    post(
        "challenges/<int:pk>/evidence/",
        "/challenges/{challenge}/evidence/",
        {302: "lead analyst", 403: "clinician"},
        data={"text": "x"},
    ),
    post(
        "challenges/<int:pk>/find/",
        "/challenges/{challenge}/find/",
        {422: "clinician lead analyst"},
        names="lead analyst",
    ),
    post(
        "challenges/<int:pk>/change/",
        "/challenges/{challenge}/change/",
        {403: "clinician", 422: "lead analyst"},
        names="lead analyst",
    ),
    get("corrections/<int:pk>/settle/", "/corrections/{challenge}/settle/", {}),
    get("corrections/", "/corrections/", {200: "analyst"}),
    get("corrections/work-list.csv", "/corrections/work-list.csv", {200: "analyst"}),
    post("corrections/sent/", "/corrections/sent/", {403: "analyst"}),
    post(
        "corrections/<int:pk>/settle/",
        "/corrections/{challenge}/settle/",
        {},
        data={"decision": "decline", "because": "x"},
    ),
    get("windows/", "/windows/", {200: CHECKERS}),
    post("windows/", "/windows/", {200: CHECKERS}),
    get("windows/<int:pk>/", "/windows/{window}/", {200: "lead analyst"}),
    post(
        "windows/<int:pk>/draw/",
        "/windows/{window}/draw/",
        {302: "analyst", 403: "lead"},
        data={"size": "5"},
    ),
    get("audits/<int:pk>/", "/audits/{challenge}/", {}),
    post("audits/<int:pk>/", "/audits/{challenge}/", {}),
]
