"""Lessons, progress, rights that wait, and the forum."""

from rows import CLINICIANS, EVERYBODY, get, post

POSTERS = f"{CLINICIANS} chief director"
READERS = f"{POSTERS} operations hr analyst projectteam executive"
ONLY_READ = "operations hr analyst projectteam executive"
ANSWERS = {f"question-{n}": "0" for n in range(4)}
SAID = {"kind": "question", "topic": "pdsa", "title": "A cycle", "text": "How small a trial?"}
ROWS = [
    get("learning/", "/learning/", {200: EVERYBODY}),
    get("learning/lessons/<slug:code>/", "/learning/lessons/variation/", {200: EVERYBODY}),
    post(
        "learning/lessons/<slug:code>/",
        "/learning/lessons/variation/",
        {200: EVERYBODY},
        data=ANSWERS,
    ),
    get(
        "learning/progress/<int:account_id>/",
        "/learning/progress/{owner_account}/",
        {200: "clinician"},
    ),
    get(
        "learning/progress/<int:account_id>/",
        "/learning/progress/{lead_account}/",
        {200: "lead hr"},
    ),
    post(
        "learning/progress/<int:account_id>/",
        "/learning/progress/{lead_account}/",
        {302: "hr", 403: "lead"},
        data={"text": "Begin with small numbers."},
    ),
    get("learning/rights/", "/learning/rights/", {200: "projectteam"}),
    post(
        "learning/rights/",
        "/learning/rights/",
        {302: "projectteam"},
        data={"right": "settle a challenge", "lesson": "attribution", "because": "To be fair"},
    ),
    get("forum/", "/forum/", {200: READERS}),
    get("forum/new/", "/forum/new/", {200: POSTERS, 403: ONLY_READ}),
    post("forum/new/", "/forum/new/", {302: POSTERS, 403: ONLY_READ}, data=SAID),
    get("forum/<int:thread_id>/", "/forum/{thread}/", {200: READERS}),
    post(
        "forum/<int:thread_id>/",
        "/forum/{thread}/",
        {302: POSTERS, 403: ONLY_READ},
        data={"text": "One clinic for a week."},
    ),
    get("forum/<int:thread_id>/", "/forum/{held_thread}/", {200: "clinician projectteam"}),
    get("forum/posts/<int:post_id>/", "/forum/posts/{held_post}/", {200: "clinician projectteam"}),
    post(
        "forum/posts/<int:post_id>/",
        "/forum/posts/{held_post}/",
        {302: "clinician projectteam"},
        data={"title": "A case", "text": "A colleague.", "because": "No name", "to": "shown"},
    ),
]
