"""Recognition: thanks that a ward clerk gave Dr Clinician, and a contribution of theirs."""

from rows import CLINICIANS, EVERYBODY, HERE, get, post

CONTRIBUTE = {"kind": "cover", "words": "Nights", "starts_on": "2026-01-05", "shown": "own"}
ROWS = [
    get("recognition/", "/recognition/", {200: EVERYBODY}, names="lead"),  # who confirms
    get("recognition/give/", "/recognition/give/", {200: EVERYBODY}),
    post(
        "recognition/give/",
        "/recognition/give/",
        {403: "peer"},
        otherwise=302,
        data={"to": "Dr Peer", "words": "Thank you"},
    ),
    post(
        "recognition/<int:pk>/take-back/",
        "/recognition/{thanks}/take-back/",
        {302: "wardstaff", 403: "clinician"},
    ),
    post(
        "recognition/<int:pk>/show/",
        "/recognition/{thanks}/show/",
        {302: "clinician", 403: "wardstaff"},
        data={"shown": "department"},
    ),
    post(
        "recognition/contributions/<int:pk>/answer/",
        "/recognition/contributions/{contribution}/answer/",
        {302: "lead"},
        data={"confirm": "yes"},
    ),
    get("me/recognition/", "/me/recognition/", {200: EVERYBODY}, names="wardstaff"),
    get(
        "me/recognition/contribute/",
        "/me/recognition/contribute/",
        {200: CLINICIANS},
        otherwise=403,
    ),
    post(
        "me/recognition/contribute/",
        "/me/recognition/contribute/",
        {302: CLINICIANS},
        otherwise=403,
        data=CONTRIBUTE,
    ),
    post(
        "me/recognition/contributions/<int:pk>/",
        "/me/recognition/contributions/{contribution}/",
        {302: "clinician"},
        data={"shown": "department"},
    ),
    get(
        "departments/<slug:code>/recognition/",
        "/departments/cardiology/recognition/",
        {200: HERE},
    ),
]
