"""Packs."""

from rows import CLINICIANS, HERE, get, post

PLAN = "me/packs/<int:release_id>/plan/"
ROWS = [
    get("me/packs/", "/me/packs/", {200: CLINICIANS}),
    post("me/packs/", "/me/packs/", {302: CLINICIANS}, data={"comparator": "own past"}),
    get(PLAN, "/me/packs/{released}/plan/", {200: HERE}),
    post(PLAN, "/me/packs/{released}/plan/", {302: HERE}, data={"what": "Ask about the letters"}),
    post("me/packs/<int:release_id>/plan/erase/", "/me/packs/{released}/plan/erase/", {302: HERE}),
    get("me/packs/written.json", "/me/packs/written.json", {200: CLINICIANS}),
    get("me/goals/<slug:measure>/", "/me/goals/length-of-stay/", {200: HERE}),
    post(
        "me/goals/<slug:measure>/",
        "/me/goals/length-of-stay/",
        {302: HERE},
        data={"towards": "at most", "value": "5"},
    ),
    get(
        "releases/<int:release_id>/packs/",
        "/releases/{released}/packs/",
        {200: "clinician peer lead chief operations"},
        names="lead",
    ),
    *(
        ask(
            "releases/<int:release_id>/packs/<slug:code>.pdf",
            "/releases/{released}/packs/{unit}.pdf",
            {200: "clinician lead"},
        )
        for ask in (get, post)
    ),
    *(
        ask("releases/<int:release_id>/pack.pdf", "/releases/{released}/pack.pdf", {200: "lead"})
        for ask in (get, post)
    ),
    get("releases/<int:release_id>/pack.pdf", "/releases/{preparing}/pack.pdf", {403: "lead"}),
    *(
        ask(
            "releases/<int:release_id>/team.pdf",
            "/releases/{released}/team.pdf",
            {200: "lead chief operations"},
        )
        for ask in (get, post)
    ),
    get("divisions/<slug:code>/pack.pdf", "/divisions/medicine/pack.pdf", {200: "chief executive"}),
]
