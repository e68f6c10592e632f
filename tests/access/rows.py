"""Who gets what from every route: one row a route, tried against the running application.

A row says what each viewer is answered; whoever is not named gets `otherwise`. Dr Clinician owns
everything here: `clinician` is the owner, `peer` a teammate, `stranger` and `otherlead` belong to
another department and division. `names` are those who read Dr Clinician's name besides the owner;
in anybody else's answer it must not appear. Add a row, in your room's file, when you add a route.
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
