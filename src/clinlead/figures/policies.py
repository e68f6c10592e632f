"""Who may see which figures: pure rules. The numbers are ACCESS's footnotes."""

from dataclasses import dataclass

from clinlead.access.policies import (
    SEE_TEAMS,
    STRANGER,
    Reader,
    Reason,
    Refusal,
    Role,
    why_not_open_team,
)

LEAST_PEERS = 5  # footnote 1: unnamed peers are shown where at least five others contribute
LEAST_IN_A_TOTAL = 6  # footnote 7: below six contributors a total counts as named figures
LEAST_IN_AN_AGGREGATE = 10  # footnote 4: executives


@dataclass(frozen=True, kw_only=True)
class TeamFacts:
    """What the rules need to know of a department's total."""

    department_id: int
    contributors: int = 0
    released: bool = False
    opened: bool = False  # the department opened this measure's total more widely
    seen: int = 0  # of the contributors, whose own figures a stream's lead sees by name


# Who reads a total that a department opened: never a name, and never what is not released.
READS_OPENED = (Role.LEAD, Role.STREAM_LEAD, Role.CHIEF)


def why_not_see_team(reader: Reader, team: TeamFacts) -> Refusal | None:
    """Why this person may not see a department's total; None if they may.

    Unreleased totals are for the lead and those who build them. A total of few people is as good as
    named, so it needs what named figures need.
    """
    if team.department_id in reader.leads or reader.has(Role.ANALYST):
        return None
    refusal = why_not_open_team(reader, team.department_id)
    if refusal and not (team.opened and reader.has(*READS_OPENED)):
        return refusal
    if not team.released:
        return Refusal(Reason.WRONG_STAGE, "These figures have not been released yet.")
    if team.department_id in reader.granted_named:
        return None
    return why_too_few(reader, team)


def why_too_few(reader: Reader, team: TeamFacts) -> Refusal | None:
    """Whether too few people stand behind a total for this reader."""
    nearer = reader.departments | reader.chief_of | reader.granted_team | reader.stream_departments
    near = team.department_id in nearer or reader.has(*SEE_TEAMS)
    near = near or (team.opened and reader.has(*READS_OPENED))
    least = LEAST_IN_A_TOTAL if near else LEAST_IN_AN_AGGREGATE
    if leaves_too_few(team.contributors, team.seen):
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            "You see most of the clinicians behind this total by name, so it would say too much "
            "about the others.",
        )
    if team.contributors >= least:
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE,
        f"Fewer than {least} clinicians stand behind this total, so it would say too much about "
        "each of them.",
    )


def leaves_too_few(contributors: int, seen: int) -> bool:
    """Whether a total less those that somebody sees by name would be one of few others."""
    return bool(seen) and 0 < contributors - seen < LEAST_PEERS


@dataclass(frozen=True, kw_only=True)
class PeerFacts:
    """What the rules need to know before one person's figure stands beside others'."""

    others: int
    comparable: bool = True  # by the role profile
    because: str = ""  # what makes it not comparable


def why_not_compare(peers: PeerFacts) -> Refusal | None:
    """Why a person's figure is not drawn beside unnamed colleagues'."""
    if not peers.comparable:
        why = peers.because.strip().rstrip(".") or "the role profile says so"
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE, f"This work is not like the colleagues' work: {why}."
        )
    if peers.others < LEAST_PEERS:
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            f"Colleagues are shown, unnamed, where at least {LEAST_PEERS} others have figures; "
            f"here {peers.others} {'has' if peers.others == 1 else 'have'}.",
        )
    return None


def why_not_show_individually(*, team_level: bool, decided: bool) -> Refusal | None:
    """Why a measure is not shown for one person: others make most of it, and nobody decided to."""
    if not team_level or decided:
        return None
    return Refusal(
        Reason.NOT_AGREED,
        "Others make most of this measure, so it is shown for the team. The department can decide "
        "otherwise.",
    )


@dataclass(frozen=True, kw_only=True)
class RecordsFacts:
    """What the rules need to know before somebody else's records are listed."""

    person_id: int
    departments: frozenset[int]
    reason: str


def why_not_list_records(reader: Reader, records: RecordsFacts) -> Refusal | None:
    """Why this person may not list a clinician's records; the lead and the analyst say what for."""
    if reader.person_id == records.person_id:
        return None
    if not (reader.leads & records.departments or reader.has(Role.ANALYST)):
        return STRANGER
    if not records.reason.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Say why you need these records; their owner will read it."
        )
    return None


def why_not_compute(reader: Reader, *, runs: bool) -> Refusal | None:
    """Why this person may not have a new version of a measure computed now."""
    if not reader.has(Role.ANALYST):
        return Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst has figures computed.")
    if runs:
        return Refusal(Reason.ALREADY_DONE, "Its figures are being computed already.")
    return None
