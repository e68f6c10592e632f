"""Governance meetings."""

from rows import AUDIENCE, EVERYBODY, get, post

KNOW_MEETINGS = "clinician peer lead chief director executive projectteam"
NOT_CHAIR = "clinician peer chief director executive projectteam"
MEETING = "governance/<int:meeting_id>/"
CHAIR_OPENS, CHAIR_ACTS = {200: "lead", 403: NOT_CHAIR}, {302: "lead", 403: NOT_CHAIR}
PLANNED, HELD = "/governance/{meeting}/", "/governance/{held}/"
ACTION = "governance/actions/<int:action_id>/"
NOT_OWNERS = "clinician chief director executive projectteam"
ROWS = [
    get("governance/", "/governance/", {200: EVERYBODY}),
    get(
        "governance/plan/",
        "/governance/plan/",
        {200: "lead otherlead chief"},
        otherwise=403,
        names="lead chief",
    ),
    post(
        "governance/plan/",
        "/governance/plan/",
        {302: "lead", 422: "otherlead chief"},
        otherwise=403,
        names="chief",
        data={"body": "department:cardiology", "on": "2027-01-14"},
    ),
    get(
        "governance/releases/<int:release_id>/",
        "/governance/releases/{released}/",
        {302: AUDIENCE},
    ),
    get(MEETING, PLANNED, {200: KNOW_MEETINGS}),
    get(MEETING, HELD, {200: KNOW_MEETINGS}),
    post(
        MEETING + "items/",
        PLANNED + "items/",
        {302: "clinician peer lead", 403: "chief director executive projectteam"},
        data={"text": "Night cover"},
    ),
    post(
        MEETING + "items/<int:item_id>/withdraw/",
        PLANNED + "items/{item}/withdraw/",
        CHAIR_ACTS,
    ),
    get(MEETING + "move/", PLANNED + "move/", CHAIR_OPENS),
    post(
        MEETING + "move/",
        PLANNED + "move/",
        CHAIR_ACTS,
        data={"on": "2027-02-11", "because": "Snow"},
    ),
    get(MEETING + "call-off/", PLANNED + "call-off/", CHAIR_OPENS),
    post(MEETING + "call-off/", PLANNED + "call-off/", CHAIR_ACTS, data={"because": "Snow"}),
    get(MEETING + "hold/", PLANNED + "hold/", CHAIR_OPENS, names="lead"),
    post(MEETING + "hold/", PLANNED + "hold/", CHAIR_ACTS, data={"present": "{member}"}),
    get(MEETING + "minutes/", HELD + "minutes/", CHAIR_OPENS),
    post(
        MEETING + "minutes/",
        HELD + "minutes/",
        CHAIR_ACTS,
        data={"text": "We talked", "based_on": "1"},
    ),
    post(MEETING + "approve/", HELD + "approve/", CHAIR_ACTS),
    get(MEETING + "actions/", HELD + "actions/", CHAIR_OPENS, names="lead"),
    post(
        MEETING + "actions/",
        HELD + "actions/",
        CHAIR_ACTS,
        data={"text": "Ask", "owner": "{member}", "due_on": "2027-01-01"},
    ),
    get(ACTION, "/governance/actions/{action}/", {200: "lead peer", 403: NOT_OWNERS}),
    post(
        ACTION,
        "/governance/actions/{action}/",
        {302: "lead peer", 403: NOT_OWNERS},
        data={"words": "Done", "done": "yes"},
    ),
    get(
        MEETING + "pack.pdf",
        HELD + "pack.pdf",
        {200: "clinician peer lead chief director executive", 403: "projectteam"},
    ),
]
