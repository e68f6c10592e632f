"""The pages about the whole trust, and running it."""

from rows import EVERYBODY, HERE, get, post

ROWS = [
    get("", "/", {200: EVERYBODY}, names="lead"),
    get("home/own-figures/", "/home/own-figures/", {200: "chief director"}),
    get("home/own-figures/<int:release_id>/", "/home/own-figures/{preparing}/", {200: "chief"}),
    get("home/asked/", "/home/asked/", {200: EVERYBODY}, names="lead"),
    get("home/meetings/", "/home/meetings/", {200: EVERYBODY}),
    get("home/streams/", "/home/streams/", {200: EVERYBODY}),
    get("history/", "/history/", {200: "dpo"}, names="dpo"),
    get("search/", "/search/", {200: EVERYBODY}),
    get("rules/", "/rules/", {200: EVERYBODY}),
    get("help/", "/help/", {200: EVERYBODY}),
    get("departments/", "/departments/", {200: EVERYBODY}),
    get(
        "departments/<slug:code>/",
        "/departments/cardiology/",
        {200: EVERYBODY},
        names="analyst director lead",
    ),
    get("health/live", "/health/live", {200: EVERYBODY}, not_signed_in=200),
    get("health/ready", "/health/ready", {200: EVERYBODY}, not_signed_in=200),
    get("metrics", "/metrics", {200: EVERYBODY}, not_signed_in=200),
    get("grants/", "/grants/", {200: EVERYBODY}),
    get("grants/give/", "/grants/give/", {200: EVERYBODY}, names="otherlead"),
    post("grants/give/", "/grants/give/", {200: EVERYBODY}, names="otherlead"),
    post(
        "grants/<int:grant_id>/end/",
        "/grants/{grant}/end/",
        {302: "otherlead", 403: "stranger director hr dpo"},
    ),
    get("opened/", "/opened/", {200: EVERYBODY}),
    post("opened/", "/opened/", {200: EVERYBODY}),
    post(
        "opened/<int:opening_id>/close/",
        "/opened/{opening}/close/",
        {302: "lead"},
        otherwise=403,
    ),
    get("mergers/new/", "/mergers/new/", {200: "hr sysadmin"}),
    post("mergers/new/", "/mergers/new/", {200: "hr sysadmin"}),
    get(
        "departments/<slug:code>/names/",
        "/departments/cardiology/names/",
        {200: HERE},
    ),
    post(
        "departments/<slug:code>/names/",
        "/departments/cardiology/names/",
        {302: HERE},
        data={"answer": "agree"},
    ),
    get(
        "departments/<slug:code>/profiles/",
        "/departments/cardiology/profiles/",
        {200: "lead chief hr"},
        names="lead chief hr",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/profile/",
        "/departments/cardiology/people/{unit}/profile/",
        {200: "clinician lead chief hr"},
        names="lead chief hr",
    ),
    post(
        "departments/<slug:code>/people/<slug:person_code>/profile/",
        "/departments/cardiology/people/{unit}/profile/",
        {302: "lead hr", 403: "clinician chief"},
        data={"starts_on": "2026-07-01", "role": "Cardiologist", "comparable": "yes"},
    ),
    get("roles/", "/roles/", {200: "director sysadmin"}, names="director sysadmin"),
    get("roles/propose/", "/roles/propose/", {200: "director sysadmin"}, names="director sysadmin"),
    post(
        "roles/propose/", "/roles/propose/", {200: "director sysadmin"}, names="director sysadmin"
    ),
    post("roles/proposals/<int:proposal_id>/", "/roles/proposals/999999/", {}),
    post("roles/<int:holding_id>/end/", "/roles/{role}/end/", {302: "director sysadmin"}),
]
