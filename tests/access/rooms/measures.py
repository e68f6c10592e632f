"""Drafting and checking measures."""

from rows import EVERYBODY, get, post

DRAFT = "measures/<slug:code>/drafts/<int:draft_id>/"
DRAFTED = "/measures/length-of-stay/drafts/{draft}/"  # by the analyst
CHECKING = "/measures/died-in-hospital/drafts/{checking}/"  # sent to be checked
CHECKED = "/measures/discharge-summary-24h/drafts/{checked}/"  # by the director
READ_DRAFTS = "lead otherlead chief director analyst executive"
NOT_DRAFTERS = "lead otherlead chief director executive"
CHECK_IT = "lead chief director"  # of those who read drafts, who did not write it
NOT_CHECKERS = "otherlead analyst executive"
NOT_EXECUTIVES = "lead otherlead chief director analyst"
VERSION = "measures/<slug:code>/<int:version>/"
ROWS = [
    get(
        "measures/<slug:code>/feedback/",
        "/measures/length-of-stay/feedback/",
        {200: "lead chief director analyst"},
        otherwise=403,
    ),
    post(
        "measures/<slug:code>/feedback/",
        "/measures/length-of-stay/feedback/",
        {302: "lead chief director analyst"},
        otherwise=403,
        data={"text": "Planned admissions count"},
    ),
    get(
        "measures/<slug:code>/feedback/<int:feedback_id>/",
        "/measures/length-of-stay/feedback/{feedback}/",
        {200: EVERYBODY},
    ),
    post(
        "measures/<slug:code>/feedback/<int:feedback_id>/",
        "/measures/length-of-stay/feedback/{feedback}/",
        {302: "analyst"},
        otherwise=403,
        data={"answer": "They stay"},
    ),
    get(
        "measures/<slug:code>/drafts/",
        "/measures/emergency-readmission-30d/drafts/",
        {200: "analyst"},
        otherwise=403,
    ),
    post(
        "measures/<slug:code>/drafts/",
        "/measures/emergency-readmission-30d/drafts/",
        {422: "analyst"},
        otherwise=403,
        data={"because": "x"},
    ),
    get(DRAFT, DRAFTED, {200: READ_DRAFTS}),
    get(DRAFT + "edit/", DRAFTED + "edit/", {200: "analyst", 403: NOT_DRAFTERS}),
    post(
        DRAFT + "edit/",
        DRAFTED + "edit/",
        {422: "analyst", 403: NOT_DRAFTERS},
        data={"because": "x"},
    ),
    post(DRAFT + "send/", DRAFTED + "send/", {302: "analyst", 403: NOT_DRAFTERS}),
    post(DRAFT + "withdraw/", DRAFTED + "withdraw/", {302: "analyst", 403: NOT_DRAFTERS}),
    get(DRAFT + "check/", CHECKING + "check/", {200: CHECK_IT, 403: NOT_CHECKERS}),
    post(
        DRAFT + "check/",
        CHECKING + "check/",
        {302: CHECK_IT, 403: NOT_CHECKERS},
        data={"note": "Read it"},
    ),
    get(DRAFT + "back/", CHECKING + "back/", {200: CHECK_IT, 403: NOT_CHECKERS}),
    post(
        DRAFT + "back/",
        CHECKING + "back/",
        {302: CHECK_IT, 403: NOT_CHECKERS},
        data={"because": "Too wide"},
    ),
    post(DRAFT + "approve/", CHECKED + "approve/", {302: "executive", 403: NOT_EXECUTIVES}),
    get(DRAFT + "decline/", CHECKED + "decline/", {200: "executive", 403: NOT_EXECUTIVES}),
    post(
        DRAFT + "decline/",
        CHECKED + "decline/",
        {302: "executive", 403: NOT_EXECUTIVES},
        data={"because": "Not now"},
    ),
    get(
        "measures/<slug:code>/changes/<int:before>/<int:after>/",
        "/measures/length-of-stay/changes/1/1/",
        {200: EVERYBODY},
    ),
    get(
        VERSION + "retire/",
        "/measures/discharge-summary-24h/1/retire/",
        {200: "executive"},
        otherwise=403,
    ),
    post(
        VERSION + "retire/",
        "/measures/discharge-summary-24h/1/retire/",
        {302: "executive"},
        otherwise=403,
        data={"because": "Nobody uses it"},
    ),
    get(VERSION + "use/", "/measures/length-of-stay/1/use/", {200: EVERYBODY}),
    post(
        VERSION + "compute/",
        "/measures/length-of-stay/1/compute/",
        {302: "analyst"},
        otherwise=403,
    ),
    post(
        VERSION + "move/",
        "/measures/length-of-stay/1/move/",
        {422: "lead otherlead"},
        otherwise=403,
    ),
]
