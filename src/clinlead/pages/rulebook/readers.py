"""One reader of each kind, for whom the policies are asked. Pure."""

from dataclasses import replace
from datetime import date

from clinlead.access.policies import Reader, Role

DAY = date(2026, 7, 1)  # any day: the example readers below hold their roles on it
HERE, ELSEWHERE = 1, 2  # the department asked about, and another
NOWHERE: frozenset[int] = frozenset()
OWNER, COLLEAGUE, ACCOUNT = 1, 2, 100  # people; accounts are the person's number + 100


def person(number: int, *roles: Role, works_in: int, leads: frozenset[int] = NOWHERE) -> Reader:
    return Reader(
        account_id=ACCOUNT + number,
        on=DAY,
        person_id=number,
        roles=frozenset(roles),
        departments=frozenset({works_in}),
        leads=leads,
    )


def office(number: int, role: Role, **places: frozenset[int]) -> Reader:
    plain = Reader(account_id=ACCOUNT + number, on=DAY, roles=frozenset({role}))
    return replace(plain, **places)  # type: ignore[arg-type]


CLINICIAN = Role.CLINICIAN
READERS: dict[str, Reader] = {
    "the clinician themselves": person(OWNER, CLINICIAN, works_in=HERE),
    "a colleague in the department": person(COLLEAGUE, CLINICIAN, works_in=HERE),
    "a clinician elsewhere": person(3, CLINICIAN, works_in=ELSEWHERE),
    "the department's clinical director": person(
        4, CLINICIAN, Role.LEAD, works_in=HERE, leads=frozenset({HERE})
    ),
    "another department's clinical director": person(
        5, CLINICIAN, Role.LEAD, works_in=ELSEWHERE, leads=frozenset({ELSEWHERE})
    ),
    "the division's chief of service": office(6, Role.CHIEF, chief_of=frozenset({HERE})),
    "the medical director": office(7, Role.DIRECTOR),
    "a BI analyst": office(8, Role.ANALYST),
    "somebody with a grant for team figures": office(
        9, Role.OPERATIONS, granted_team=frozenset({HERE})
    ),
    "somebody with a grant for named figures": office(
        10, Role.OPERATIONS, granted_named=frozenset({HERE}), granted_team=frozenset({HERE})
    ),
    "an operational manager": office(11, Role.OPERATIONS),
    "an HR manager": office(12, Role.HR),
    "the project team": office(13, Role.PROJECT_TEAM),
    "an executive": office(14, Role.EXECUTIVE),
    "ward and administrative staff": office(15, Role.STAFF),
    "the data protection officer": office(16, Role.DPO),
    "the evaluator": office(17, Role.EVALUATOR),
    "the system administrator": office(18, Role.SYSTEM_ADMINISTRATOR),
    "a stream lead": office(19, Role.STREAM_LEAD, streams_led=frozenset({1})),
}
# Which of those readers a role is, for "what you may do".
OF_ROLE: dict[Role, str] = {
    Role.CLINICIAN: "the clinician themselves",
    Role.LEAD: "the department's clinical director",
    Role.STREAM_LEAD: "a stream lead",
    Role.CHIEF: "the division's chief of service",
    Role.DIRECTOR: "the medical director",
    Role.OPERATIONS: "an operational manager",
    Role.HR: "an HR manager",
    Role.ANALYST: "a BI analyst",
    Role.PROJECT_TEAM: "the project team",
    Role.EXECUTIVE: "an executive",
    Role.STAFF: "ward and administrative staff",
    Role.DPO: "the data protection officer",
    Role.EVALUATOR: "the evaluator",
    Role.SYSTEM_ADMINISTRATOR: "the system administrator",
}
