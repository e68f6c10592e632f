"""Who may see what: pure rules over who is asking and what is asked for. Default is no."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What somebody is, for a time. Roles combine: a clinical director is also a clinician."""

    CLINICIAN = "clinician"
    LEAD = "lead"
    STREAM_LEAD = "streamlead"
    CHIEF = "chief"
    DIRECTOR = "director"
    OPERATIONS = "operations"
    HR = "hr"
    ANALYST = "analyst"
    PROJECT_TEAM = "projectteam"
    EXECUTIVE = "executive"
    STAFF = "staff"
    DPO = "dpo"
    EVALUATOR = "evaluator"
    SYSTEM_ADMINISTRATOR = "sysadmin"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Role.CLINICIAN: "Clinician",
    Role.LEAD: "Clinical director",
    Role.STREAM_LEAD: "Stream lead",
    Role.CHIEF: "Chief of service",
    Role.DIRECTOR: "Medical director (responsible officer)",
    Role.OPERATIONS: "Operational manager",
    Role.HR: "HR manager",
    Role.ANALYST: "BI analyst",
    Role.PROJECT_TEAM: "Project team",
    Role.EXECUTIVE: "Executive",
    Role.STAFF: "Ward and administrative staff",
    Role.DPO: "Data protection officer",
    Role.EVALUATOR: "Independent evaluator",
    Role.SYSTEM_ADMINISTRATOR: "System administrator",
}

# Roles that see named results of others. The roles below must never be held beside one of them.
SEES_NAMED = frozenset({Role.LEAD, Role.STREAM_LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST})
# Whose own case no chief decides: it goes to a medical director, who is never they themselves.
DIRECTORS_DECIDE = frozenset({Role.CHIEF, Role.DIRECTOR})
SEES_NO_RESULTS = frozenset({Role.DPO, Role.EVALUATOR, Role.SYSTEM_ADMINISTRATOR})


class Reason(StrEnum):
    """Why something is refused, for code and tests."""

    NOT_YOURS = "not yours"
    NOT_A_LEAD = "not a lead"
    NOT_AN_ANALYST = "not an analyst"
    OWN_CASE = "own case"
    OWN_WORK = "own work"
    WRONG_STAGE = "wrong stage"
    WINDOW_CLOSED = "window closed"
    OPEN_CHALLENGES = "open challenges"
    GATE_NOT_PASSED = "gate not passed"
    EXCLUSIVE_ROLE = "exclusive role"
    NEEDS_TWO = "needs two people"
    NOT_AGREED = "not agreed"
    NO_REASON_GIVEN = "no reason given"
    ALREADY_DONE = "already done"
    NOT_THEIRS_TO_SEE = "not theirs to see"


@dataclass(frozen=True)
class Refusal:
    reason: Reason  # for code and tests
    because: str  # for the person, shown as written


class NotAllowed(Exception):
    """The person may not do this now; carries the reason shown to them."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.because)


def refuse_if(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise NotAllowed(refusal)


@dataclass(frozen=True)
class Button:
    """An act on a page: greyed, with the rule's own words, when it is refused."""

    label: str
    enabled: bool
    hint: str = ""

    @classmethod
    def guarded(cls, label: str, refusal: Refusal | None) -> "Button":
        if refusal is None:
            return cls(label, enabled=True)
        return cls(label, enabled=False, hint=refusal.because)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who is asking, and everything the rules may know of them, on one day."""

    account_id: int
    on: date
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    departments: frozenset[int] = frozenset()  # where they hold a post
    leads: frozenset[int] = frozenset()  # departments they lead, as deputy too
    chief_of: frozenset[int] = frozenset()  # departments of the divisions they are chief of
    granted_named: frozenset[int] = frozenset()  # departments whose named figures were granted
    granted_team: frozenset[int] = frozenset()
    streams_led: frozenset[int] = frozenset()
    stream_departments: frozenset[int] = frozenset()  # of the streams they lead
    streams_joined: frozenset[int] = frozenset()  # as a clinician
    streams_supported: frozenset[int] = frozenset()  # as an operational manager
    stationed: frozenset[int] = frozenset()  # departments that managers and staff work for

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, kw_only=True)
class OwnerFacts:
    """What the rules need to know of a person whose results are asked for."""

    person_id: int
    departments: frozenset[int] = field(default_factory=frozenset)
    released: bool = False  # the figure asked for has been released
    owner_leads: bool = False  # the owner leads one of these departments
    owner_goes_to_director: bool = False  # chief of any division, or medical director
    owner_is_director: bool = False  # a medical director: theirs goes to another one
    streams: frozenset[int] = frozenset()  # that the owner joined and whose measure this is


def needs_second_factor(reader: Reader) -> bool:
    """Whoever sees named results of others signs in with a password and a second factor."""
    return reader.has(*SEES_NAMED) or bool(reader.granted_named)


STRANGER = Refusal(Reason.NOT_THEIRS_TO_SEE, "These results are not yours to see.")
ANOTHER_DIRECTOR = (
    "another medical director (where there is none, it waits until a second or deputy one is named)"
)
PAST_THE_CHIEFS = Refusal(
    Reason.NOT_A_LEAD,
    "A chief’s own case goes to the medical director, and a medical director’s own to "
    f"{ANOTHER_DIRECTOR}.",
)


def is_owner(reader: Reader, owner: OwnerFacts) -> bool:
    """Whether the results, or the case, are this person's own."""
    return reader.person_id is not None and reader.person_id == owner.person_id


def why_not_see_named(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not see a named person's figures; None if they may.

    Unreleased figures are seen by their owner, the lead, those who build them, and the lead of a
    stream that the owner joined, for that stream's measures.
    """
    if reader.person_id == owner.person_id:
        return None
    if reader.leads & owner.departments or reader.has(Role.ANALYST):
        return None
    if reader.streams_led & owner.streams:
        return None
    if not owner.released:
        return STRANGER
    outside = reader.granted_named & owner.departments or reader.has(Role.DIRECTOR)
    chief_of_a_lead = owner.owner_leads and reader.chief_of & owner.departments
    return None if outside or chief_of_a_lead else STRANGER


SEE_TEAMS = (Role.OPERATIONS, Role.PROJECT_TEAM, Role.DIRECTOR)


def why_not_open_team(reader: Reader, department_id: int) -> Refusal | None:
    """Why this person may not know that a department's figures page exists."""
    theirs = reader.departments | reader.leads | reader.chief_of | reader.granted_team
    if department_id in theirs | reader.granted_named | reader.stream_departments:
        return None
    if reader.has(Role.ANALYST, Role.EXECUTIVE, *SEE_TEAMS):
        return None
    return STRANGER


def why_not_decide_for(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not settle, interpret or sign off somebody's case.

    Nobody decides their own; a clinical director's goes to the chief of service (a deputy does not
    step in), the chief's own to the medical director, and a medical director's to another one.
    """
    if reader.person_id == owner.person_id:
        chief = "the medical director" if owner.owner_goes_to_director else "your chief"
        to = ANOTHER_DIRECTOR if reader.has(Role.DIRECTOR) else chief
        return Refusal(Reason.OWN_CASE, f"Nobody decides their own case; this goes to {to}.")
    if owner.owner_goes_to_director:
        return None if reader.has(Role.DIRECTOR) else PAST_THE_CHIEFS
    if owner.owner_leads:
        decides = reader.has(Role.DIRECTOR) or bool(reader.chief_of & owner.departments)
        otherwise = "A clinical director's case goes to their chief."
    else:
        decides = bool(reader.leads & owner.departments)
        otherwise = "Only the department's clinical director can decide this."
    return None if decides else Refusal(Reason.NOT_A_LEAD, otherwise)


def whoever_leads(owner: OwnerFacts) -> str:
    """Who decides for somebody, in words to them, while nobody is known by name."""
    return ANOTHER_DIRECTOR if owner.owner_is_director else "whoever leads you"


def why_not_hold(role: Role, held: frozenset[Role]) -> Refusal | None:
    """Why a role may not be held beside others."""
    if role in SEES_NO_RESULTS and held & SEES_NAMED:
        other = min(held & SEES_NAMED)
    elif role in SEES_NAMED and held & SEES_NO_RESULTS:
        other = min(held & SEES_NO_RESULTS)
    else:
        return None
    return Refusal(
        Reason.EXCLUSIVE_ROLE, f"{role.label} cannot be held together with {other.label}."
    )


def why_not_grant_role(
    role: Role, *, granted_by_id: int, seconded_by_id: int | None, account_id: int
) -> Refusal | None:
    """A role that sees named results is granted by two people, neither of them its holder."""
    if account_id in {granted_by_id, seconded_by_id}:
        return Refusal(Reason.OWN_CASE, "Nobody grants themselves a role.")
    if role in SEES_NAMED and seconded_by_id in {None, granted_by_id}:
        return Refusal(
            Reason.NEEDS_TWO, f"{role.label} sees named results, so two people grant it."
        )
    return None


# Who answers for the accounts of the trust: they propose and second roles, and end them.
ANSWERS_FOR_ROLES = (Role.SYSTEM_ADMINISTRATOR, Role.DIRECTOR)
NOT_FOR_ROLES = Refusal(
    Reason.NOT_THEIRS_TO_SEE,
    "Only a system administrator or the medical director gives and ends roles.",
)


def why_not_manage_roles(reader: Reader) -> Refusal | None:
    """Why this person may not see accounts and the roles they hold."""
    return None if reader.has(*ANSWERS_FOR_ROLES) else NOT_FOR_ROLES


@dataclass(frozen=True, kw_only=True)
class ProposalFacts:
    """What the rules need to know of a proposed role."""

    account_id: int
    proposed_by_id: int
    answered: bool = False


def why_not_propose_role(
    reader: Reader, account_id: int, role: Role, placed: bool, reason: str
) -> Refusal | None:
    """Why this person may not propose, or give, somebody a role. `placed`: its place is named."""
    if not reader.has(*ANSWERS_FOR_ROLES):
        return NOT_FOR_ROLES
    if account_id == reader.account_id:
        return Refusal(Reason.OWN_CASE, "Nobody grants themselves a role.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why they need this role.")
    if not placed:
        place = {
            Role.LEAD: "which department they lead",
            Role.CHIEF: "which division is theirs",
            Role.STREAM_LEAD: "which work stream they lead",
        }
        return Refusal(Reason.NOT_AGREED, f"Say {place.get(role, 'where')}.")
    return None


def why_not_answer_proposal(reader: Reader, proposal: ProposalFacts) -> Refusal | None:
    """Why this person may not second or decline a proposed role."""
    if not reader.has(*ANSWERS_FOR_ROLES):
        return NOT_FOR_ROLES
    if proposal.answered:
        return Refusal(Reason.ALREADY_DONE, "This proposal has been answered already.")
    if reader.account_id == proposal.account_id:
        return Refusal(Reason.OWN_CASE, "Nobody grants themselves a role.")
    if reader.account_id == proposal.proposed_by_id:
        return Refusal(Reason.NEEDS_TWO, "You proposed this; somebody else must second it.")
    return None


def why_not_grant_sight(
    department_id: int, reader: Reader, reason: str, agreement: str
) -> Refusal | None:
    """Why this person may not let somebody outside see a department's figures."""
    if department_id not in reader.leads:
        return Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director can grant this.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the people named will read it.")
    if not agreement.strip():
        return Refusal(Reason.NOT_AGREED, "Say where the department's agreement is recorded.")
    return None


def why_not_revoke_sight(department_id: int, reader: Reader) -> Refusal | None:
    """Why this person may not end a grant."""
    if department_id in reader.leads:
        return None
    return Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director can end this.")


def why_not_see_profile(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not read a clinician's role profile: job-plan facts, and no results."""
    near = (reader.leads | reader.chief_of) & owner.departments
    if reader.person_id == owner.person_id or near or reader.has(Role.HR):
        return None
    return STRANGER


def why_not_record_profile(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not write a clinician's role profile.

    It decides whether a figure stands beside colleagues', so nobody writes their own.
    """
    refusal = why_not_see_profile(reader, owner)
    if refusal:
        return refusal
    if reader.person_id == owner.person_id:
        return Refusal(
            Reason.OWN_CASE, "Nobody writes their own profile; ask your lead, or HR, to change it."
        )
    if reader.has(Role.HR):
        return None
    return why_not_decide_for(reader, owner)


@dataclass(frozen=True, kw_only=True)
class NamesFacts:
    """Who belongs to a department on a day, and who has agreed to names inside it."""

    department_id: int
    members: frozenset[int]
    agreed: frozenset[int]  # whoever agreed and has not withdrawn, members today or not

    @property
    def agreeing(self) -> frozenset[int]:
        return self.members & self.agreed

    @property
    def everybody(self) -> bool:
        return bool(self.members) and self.members <= self.agreed


def why_not_name_colleagues(reader: Reader, names: NamesFacts) -> Refusal | None:
    """Why this person does not read colleagues' names beside their own figure."""
    if names.department_id not in reader.departments:
        return Refusal(Reason.NOT_YOURS, "Colleagues are named to members of the department alone.")
    if not names.everybody:
        return Refusal(Reason.NOT_AGREED, "Names are shown once every member has agreed.")
    return None


def why_not_speak_for_names(reader: Reader, person_id: int, department_id: int) -> Refusal | None:
    """Why this person may not agree to (or withdraw from) names inside a department."""
    if reader.person_id != person_id:
        return Refusal(Reason.NOT_YOURS, "Each member agrees for themselves alone.")
    if department_id not in reader.departments:
        return Refusal(Reason.NOT_YOURS, "Only members of the department are asked.")
    return None
