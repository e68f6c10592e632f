"""Reviews: Dr Clinician's with Dr Lead; once signed, for HR whom a concern has brought in too."""

from rows import EVERYBODY, get, post

BOTH = "clinician lead"
# Dr Clinician’s own goes on already; Dr Otherlead’s is the director’s: no chief is above them.
BEGINS = "peer stranger lead otherlead chief director"
HERE = "/reviews/{review}/"
DAY = "2026-07-01"
NOTHING = {"button": "Save"}
LONG_AGO = {"first": "2025-01-01", "last": "2025-12-31"}


def act(what: str, answers: dict[int, str], *, names: str = "", **data: str):
    route = "reviews/<int:pk>/<slug:what>/"
    return post(route, f"{HERE}{what}/", answers, names=names, data=data)


ROWS = [
    get("reviews/", "/reviews/", {200: EVERYBODY}, names="lead hr"),
    get("reviews/begin/", "/reviews/begin/", {200: BEGINS}),
    post("reviews/begin/", "/reviews/begin/", {422: BEGINS}, data=LONG_AGO),
    get("reviews/<int:pk>/", HERE, {200: BOTH}, names="lead"),
    get("reviews/<int:pk>/", "/reviews/{signed_review}/", {200: f"{BOTH} hr"}, names="lead hr"),
    get("reviews/<int:pk>/write/", f"{HERE}write/", {200: BOTH}, names="lead"),
    post("reviews/<int:pk>/write/", f"{HERE}write/", {422: BOTH}, names="lead", data=NOTHING),
    get("reviews/<int:pk>/agreed/", f"{HERE}agreed/", {200: BOTH}, names="lead"),
    post("reviews/<int:pk>/agreed/", f"{HERE}agreed/", {422: BOTH}, names="lead", data=NOTHING),
    get("reviews/<int:pk>/objective/", f"{HERE}objective/", {200: BOTH}, names="lead"),
    post(
        "reviews/<int:pk>/objective/", f"{HERE}objective/", {422: BOTH}, names="lead", data=NOTHING
    ),
    get("reviews/<int:pk>/evidence/", f"{HERE}evidence/", {200: "clinician", 403: "lead"}),
    post(
        "reviews/<int:pk>/evidence/",
        f"{HERE}evidence/",
        {422: "clinician", 403: "lead"},
        data=NOTHING,
    ),
    get("reviews/counts/", "/reviews/counts/", {200: "projectteam"}),
    get("reviews/<int:pk>/review.pdf", f"{HERE}review.pdf", {200: "clinician", 403: "lead"}),
    get("reviews/<int:pk>/evidence.zip", f"{HERE}evidence.zip", {200: "clinician", 403: "lead"}),
    act("hand-over", {403: BOTH}),  # handed over already
    act("gather", {302: BOTH}),
    act("plan", {302: BOTH}, on=DAY),
    act("met", {302: BOTH}, on=DAY),
    act("sign", {403: BOTH}, digest="of another text"),
    act("close", {422: BOTH}, names="lead"),
    act("take-out-evidence", {302: "clinician", 403: "lead"}, number="{own_evidence}"),
    act("take-out-objective", {302: BOTH}, number="{objective_agreed}"),
]
