"""Who gets what from every route: one table, tried row by row against the running application.

A row says what each viewer is answered; whoever is not named gets `otherwise`. Dr Clinician owns
everything here: `clinician` is the owner, `peer` a teammate, `stranger` and `otherlead` belong to
another department and division. `names` are those who read Dr Clinician's name besides the owner;
in anybody else's answer it must not appear. Add a row when you add a route.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVERYBODY = (
    "clinician peer stranger lead otherlead streamlead chief director operations hr analyst "
    "projectteam executive wardstaff dpo evaluator sysadmin"
)
CLINICIANS = "clinician peer stranger lead otherlead"
HERE = "clinician peer lead"  # of Dr Clinician's department
CHECKERS = "lead otherlead analyst"
AUDIENCE = "clinician peer lead chief director operations analyst projectteam"  # of a release
FOLLOWERS = f"{CLINICIANS} chief director analyst projectteam executive"
GRADED = f"{CLINICIANS} chief operations analyst projectteam executive"


FILE = "releases/<int:release_id>/figures.<str:kind>"
FIGURE_FILE = (
    "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/figure.<str:kind>"
)
FIGURE_OUT = "/releases/{released}/figures/length-of-stay/discharging/{unit}/"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One way of asking for one route, and the answers."""

    method: str
    route: str  # as the URL resolver has it
    address: str
    answers: Mapping[int, str]
    otherwise: int = 404
    not_signed_in: int = 302
    names: str = ""
    data: Mapping[str, object] = field(default_factory=dict)

    def expected(self, viewer: str | None) -> int:
        if viewer is None:
            return self.not_signed_in
        if viewer == "streamlead":  # a consultant elsewhere
            return BY_STREAM.get(str(self), self.expected("stranger"))
        return next((s for s, who in self.answers.items() if viewer in who.split()), self.otherwise)

    @property
    def readers(self) -> set[str]:
        """Who reads Dr Clinician's name besides the owner."""
        by_stream = {"streamlead"} if str(self) in NAMED_BY_STREAM else set()
        return set(self.names.split()) | by_stream

    def __str__(self) -> str:
        return f"{self.method} {self.address}"


def get(route: str, address: str, answers: Mapping[int, str], **more) -> Row:
    return Row(method="GET", route=route, address=address, answers=answers, **more)


def post(route: str, address: str, answers: Mapping[int, str], **more) -> Row:
    return Row(method="POST", route=route, address=address, answers=answers, **more)


PAGES = [
    get("", "/", {200: EVERYBODY}),
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

WAY_IN = [
    get("sign-in/", "/sign-in/", {302: EVERYBODY}, not_signed_in=200),
    post("sign-in/", "/sign-in/", {302: EVERYBODY}, not_signed_in=200),
    get("me/", "/me/", {200: EVERYBODY}),
    get("me/readings/", "/me/readings/", {200: EVERYBODY}),
    get("me/export/", "/me/export/", {200: EVERYBODY}),
    post("me/export/", "/me/export/", {200: EVERYBODY}),
    get("data-protection/exports/", "/data-protection/exports/", {200: "dpo"}, names="dpo"),
    post("data-protection/exports/", "/data-protection/exports/", {422: "dpo"}, names="dpo"),
    get("sign-in/inactive/", "/sign-in/inactive/", {200: EVERYBODY}, not_signed_in=200),
    get("sign-in/second-factor/", "/sign-in/second-factor/", {302: EVERYBODY}),
    post("sign-in/second-factor/", "/sign-in/second-factor/", {302: EVERYBODY}),
    get("sign-out/", "/sign-out/", {200: EVERYBODY}),
    post("sign-out/", "/sign-out/", {302: EVERYBODY}),
    get("me/password/", "/me/password/", {200: EVERYBODY}),
    post("me/password/", "/me/password/", {200: EVERYBODY}),
    get("me/confirm/", "/me/confirm/", {200: EVERYBODY}),
    post("me/confirm/", "/me/confirm/", {200: EVERYBODY}),
    get("me/confirm/second-factor/", "/me/confirm/second-factor/", {302: EVERYBODY}),
    post("me/confirm/second-factor/", "/me/confirm/second-factor/", {302: EVERYBODY}),
    get("me/second-factor/", "/me/second-factor/", {200: EVERYBODY}),
    get("me/second-factor/set-up/", "/me/second-factor/set-up/", {302: EVERYBODY}),
    post("me/second-factor/set-up/", "/me/second-factor/set-up/", {302: EVERYBODY}),
    get("me/second-factor/remove/", "/me/second-factor/remove/", {}),
    post("me/second-factor/remove/", "/me/second-factor/remove/", {}),
    get("me/second-factor/codes/", "/me/second-factor/codes/", {}),
    get("me/second-factor/codes/new/", "/me/second-factor/codes/new/", {302: EVERYBODY}),
    post("me/second-factor/codes/new/", "/me/second-factor/codes/new/", {302: EVERYBODY}),
    get("me/second-factor/codes/download/", "/me/second-factor/codes/download/", {}),
    post("me/second-factor/codes/download/", "/me/second-factor/codes/download/", {}),
]

FIGURES = [
    get("me/figures/", "/me/figures/", {200: CLINICIANS}),
    get("me/figures/<slug:measure>/", "/me/figures/length-of-stay/", {200: HERE}),
    get("me/figures/<slug:measure>/records/", "/me/figures/length-of-stay/records/", {200: HERE}),
    get("me/figures/<slug:measure>/why/", "/me/figures/length-of-stay/why/", {200: HERE}),
    get(
        "me/figures/<slug:measure>/records.csv",
        "/me/figures/length-of-stay/records.csv",
        {200: HERE},
    ),
    get(
        "departments/<slug:code>/figures/",
        "/departments/cardiology/figures/",
        {200: f"{AUDIENCE} otherlead executive"},
        names="lead",
    ),
    get(
        "departments/<slug:code>/figures/<slug:measure>/",
        "/departments/cardiology/figures/length-of-stay/",
        {200: f"{AUDIENCE} otherlead executive"},
        names="lead",
    ),
]

PEOPLE = [
    get("quarters/<int:release_id>/", "/quarters/{preparing}/", {200: "lead"}),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/",
        "/departments/cardiology/people/{unit}/figures/",
        {200: "clinician lead analyst director"},
        names="lead director",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/",
        {200: "clinician lead analyst director"},
        names="lead director",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/why/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/why/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/figures/<slug:measure>/records/",
        "/departments/cardiology/people/{unit}/figures/length-of-stay/records/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
]

RUNS_IT = "projectteam sysadmin"
BACKGROUND = [
    get("background/", "/background/", {200: RUNS_IT}),
    get("background/jobs/", "/background/jobs/", {200: RUNS_IT}),
    post(
        "background/pause/",
        "/background/pause/",
        {302: RUNS_IT},
        data={"because": "June is loaded again"},
    ),
    post("background/resume/", "/background/resume/", {403: RUNS_IT}),
    post(
        "background/jobs/<int:job_id>/again/",
        "/background/jobs/{job}/again/",
        {302: RUNS_IT},
    ),
]

NOTICES = [
    get("me/notices/", "/me/notices/", {200: EVERYBODY}),
    post("me/notices/", "/me/notices/", {302: EVERYBODY}),
]
PLAN = "me/packs/<int:release_id>/plan/"
PACKS = [
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

LOADS = [
    get("loads/<int:number>/", "/loads/{load}/", {200: "analyst"}),
    post("loads/<int:number>/grade/", "/loads/{load}/grade/", {302: "analyst"}),
    get("measures/", "/measures/", {200: EVERYBODY}),
    get("measures/<slug:code>/", "/measures/length-of-stay/", {200: EVERYBODY}),
    get("measures/<slug:code>/<int:version>/", "/measures/length-of-stay/1/", {200: EVERYBODY}),
    get(
        "departments/<slug:department>/measures/<slug:code>/",
        "/departments/cardiology/measures/length-of-stay/",
        {200: EVERYBODY},
    ),
    post(
        "departments/<slug:department>/measures/<slug:code>/",
        "/departments/cardiology/measures/length-of-stay/",
        {
            403: EVERYBODY
        },  # a measure of one person's needs no decision, and others lead nothing here
        data={"reason": "Agreed at the meeting of 3 March"},
    ),
    get(
        "measures/<slug:code>/breaks/",
        "/measures/length-of-stay/breaks/",
        {200: "lead analyst"},
    ),
    post(
        "measures/<slug:code>/breaks/",
        "/measures/length-of-stay/breaks/",
        {302: "lead analyst"},
        data={"department": "cardiology", "on": "2026-02-01", "reason": "A new form"},
    ),
    get(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        "/measures/length-of-stay/breaks/{break}/withdraw/",
        {200: "lead analyst"},
    ),
    post(
        "measures/<slug:code>/breaks/<int:break_id>/withdraw/",
        "/measures/length-of-stay/breaks/{break}/withdraw/",
        {302: "lead analyst"},
        data={"because": "It was another ward"},
    ),
    get(
        "measures/<slug:code>/safety/",
        "/measures/length-of-stay/safety/",
        {200: "director analyst"},
    ),
    post(
        "measures/<slug:code>/safety/",
        "/measures/died-in-hospital/safety/",
        {302: "director analyst"},
        data={"reason": "The whole trust watches deaths"},
    ),
    get(
        "measures/<slug:code>/safety/<int:mark_id>/end/",
        "/measures/died-in-hospital/safety/{mark}/end/",
        {200: "director analyst"},
    ),
    post(
        "measures/<slug:code>/safety/<int:mark_id>/end/",
        "/measures/died-in-hospital/safety/{mark}/end/",
        {302: "director analyst"},
        data={"because": "Another measure takes its place"},
    ),
    get("loads/", "/loads/", {200: "analyst"}),
    get("loads/new/", "/loads/new/", {200: "analyst"}),
    post("loads/new/", "/loads/new/", {200: "analyst"}),
    get("loads/new/<str:token>/", "/loads/new/nothing/", {}),
    post("loads/new/<str:token>/", "/loads/new/nothing/", {}),
    post("loads/new/<str:token>/confirm/", "/loads/new/nothing/confirm/", {}),
    get("loads/<int:number>/quarantine/", "/loads/{load}/quarantine/", {200: "analyst"}),
    post(
        "loads/<int:number>/withdraw/",
        "/loads/{load}/withdraw/",
        {403: "analyst"},
        data={"size": "5"},
    ),
    get("quality/", "/quality/", {200: GRADED}),
    get("quality/<slug:dataset>/rows/", "/quality/spells/rows/", {200: "analyst"}),
    post("quality/<slug:dataset>/rows/", "/quality/spells/rows/", {403: "analyst"}),
    get("quality/<slug:dataset>/", "/quality/spells/", {200: CHECKERS}),
]

MODEL = "case-mix/<slug:code>/<int:version>/"
MODELLED = "/case-mix/died-in-hospital/{model}/"
MODEL_READERS = f"{CLINICIANS} chief director analyst"
CASE_MIX = [
    get("case-mix/", "/case-mix/", {200: MODEL_READERS}),
    get(MODEL, MODELLED, {200: MODEL_READERS}),
    get(MODEL + "model.json", MODELLED + "model.json", {200: MODEL_READERS}),
    post(
        MODEL + "use/",
        MODELLED + "use/",
        {403: MODEL_READERS},  # the analyst, too: it is in force already
        data={"because": "It is the newest"},
    ),
    get("case-mix/fit/", "/case-mix/fit/", {200: "analyst"}),
    post("case-mix/fit/", "/case-mix/fit/", {422: "analyst"}),
    get("case-mix/give/", "/case-mix/give/", {200: "analyst"}),
    post("case-mix/give/", "/case-mix/give/", {422: "analyst"}),
    get("case-mix/fits/<int:fitting_id>/", "/case-mix/fits/{fit}/", {200: "analyst"}),
]

SAFETY = [
    get("safety/", "/safety/", {200: EVERYBODY}),
    get("me/monitoring/<slug:measure>/", "/me/monitoring/died-in-hospital/", {200: HERE}),
    get(
        "departments/<slug:code>/monitoring/<slug:measure>/",
        "/departments/cardiology/monitoring/died-in-hospital/",
        {200: "lead chief analyst"},
    ),
    get(
        "departments/<slug:code>/people/<slug:person_code>/monitoring/<slug:measure>/",
        "/departments/cardiology/people/{unit}/monitoring/died-in-hospital/",
        {200: "clinician lead analyst"},
        names="lead",
    ),
    get(
        "safety/<int:signal_id>/",
        "/safety/{signal}/",
        {200: "clinician lead analyst director"},
        names="lead",
    ),
    post(
        "safety/<int:signal_id>/acknowledge/",
        "/safety/{signal}/acknowledge/",
        {302: "lead", 403: "clinician analyst"},
        data={"text": "I read the notes today."},
    ),
    post(
        "safety/<int:signal_id>/done/",
        "/safety/{signal}/done/",
        {302: "lead", 403: "clinician analyst"},
        data={"text": "Read in the mortality meeting."},
    ),
    post(
        "safety/<int:signal_id>/read/",
        "/safety/{signal}/read/",
        {302: "clinician", 403: "lead analyst"},
    ),
]

RECORDS = [
    get("me/records/", "/me/records/", {200: CLINICIANS}),
    post("me/records/confirm/", "/me/records/confirm/", {403: EVERYBODY}),
    post("me/records/undo/", "/me/records/undo/", {}),
    get("me/records/away/", "/me/records/away/", {200: CLINICIANS}),
    post("me/records/away/", "/me/records/away/", {200: CLINICIANS}),
    post("me/records/back/", "/me/records/back/", {302: CLINICIANS}),
    get("me/records/missing/", "/me/records/missing/", {200: CLINICIANS}),
    post("me/records/missing/", "/me/records/missing/", {200: CLINICIANS}),
    get(
        "records/<record_id:name>/",
        "/records/{record}/",
        {200: "clinician lead analyst"},
        names="analyst",
    ),
    post(
        "records/<record_id:name>/",
        "/records/{record}/",
        {200: "clinician lead analyst"},
        names="analyst",
    ),
    get(
        "records/<record_id:name>/challenge/",
        "/records/{record}/challenge/",
        {200: "clinician", 403: "analyst"},
    ),
    post(
        "records/<record_id:name>/challenge/",
        "/records/{record}/challenge/",
        {200: "clinician", 403: "analyst"},
    ),
    post(
        "records/<record_id:name>/hospital-number/",
        "/records/{record}/hospital-number/",
        {200: "clinician analyst"},
        names="analyst",
    ),
    get(
        "challenges/",
        "/challenges/",
        {200: FOLLOWERS},
        names="analyst lead",
    ),
    post(
        "challenges/accept/",
        "/challenges/accept/",
        {302: "lead analyst director chief otherlead"},
        data={"because": "x"},
    ),
    get(
        "challenges/<int:pk>/",
        "/challenges/{challenge}/",
        {200: "clinician lead analyst"},
        names="analyst lead",
    ),
    post(
        "challenges/<int:pk>/settle/",
        "/challenges/{challenge}/settle/",
        {302: "lead analyst", 403: "clinician"},
        data={"decision": "decline", "because": "x"},
    ),
    post(
        "challenges/<int:pk>/answer/",
        "/challenges/{challenge}/answer/",
        {403: "clinician lead analyst"},
        data={"answer": "agree"},
    ),
    post(
        "challenges/<int:pk>/withdraw/",
        "/challenges/{challenge}/withdraw/",
        {302: "clinician", 403: "lead analyst"},
        data={"size": "5"},
    ),
    post(
        "challenges/<int:pk>/evidence/",
        "/challenges/{challenge}/evidence/",
        {302: "lead analyst", 403: "clinician"},
        data={"text": "x"},
    ),
    post(
        "challenges/<int:pk>/find/",
        "/challenges/{challenge}/find/",
        {422: "clinician lead analyst"},
        names="lead analyst",
    ),
    post(
        "challenges/<int:pk>/change/",
        "/challenges/{challenge}/change/",
        {403: "clinician", 422: "lead analyst"},
        names="lead analyst",
    ),
    get("corrections/<int:pk>/settle/", "/corrections/{challenge}/settle/", {}),
    get("corrections/", "/corrections/", {200: "analyst"}),
    get("corrections/work-list.csv", "/corrections/work-list.csv", {200: "analyst"}),
    post("corrections/sent/", "/corrections/sent/", {403: "analyst"}),
    post(
        "corrections/<int:pk>/settle/",
        "/corrections/{challenge}/settle/",
        {},
        data={"decision": "decline", "because": "x"},
    ),
    get("windows/", "/windows/", {200: CHECKERS}),
    post("windows/", "/windows/", {200: CHECKERS}),
    get("windows/<int:pk>/", "/windows/{window}/", {200: "lead analyst"}),
    post(
        "windows/<int:pk>/draw/",
        "/windows/{window}/draw/",
        {302: "analyst", 403: "lead"},
        data={"size": "5"},
    ),
    get("audits/<int:pk>/", "/audits/{challenge}/", {}),
    post("audits/<int:pk>/", "/audits/{challenge}/", {}),
]

RELEASES = [
    get("releases/", "/releases/", {200: EVERYBODY}),
    post(
        "releases/prepare/<slug:code>/",
        "/releases/prepare/cardiology/",
        {302: "lead analyst", 403: "clinician peer chief director operations projectteam"},
    ),
    get("releases/<int:release_id>/", "/releases/{released}/", {200: AUDIENCE}, names="lead"),
    get(
        "releases/<int:release_id>/",
        "/releases/{preparing}/",
        {200: "lead chief analyst"},
        names="lead",
    ),
    get("releases/<int:release_id>/manifest/", "/releases/{released}/manifest/", {200: AUDIENCE}),
    get("releases/<int:release_id>/manifest/", "/releases/{preparing}/manifest/", {}),
    get(FILE, "/releases/{released}/figures.csv", {200: AUDIENCE}),
    get(FILE, "/releases/{preparing}/figures.csv", {}),
    get(FIGURE_FILE, FIGURE_OUT + "figure.svg", {200: "clinician lead analyst", 403: "director"}),
    get(FIGURE_FILE, FIGURE_OUT.replace("released", "preparing") + "figure.svg", {}),
    post(
        "releases/<int:release_id>/check/",
        "/releases/{released}/check/",
        {403: AUDIENCE},
        data={"note": "x"},
    ),
    post(
        "releases/<int:release_id>/check/",
        "/releases/{preparing}/check/",
        {302: "analyst", 403: "lead chief"},
        data={"note": "x"},
    ),
    post("releases/<int:release_id>/totals/", "/releases/{released}/totals/", {403: AUDIENCE}),
    post(
        "releases/<int:release_id>/totals/",
        "/releases/{preparing}/totals/",
        {302: "analyst", 403: "lead chief"},
    ),
    post("releases/<int:release_id>/sign-off/", "/releases/{released}/sign-off/", {403: AUDIENCE}),
    post(
        "releases/<int:release_id>/sign-off/",
        "/releases/{preparing}/sign-off/",
        {302: "lead chief", 403: "analyst"},
    ),
    post(
        "releases/<int:release_id>/release/",
        "/releases/{released}/release/",
        {403: AUDIENCE},
        data={"invitation": "x"},
    ),
    post(
        "releases/<int:release_id>/release/",
        "/releases/{preparing}/release/",
        {403: "lead chief analyst"},
        data={"invitation": "x"},
    ),
    post(
        "releases/<int:release_id>/again/",
        "/releases/{released}/again/",
        {302: "lead analyst", 403: "clinician peer chief director operations projectteam"},
        data={"because": "x"},
    ),
    post(
        "releases/<int:release_id>/again/",
        "/releases/{preparing}/again/",
        {403: "lead chief analyst"},
        data={"because": "x"},
    ),
    post(
        "releases/<int:release_id>/table/",
        "/releases/{released}/table/",
        {302: "lead", 403: "clinician peer chief director operations analyst projectteam"},
        data={"on": "2026-07-01"},
    ),
    post(
        "releases/<int:release_id>/table/",
        "/releases/{preparing}/table/",
        {403: "lead chief analyst"},
        data={"on": "2026-07-01"},
    ),
    get(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/",
        {200: "clinician lead director analyst"},
        names="lead",
    ),
    get(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/",
        {200: "lead analyst"},
        names="lead",
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/interpret/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/interpret/",
        {403: "clinician lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/interpret/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/interpret/",
        {302: "lead", 403: "analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/keep/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/keep/",
        {403: "clinician lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/keep/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/keep/",
        {302: "lead", 403: "analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/sign-off/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/sign-off/",
        {403: "clinician lead director analyst"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/sign-off/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/sign-off/",
        {302: "lead", 403: "analyst"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/words/",
        "/releases/{released}/figures/length-of-stay/discharging/{unit}/words/",
        {302: "clinician", 403: "lead director analyst"},
        data={"text": "x"},
    ),
    post(
        "releases/<int:release_id>/figures/<slug:measure>/<slug:rule>/<str:unit>/words/",
        "/releases/{preparing}/figures/length-of-stay/discharging/{unit}/words/",
        {403: "lead analyst"},
        data={"text": "x"},
    ),
]

TOURS = [  # of the demonstration alone
    get("tours/", "/tours/", {}),
    get("tours/leave/", "/tours/leave/", {}),
    get("tours/<slug:code>/<int:number>/", "/tours/lead/1/", {}),
]

API = [
    get("api/v1/openapi.json", "/api/v1/openapi.json", {200: EVERYBODY}, not_signed_in=200),
    post("api/v1/openapi.json", "/api/v1/openapi.json", {200: EVERYBODY}, not_signed_in=200),
    get("api/v1/me/figures", "/api/v1/me/figures", {200: CLINICIANS}, not_signed_in=401),
    get(
        "api/v1/departments/<code>/figures",
        "/api/v1/departments/cardiology/figures",
        {200: "clinician peer lead chief director operations analyst projectteam executive"},
        not_signed_in=401,
    ),
    get("api/v1/me/records", "/api/v1/me/records", {200: CLINICIANS}, not_signed_in=401),
    get("api/v1/me/readings", "/api/v1/me/readings", {200: CLINICIANS}, not_signed_in=401),
    get(
        "api/v1/records/<name>",
        "/api/v1/records/{record}",
        {200: "clinician analyst", 403: "lead"},
        not_signed_in=401,
    ),
    post(
        "api/v1/records/<name>/challenge",
        "/api/v1/records/{record}/challenge",
        {201: "clinician", 403: "analyst"},
        not_signed_in=401,
        data={"reason": "other", "text": "x"},
    ),
    get("api/v1/challenges", "/api/v1/challenges", {200: EVERYBODY}, not_signed_in=401),
    post(
        "api/v1/challenges/<number>/settle",
        "/api/v1/challenges/{challenge}/settle",
        {200: "lead analyst", 403: "clinician"},
        not_signed_in=401,
        data={"accept": False, "because": "x"},
    ),
    get("api/v1/releases", "/api/v1/releases", {200: EVERYBODY}, not_signed_in=401),
    get(
        "api/v1/fhir/MeasureReport",
        "/api/v1/fhir/MeasureReport",
        {200: EVERYBODY},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>",
        "/api/v1/releases/{released}",
        {200: AUDIENCE},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>",
        "/api/v1/releases/{preparing}",
        {200: "lead chief analyst"},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>/manifest",
        "/api/v1/releases/{released}/manifest",
        {200: AUDIENCE},
        not_signed_in=401,
    ),
    get(
        "api/v1/releases/<number>/manifest",
        "/api/v1/releases/{preparing}/manifest",
        {},
        not_signed_in=401,
    ),
    post(
        "api/v1/releases/<number>/release",
        "/api/v1/releases/{released}/release",
        {403: AUDIENCE},
        not_signed_in=401,
        data={"invitation": "x"},
    ),
    post(
        "api/v1/releases/<number>/release",
        "/api/v1/releases/{preparing}/release",
        {403: "lead chief analyst"},
        not_signed_in=401,
        data={"invitation": "x"},
    ),
    get("api/v1/", "/api/v1/", {}, not_signed_in=404),
]

PROPOSERS = "lead otherlead chief director analyst executive"
MANDATORS = "chief director executive"

STRATEGY = [
    get("strategy/", "/strategy/", {200: EVERYBODY}),
    get("strategy/map/", "/strategy/map/", {200: EVERYBODY}),
    get(
        "strategy/measures/<slug:code>/",
        "/strategy/measures/length-of-stay/",
        {200: EVERYBODY},
    ),
    get("strategy/objectives/<slug:code>/", "/strategy/objectives/home-on-time/", {200: EVERYBODY}),
    get(
        "strategy/objectives/<slug:code>/",
        "/strategy/objectives/nobody-waits/",
        {200: PROPOSERS},
    ),
    get("strategy/outcomes/<slug:code>/", "/strategy/outcomes/short-stays/", {200: EVERYBODY}),
    post(
        "strategy/outcomes/<slug:code>/measures/",
        "/strategy/outcomes/short-stays/measures/",
        {302: "lead chief"},
        otherwise=403,
        data={"measure": "died-in-hospital"},
    ),
    post(
        "strategy/outcomes/<slug:code>/measures/<int:link_id>/end/",
        "/strategy/outcomes/short-stays/measures/{link}/end/",
        {302: "lead chief"},
        otherwise=403,
    ),
    get("strategy/poor-performance/", "/strategy/poor-performance/", {200: EVERYBODY}),
    get("strategy/mandates/", "/strategy/mandates/", {200: EVERYBODY}),
    get("strategy/mandates/<slug:code>/", "/strategy/mandates/cardiology/", {200: EVERYBODY}),
    get(
        "strategy/propose/<slug:kind>/",
        "/strategy/propose/objective/",
        {200: PROPOSERS},
        otherwise=403,
    ),
    post(
        "strategy/propose/<slug:kind>/",
        "/strategy/propose/objective/",
        {302: PROPOSERS},
        otherwise=403,
        data={"title": "Safe at night", "text": "Because"},
    ),
    get(
        "strategy/propose/<slug:kind>/<slug:code>/",
        "/strategy/propose/mandate/surgery/",
        {200: MANDATORS},
        otherwise=403,
    ),
    post(
        "strategy/propose/<slug:kind>/<slug:code>/",
        "/strategy/propose/objective/home-on-time/",
        {302: PROPOSERS},
        otherwise=403,
        data={"title": "Home on time", "text": "Because", "because": "Clearer"},
    ),
    get("strategy/versions/<int:pk>/", "/strategy/versions/{objective}/", {200: EVERYBODY}),
    get("strategy/versions/<int:pk>/", "/strategy/versions/{proposal}/", {200: PROPOSERS}),
    post(
        "strategy/versions/<int:pk>/approve/",
        "/strategy/versions/{proposal}/approve/",
        {302: "executive", 403: "lead otherlead chief director analyst"},
    ),
    get(
        "strategy/versions/<int:pk>/decline/",
        "/strategy/versions/{proposal}/decline/",
        {200: PROPOSERS},
    ),
    post(
        "strategy/versions/<int:pk>/decline/",
        "/strategy/versions/{proposal}/decline/",
        {302: "director executive", 403: "lead otherlead chief analyst"},
        data={"because": "Not now"},
    ),
]

READ_DECISIONS = "clinician peer lead chief director analyst projectteam"
OF_IMPROVEMENT = f"{CLINICIANS} chief director operations analyst projectteam executive wardstaff"
ONLY_READ = "clinician peer chief director analyst projectteam"
LEAD_ALONE = {302: "lead", 403: ONLY_READ}
LEAD_OPENS = {200: "lead", 403: ONLY_READ}
PLAN = {
    "title": "Rounds at eight",
    "aim": "Home in time",
    "theory": "Decisions wait",
    "scale": "One ward",
    "measure": "length-of-stay",
    "towards": "at most",
    "predicted": "4.5",
    "starts_on": "2026-08-01",
    "ends_on": "2026-12-01",
}

IMPROVEMENT = [
    get("improvement/", "/improvement/", {200: OF_IMPROVEMENT}),
    get(
        "improvement/releases/<int:release_id>/",
        "/improvement/releases/{released}/",
        {200: READ_DECISIONS},
    ),
    get(
        "improvement/releases/<int:release_id>/",
        "/improvement/releases/{preparing}/",
        {},
    ),
    get(
        "improvement/releases/<int:release_id>/decide/<slug:measure>/",
        "/improvement/releases/{released}/decide/length-of-stay/",
        LEAD_OPENS,
    ),
    post(
        "improvement/releases/<int:release_id>/decide/<slug:measure>/",
        "/improvement/releases/{released}/decide/length-of-stay/",
        LEAD_ALONE,
        data={"kind": "improve", "because": "x"},
    ),
    post(
        "improvement/releases/<int:release_id>/no-action/",
        "/improvement/releases/{released}/no-action/",
        LEAD_ALONE,
    ),
    get(
        "improvement/decisions/<int:pk>/",
        "/improvement/decisions/{decision}/",
        {200: READ_DECISIONS},
    ),
    post(
        "improvement/decisions/<int:pk>/share/",
        "/improvement/decisions/{spread}/share/",
        LEAD_ALONE,
    ),
    post(
        "improvement/decisions/<int:pk>/share/",
        "/improvement/decisions/{decision}/share/",
        {403: READ_DECISIONS},
    ),
    get(
        "improvement/decisions/<int:pk>/withdraw/",
        "/improvement/decisions/{decision}/withdraw/",
        LEAD_OPENS,
    ),
    post(
        "improvement/decisions/<int:pk>/withdraw/",
        "/improvement/decisions/{decision}/withdraw/",
        LEAD_ALONE,
        data={"because": "x"},
    ),
    get(
        "improvement/decisions/<int:pk>/cycle/",
        "/improvement/decisions/{decision}/cycle/",
        LEAD_OPENS,
    ),
    post(
        "improvement/decisions/<int:pk>/cycle/",
        "/improvement/decisions/{decision}/cycle/",
        LEAD_ALONE,
        data=PLAN,
    ),
    get(
        "improvement/cycles/<int:pk>/",
        "/improvement/cycles/{running}/",
        {200: READ_DECISIONS},
    ),
    get(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{planned}/change/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{planned}/change/",
        LEAD_ALONE,
        data=PLAN,
    ),
    post(
        "improvement/cycles/<int:pk>/change/",
        "/improvement/cycles/{running}/change/",
        {403: READ_DECISIONS},
        data=PLAN,
    ),
    post(
        "improvement/cycles/<int:pk>/start/",
        "/improvement/cycles/{planned}/start/",
        LEAD_ALONE,
    ),
    get(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{running}/study/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{running}/study/",
        LEAD_ALONE,
        data={"happened": "x", "learned": "x", "act": "adopt"},
    ),
    post(
        "improvement/cycles/<int:pk>/study/",
        "/improvement/cycles/{planned}/study/",
        {403: READ_DECISIONS},
        data={"happened": "x", "learned": "x", "act": "adopt"},
    ),
    get(
        "improvement/cycles/<int:pk>/next/",
        "/improvement/cycles/{running}/next/",
        {403: READ_DECISIONS},
    ),
    post(
        "improvement/cycles/<int:pk>/next/",
        "/improvement/cycles/{running}/next/",
        {403: READ_DECISIONS},
        data=PLAN,
    ),
    get(
        "improvement/cycles/<int:pk>/call-off/",
        "/improvement/cycles/{running}/call-off/",
        LEAD_OPENS,
    ),
    post(
        "improvement/cycles/<int:pk>/call-off/",
        "/improvement/cycles/{running}/call-off/",
        LEAD_ALONE,
        data={"because": "x"},
    ),
    get(
        "improvement/cycles/<int:pk>/hand-over/",
        "/improvement/cycles/{running}/hand-over/",
        LEAD_OPENS,
        names="lead",
    ),
    post(
        "improvement/cycles/<int:pk>/hand-over/",
        "/improvement/cycles/{running}/hand-over/",
        {200: "lead", 403: ONLY_READ},
        names="lead",
        data={"to": "0"},
    ),
    post(
        "improvement/cycles/<int:pk>/share/",
        "/improvement/cycles/{running}/share/",
        {403: READ_DECISIONS},
    ),
    post(
        "improvement/cycles/<int:pk>/join/",
        "/improvement/cycles/{running}/join/",
        {302: "clinician peer", 403: "lead chief director analyst projectteam"},
    ),
    post(
        "improvement/cycles/<int:pk>/leave/",
        "/improvement/cycles/{running}/leave/",
        LEAD_ALONE,
    ),
    get("improvement/drivers/", "/improvement/drivers/", {200: EVERYBODY}),
    get(
        "improvement/drivers/<slug:code>/",
        "/improvement/drivers/short-stays/",
        {200: EVERYBODY},
    ),
    post(
        "improvement/drivers/<slug:code>/add/",
        "/improvement/drivers/short-stays/add/",
        {302: "lead"},
        otherwise=403,
        data={"text": "Decisions"},
    ),
    post(
        "improvement/drivers/<slug:code>/ideas/",
        "/improvement/drivers/short-stays/ideas/",
        {302: "lead"},
        otherwise=403,
        data={"text": "Earlier still", "driver": "{driver}"},
    ),
    post(
        "improvement/drivers/<int:pk>/end/",
        "/improvement/drivers/{driver}/end/",
        {302: "lead"},
        otherwise=403,
    ),
    post(
        "improvement/ideas/<int:pk>/end/",
        "/improvement/ideas/{idea}/end/",
        {302: "lead"},
        otherwise=403,
    ),
]

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
MEASURES = [
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

# Dr Clinician's department has a stream; its lead asked for help, and somebody else coaches it.
STREAMS = [
    get("streams/", "/streams/", {200: EVERYBODY}),
    get("streams/new/", "/streams/new/", {200: EVERYBODY}),
    post(
        "streams/new/",
        "/streams/new/",
        {302: "projectteam"},
        otherwise=403,
        data={
            "name": "Chest pain",
            "specialty": "Cardiology",
            "departments": "{cardiology}",
            "route": "job planning",
            "said": "x",
        },
    ),
    get("streams/pilot/", "/streams/pilot/", {200: EVERYBODY}),
    post(
        "streams/pilot/",
        "/streams/pilot/",
        {302: "analyst projectteam"},
        otherwise=403,
        data={
            "department": "{cardiology}",
            "objective": "Home on time",
            "measures": "length-of-stay",
            "said": "x",
            "because": "x",
        },
    ),
    get("streams/template/", "/streams/template/", {200: EVERYBODY}),
    get("streams/template/<int:version>/", "/streams/template/1/", {200: EVERYBODY}),
    get("streams/template/edit/", "/streams/template/edit/", {200: EVERYBODY}),
    post("streams/template/edit/", "/streams/template/edit/", {200: EVERYBODY}),
    get("streams/preconditions/", "/streams/preconditions/", {200: EVERYBODY}),
    get(
        "streams/preconditions/<slug:kind>/",
        "/streams/preconditions/caldicott/",
        {200: EVERYBODY},
    ),
    post(
        "streams/preconditions/<slug:kind>/",
        "/streams/preconditions/caldicott/",
        {302: "dpo"},
        otherwise=403,
        data={"on": "2026-01-01", "evidence": "x"},
    ),
    get(
        "streams/preconditions/<slug:kind>/withdraw/",
        "/streams/preconditions/staff-side/withdraw/",
        {200: EVERYBODY},
    ),
    post(
        "streams/preconditions/<slug:kind>/withdraw/",
        "/streams/preconditions/staff-side/withdraw/",
        {302: "projectteam hr"},
        otherwise=403,
        data={"because": "x"},
    ),
    get("streams/help/", "/streams/help/", {200: EVERYBODY}),
    get("streams/help/<int:request_id>/", "/streams/help/{help}/", {200: "lead projectteam hr"}),
    post(
        "streams/help/<int:request_id>/",
        "/streams/help/{help}/",
        {302: "projectteam hr", 403: "lead"},
        data={"text": "x"},
    ),
    get("streams/<slug:code>/", "/streams/heart-failure/", {200: EVERYBODY}),
    get("streams/<slug:code>/history/", "/streams/heart-failure/history/", {200: EVERYBODY}),
    post(
        "streams/<slug:code>/move/",
        "/streams/heart-failure/move/",
        {302: "projectteam"},
        otherwise=403,
        data={"seen": "1", "to": "2"},
    ),
    get("streams/<slug:code>/back/", "/streams/heart-failure/back/", {200: EVERYBODY}),
    post("streams/<slug:code>/back/", "/streams/heart-failure/back/", {200: EVERYBODY}),
    get(
        "streams/<slug:code>/waive/<slug:key>/",
        "/streams/heart-failure/waive/managers/",
        {200: EVERYBODY},
    ),
    post(
        "streams/<slug:code>/waive/<slug:key>/",
        "/streams/heart-failure/waive/managers/",
        {302: "projectteam"},
        otherwise=403,
        data={"because": "x"},
    ),
    get(
        "streams/<slug:code>/waivers/<int:waiver_id>/withdraw/",
        "/streams/heart-failure/waivers/{waiver}/withdraw/",
        {200: EVERYBODY},
    ),
    post(
        "streams/<slug:code>/waivers/<int:waiver_id>/withdraw/",
        "/streams/heart-failure/waivers/{waiver}/withdraw/",
        {302: "projectteam"},
        otherwise=403,
        data={"because": "x"},
    ),
    get(
        "streams/<slug:code>/members/",
        "/streams/heart-failure/members/",
        {200: EVERYBODY},
        names="projectteam",
    ),
    post(
        "streams/<slug:code>/members/",
        "/streams/heart-failure/members/",
        {302: "peer lead"},
        otherwise=403,
        data={"answer": "join"},
    ),
    get("streams/<slug:code>/engagement/", "/streams/heart-failure/engagement/", {200: EVERYBODY}),
    post(
        "streams/<slug:code>/engagement/",
        "/streams/heart-failure/engagement/",
        {302: "projectteam"},
        otherwise=403,
        data={"status": "engaged", "route": "job planning", "said": "x"},
    ),
    get("streams/<slug:code>/people/", "/streams/heart-failure/people/", {200: EVERYBODY}),
    post(
        "streams/<slug:code>/people/",
        "/streams/heart-failure/people/",
        {302: "projectteam"},
        otherwise=403,
        data={"part": "manager", "login": "operations"},
    ),
    post(
        "streams/<slug:code>/people/<int:person_id>/end/",
        "/streams/heart-failure/people/{part}/end/",
        {302: "projectteam"},
        otherwise=403,
    ),
    get("streams/<slug:code>/measures/", "/streams/heart-failure/measures/", {200: EVERYBODY}),
    post(
        "streams/<slug:code>/measures/",
        "/streams/heart-failure/measures/",
        {302: "projectteam"},
        otherwise=403,
        data={"most": "7", "because": "x"},
    ),
    post(
        "streams/<slug:code>/measures/end/",
        "/streams/heart-failure/measures/end/",
        {302: "projectteam"},
        otherwise=403,
    ),
    get("streams/<slug:code>/help/", "/streams/heart-failure/help/", {200: EVERYBODY}),
    post(
        "streams/<slug:code>/help/",
        "/streams/heart-failure/help/",
        {302: "lead"},
        otherwise=403,
        data={"text": "x"},
    ),
]

KNOW_MEETINGS = "clinician peer lead chief director executive projectteam"
NOT_CHAIR = "clinician peer chief director executive projectteam"
MEETING = "governance/<int:meeting_id>/"
CHAIR_OPENS, CHAIR_ACTS = {200: "lead", 403: NOT_CHAIR}, {302: "lead", 403: NOT_CHAIR}
PLANNED, HELD = "/governance/{meeting}/", "/governance/{held}/"
ACTION = "governance/actions/<int:action_id>/"
NOT_OWNERS = "clinician chief director executive projectteam"
GOVERNANCE = [
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

ROWS = [
    *GOVERNANCE,
    *BACKGROUND,
    *NOTICES,
    *PACKS,
    *STRATEGY,
    *MEASURES,
    *IMPROVEMENT,
    *STREAMS,
    *PAGES,
    *WAY_IN,
    *FIGURES,
    *PEOPLE,
    *LOADS,
    *CASE_MIX,
    *SAFETY,
    *RECORDS,
    *RELEASES,
    *TOURS,
    *API,
]

# What the lead of a stream that Dr Clinician joined is answered where a stranger is not: of the
# stream's measure alone, and neither the records nor the act of signing off.
BY_STREAM: dict[str, int] = {
    "GET /improvement/releases/{released}/": 200,
    "GET /improvement/releases/{released}/decide/length-of-stay/": 200,
    "POST /improvement/releases/{released}/decide/length-of-stay/": 200,
    "GET /departments/cardiology/figures/": 200,
    "GET /departments/cardiology/figures/length-of-stay/": 200,
    "GET /departments/cardiology/people/{unit}/figures/": 200,
    "GET /departments/cardiology/people/{unit}/figures/length-of-stay/": 200,
    "GET /releases/{released}/": 200,
    "GET /releases/{preparing}/": 200,
    "GET /releases/{released}/manifest/": 200,
    "GET /releases/{released}/figures.csv": 200,
    "GET /releases/{released}/figures/length-of-stay/discharging/{unit}/figure.svg": 200,
    "GET /releases/{released}/figures/length-of-stay/discharging/{unit}/": 200,
    "GET /releases/{preparing}/figures/length-of-stay/discharging/{unit}/": 200,
    "GET /api/v1/departments/cardiology/figures": 200,
    "GET /api/v1/releases/{released}": 200,
    "GET /api/v1/releases/{preparing}": 200,
    "GET /api/v1/releases/{released}/manifest": 200,
    "POST /improvement/drivers/short-stays/add/": 302,
    "POST /improvement/drivers/short-stays/ideas/": 302,
    "POST /improvement/drivers/{driver}/end/": 302,
    "POST /improvement/ideas/{idea}/end/": 302,
    "POST /releases/{preparing}/figures/length-of-stay/discharging/{unit}/interpret/": 302,
    "POST /releases/{preparing}/figures/length-of-stay/discharging/{unit}/keep/": 302,
    "GET /governance/releases/{released}/": 302,
    "POST /releases/{released}/figures/length-of-stay/discharging/{unit}/keep/": 403,
    "POST /improvement/releases/{released}/no-action/": 403,
    "POST /releases/prepare/cardiology/": 403,
    "POST /releases/{released}/check/": 403,
    "POST /releases/{preparing}/check/": 403,
    "POST /releases/{released}/totals/": 403,
    "POST /releases/{preparing}/totals/": 403,
    "POST /releases/{released}/sign-off/": 403,
    "POST /releases/{preparing}/sign-off/": 403,
    "POST /releases/{released}/release/": 403,
    "POST /releases/{preparing}/release/": 403,
    "POST /releases/{released}/again/": 403,
    "POST /releases/{preparing}/again/": 403,
    "POST /releases/{released}/table/": 403,
    "POST /releases/{preparing}/table/": 403,
    "POST /releases/{released}/figures/length-of-stay/discharging/{unit}/interpret/": 403,
    "POST /releases/{released}/figures/length-of-stay/discharging/{unit}/sign-off/": 403,
    "POST /releases/{preparing}/figures/length-of-stay/discharging/{unit}/sign-off/": 403,
    "POST /releases/{released}/figures/length-of-stay/discharging/{unit}/words/": 403,
    "POST /releases/{preparing}/figures/length-of-stay/discharging/{unit}/words/": 403,
    "POST /api/v1/releases/{released}/release": 403,
    "POST /api/v1/releases/{preparing}/release": 403,
}
NAMED_BY_STREAM = {
    "GET /departments/cardiology/figures/",
    "GET /departments/cardiology/people/{unit}/figures/",
    "GET /departments/cardiology/people/{unit}/figures/length-of-stay/",
    "GET /releases/{released}/",
    "GET /releases/{released}/figures/length-of-stay/discharging/{unit}/",
    "GET /releases/{preparing}/figures/length-of-stay/discharging/{unit}/",
}
