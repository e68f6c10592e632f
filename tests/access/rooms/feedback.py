"""Feedback on Dr Clinician: read by two, answered by those who are asked, and read for a reason by
HR whom a concern has brought in, where they were not asked themselves."""

from rows import CLINICIANS, EVERYBODY, get, post

BOTH = "clinician lead"
RATERS = "peer otherlead wardstaff operations hr analyst"
HERE = "/feedback/{round}/"
PAST = "/feedback/{past_round}/"
ESCALATED = "feedback/<int:pk>/escalated/"
NOTHING = {"button": "Save"}


def act(what: str, answers: dict[int, str], *, names: str = "", **data: str):
    route = "feedback/<int:pk>/<slug:what>/"
    return post(route, f"{HERE}{what}/", answers, names=names, data=data or NOTHING)


ROWS = [
    get("feedback/", "/feedback/", {200: EVERYBODY}, names=f"lead {RATERS}"),
    get("feedback/begin/", "/feedback/begin/", {200: f"{CLINICIANS} chief"}, names="lead"),
    post(
        "feedback/begin/",
        "/feedback/begin/",
        {422: f"{CLINICIANS} chief"},
        names="lead",
        data=NOTHING,
    ),
    get("feedback/<int:pk>/", HERE, {200: BOTH}, names="lead"),
    get("feedback/<int:pk>/answer/", f"{HERE}answer/", {200: RATERS}, names=RATERS),
    post("feedback/<int:pk>/answer/", f"{HERE}answer/", {422: RATERS}, names=RATERS, data=NOTHING),
    get("feedback/<int:pk>/oneself/", f"{HERE}oneself/", {200: "clinician", 403: "lead"}),
    post(
        "feedback/<int:pk>/oneself/",
        f"{HERE}oneself/",
        {422: "clinician", 403: "lead"},
        data=NOTHING,
    ),
    get("feedback/<int:pk>/", PAST, {200: BOTH}, names="lead"),
    get(ESCALATED, f"{PAST}escalated/", {200: "hr"}, names="hr"),
    post(ESCALATED, f"{PAST}escalated/", {422: "hr"}, names="hr", data={"reason": " "}),
    post(ESCALATED, f"{PAST}escalated/", {200: "hr"}, names="hr", data={"reason": "A review"}),
    get(ESCALATED, f"{HERE}escalated/", {403: "hr"}),  # who was asked in it
    post(ESCALATED, f"{HERE}escalated/", {403: "hr"}, data={"reason": "A review"}),
    act("choose", {403: BOTH}, name="fourth"),  # they have been asked
    act("ask", {403: BOTH}, closes_on="2030-01-01"),
    act("longer", {403: BOTH}, closes_on="2030-01-01"),
    act("agree", {403: BOTH}, words="Together"),
    act("take-out", {404: BOTH}, number="0"),
]
