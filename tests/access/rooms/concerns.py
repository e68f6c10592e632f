"""Concerns: one about Dr Clinician that Dr Lead opened, which nobody else finds."""

from rows import CLINICIANS, EVERYBODY, get, post

LEADS = "lead otherlead chief"
IN_IT = "clinician lead hr"  # HR has been brought in
ROWS = [
    get("concerns/", "/concerns/", {200: EVERYBODY}, names="lead hr"),
    get("concerns/open/", "/concerns/open/", {200: LEADS}, names="lead"),
    post("concerns/open/", "/concerns/open/", {200: LEADS}, names="lead"),
    get("concerns/bypass/", "/concerns/bypass/", {200: LEADS}, names="lead chief"),
    post("concerns/bypass/", "/concerns/bypass/", {200: LEADS}, names="lead chief"),
    get("concerns/steps/", "/concerns/steps/", {200: EVERYBODY}),
    post(
        "concerns/steps/",
        "/concerns/steps/",
        {422: "projectteam"},
        data={"because": "A better word"},
    ),
    post(
        "concerns/steps/<int:version>/decide/",
        "/concerns/steps/{steps}/decide/",
        {302: "executive"},
        otherwise=403,
        data={"approve": "yes"},
    ),
    get("concerns/contacts/", "/concerns/contacts/", {200: "hr"}),
    post("concerns/contacts/", "/concerns/contacts/", {302: "hr"}, data={"contacts": "GP | Ring"}),
    get("concerns/counts/", "/concerns/counts/", {200: "director projectteam executive"}),
    get("concerns/equality/", "/concerns/equality/", {200: "hr"}),
    post("concerns/equality/", "/concerns/equality/", {302: "hr"}, data={"name": "Dr Peer"}),
    get("me/equality/", "/me/equality/", {200: CLINICIANS}),
    post("me/equality/", "/me/equality/", {302: CLINICIANS}, data={"sex": "Female"}),
    get("concerns/<int:pk>/", "/concerns/{concern}/", {200: IN_IT}, names="lead hr"),
    post(
        "concerns/<int:pk>/<slug:what>/",
        "/concerns/{concern}/say/",
        {302: IN_IT},
        data={"text": "I have read it"},
    ),
    post(
        "concerns/<int:pk>/<slug:what>/",
        "/concerns/{concern}/close/",
        {302: "lead", 403: "clinician hr"},
        data={"learned": "We asked too late"},
    ),
]
