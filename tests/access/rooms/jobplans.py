"""Job plans."""

from rows import get, post

READERS = "lead chief hr"  # of the plans of cardiology, by name
PLAN = "job-plans/<slug:code>/people/<slug:person_code>/"
ROWS = [
    get(
        "job-plans/",
        "/job-plans/",
        {200: "clinician peer stranger lead otherlead chief hr executive"},
        names=READERS,
    ),
    get("job-plans/<slug:code>/", "/job-plans/cardiology/", {200: READERS}, names=READERS),
    get(PLAN, "/job-plans/cardiology/people/{unit}/", {200: f"clinician {READERS}"}, names=READERS),
    post(
        PLAN,
        "/job-plans/cardiology/people/{unit}/",
        {302: "hr", 403: "clinician lead chief"},
        data={"point": "plan and contract", "text": "Which is right?"},
    ),
    post(
        "job-plans/questions/<int:question_id>/",
        "/job-plans/questions/{plan_question}/",
        {302: "lead", 403: "clinician chief hr"},
        data={"text": "Ten: the plan is old."},
    ),
]
