"""Who may prepare, check, interpret, sign off, release and see. Pure rules; default is no."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    Role,
    why_not_decide_for,
    why_not_see_named,
)
from clinlead.figures.policies import leaves_too_few
from clinlead.releases.gate import Criterion

# Below so many contributors a total counts as named figures (docs of access, note 7).
FEWEST_IN_A_TEAM = 6


class Stage(StrEnum):
    """Where a release stands."""

    PREPARING = "preparing"
    RELEASED = "released"
    SUPERSEDED = "superseded"


# Every move there is. A move that is not here does not exist.
MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.PREPARING: frozenset({Stage.RELEASED}),
    Stage.RELEASED: frozenset({Stage.SUPERSEDED}),
    Stage.SUPERSEDED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """What the rules need to know of a release, and nothing else."""

    department_id: int
    stage: Stage
    newest: bool = True  # no later edition is being prepared or was released
    tabled: bool = False
    gate: tuple[Criterion, ...] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class FigureFacts:
    """What the rules need to know of one figure of a release."""

    department_id: int
    stage: Stage
    person_id: int | None  # None: the department's own figure
    owner_leads: bool = False
    owner_goes_to_director: bool = False  # chief of any division, or medical director
    contributors: int = 0  # people behind a department's figure
    seen: int = 0  # of them, those that a stream's lead sees by name
    needs_interpretation: bool = False
    exists: bool = True  # a figure can vanish when records are corrected away
    streams: frozenset[int] = frozenset()  # that its owner joined and whose measure it is

    @property
    def owner(self) -> OwnerFacts:
        """The owner as the rules of access know them, in this department alone."""
        return OwnerFacts(
            person_id=self.person_id or 0,
            departments=frozenset({self.department_id}),
            released=self.stage != Stage.PREPARING,
            owner_leads=self.owner_leads,
            owner_goes_to_director=self.owner_goes_to_director,
            streams=self.streams,
        )


NOT_LEAD = Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director can do this.")
NOT_ANALYST = Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst can do this.")
FROZEN = Refusal(
    Reason.WRONG_STAGE, "These figures are released and frozen. Release again to change them."
)
NOT_YET = Refusal(Reason.WRONG_STAGE, "These figures are not released yet.")
NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "These results are not yours to see.")


def why_not_prepare(department_id: int, reader: Reader) -> Refusal | None:
    """Why this person may not start a release of a department's figures."""
    if department_id in reader.leads or reader.has(Role.ANALYST):
        return None
    return Refusal(
        Reason.NOT_A_LEAD,
        "Only the department's clinical director or a BI analyst can prepare a release.",
    )


def why_not_check(release: ReleaseFacts, reader: Reader) -> Refusal | None:
    """Why this person may not do the BI check or enter a control total."""
    if not reader.has(Role.ANALYST):
        return NOT_ANALYST
    if release.department_id in reader.leads | reader.departments:
        return Refusal(Reason.OWN_WORK, "Somebody from outside the department checks its figures.")
    return FROZEN if release.stage != Stage.PREPARING else None


def why_not_decide(figure: FigureFacts, reader: Reader) -> Refusal | None:
    """Why a figure is not this person's to decide.

    A clinical director's own goes to the chief of service, whoever else leads the department, and
    a chief's to the medical director.
    """
    if figure.person_id is None:
        return None if figure.department_id in reader.leads else NOT_LEAD
    refusal = why_not_decide_for(reader, figure.owner)
    if refusal or not figure.owner_leads:
        return refusal
    if figure.department_id in reader.chief_of or reader.has(Role.DIRECTOR):
        return None
    return Refusal(Reason.NOT_A_LEAD, "A clinical director's own figures go to the chief.")


def why_not_interpret(figure: FigureFacts, text: str, reader: Reader) -> Refusal | None:
    """Why this person may not write the interpretation of a figure.

    The lead of a stream writes of its joined members and measures, too; signing off stays the
    clinical director's.
    """
    refusal = why_not_decide(figure, reader)
    if refusal and not leads_its_stream(figure, reader):
        return refusal
    if figure.stage != Stage.PREPARING:
        return FROZEN
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write what you make of this figure.")
    return None


def leads_its_stream(figure: FigureFacts, reader: Reader) -> bool:
    """Not of themselves, and not of whoever is above them: a clinical director or a chief."""
    own = figure.person_id is None or figure.person_id == reader.person_id
    above = figure.owner_leads or figure.owner_goes_to_director
    return not own and not above and bool(reader.streams_led & figure.streams)


@dataclass(frozen=True, kw_only=True)
class Overtaken:
    """What somebody else did while a page was open."""

    who: str
    at: datetime
    act: str = "interpreted this figure"


def why_not_over(*, changed: bool, said: Overtaken | None) -> Refusal | None:
    """Why words or a signature do not hold for what is there now: it is not what was read."""
    if said is not None:
        when = f"at {said.at:%H:%M} on {said.at.day} {said.at:%B}"
        return Refusal(
            Reason.ALREADY_DONE,
            f"{said.who} {said.act} {when}, after you opened this page. Open it again and read "
            "that first. What you wrote is kept for you.",
        )
    if changed:
        return Refusal(
            Reason.WRONG_STAGE,
            "The figures have changed since you opened this page. Open it again and look at them "
            "first. What you wrote is kept for you.",
        )
    return None


def why_not_sign_off(figure: FigureFacts, reader: Reader) -> Refusal | None:
    """Why this person may not sign off a figure now."""
    refusal = why_not_decide(figure, reader)
    if refusal:
        return refusal
    if figure.stage != Stage.PREPARING:
        return FROZEN
    if not figure.exists:
        return Refusal(Reason.WRONG_STAGE, "There is no such figure in this release any more.")
    if figure.needs_interpretation:
        return Refusal(
            Reason.GATE_NOT_PASSED, "This figure has a signal: interpret it before you sign it off."
        )
    return None


def why_not_release(release: ReleaseFacts, reader: Reader) -> Refusal | None:
    """Why this person may not make the release now; the gate's own words where it is shut."""
    if release.department_id not in reader.leads:
        return Refusal(
            Reason.NOT_A_LEAD, "Only the department's clinical director makes the release."
        )
    if Stage.RELEASED not in MOVES[release.stage]:
        return Refusal(Reason.ALREADY_DONE, "These figures are released already.")
    missing = [criterion for criterion in release.gate if not criterion.passed]
    if missing:
        return Refusal(Reason.GATE_NOT_PASSED, " ".join(each.missing for each in missing))
    return None


def why_not_release_again(release: ReleaseFacts, because: str, reader: Reader) -> Refusal | None:
    """Why this person may not start a new edition after a correction."""
    refusal = why_not_prepare(release.department_id, reader)
    if refusal:
        return refusal
    if release.stage == Stage.PREPARING:
        return NOT_YET
    if not release.newest or release.stage == Stage.SUPERSEDED:
        return Refusal(Reason.ALREADY_DONE, "There is a later edition of this release already.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; everyone who sees the release reads it.")
    return None


def why_not_table(release: ReleaseFacts, reader: Reader) -> Refusal | None:
    """Why this person may not note that a release was tabled at clinical governance."""
    if release.department_id not in reader.leads:
        return NOT_LEAD
    if release.stage == Stage.PREPARING:
        return NOT_YET
    if release.tabled:
        return Refusal(Reason.ALREADY_DONE, "This release was tabled already.")
    return None


def why_not_append(figure: FigureFacts, text: str, reader: Reader) -> Refusal | None:
    """Why this person may not put their own words beside a released figure."""
    if figure.person_id is None or reader.person_id != figure.person_id:
        return Refusal(Reason.NOT_YOURS, "Only the figure's owner writes here.")
    if figure.stage == Stage.PREPARING:
        return NOT_YET
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write your words before you save them.")
    return None


def why_not_see_figure(figure: FigureFacts, reader: Reader) -> Refusal | None:
    """Why this person may not see one figure of a release.

    Nobody sees an unreleased figure but its owner, the lead, those who build it, and whoever
    must decide it because its owner leads.
    """
    if figure.person_id is None:
        return why_not_see_team(figure, reader)
    if figure.stage == Stage.PREPARING and why_not_decide(figure, reader) is None:
        return None
    return why_not_see_named(reader, figure.owner)


def why_not_see_team(figure: FigureFacts, reader: Reader) -> Refusal | None:
    """Why not the department's own figure; a small team's counts as named figures."""
    here = figure.department_id
    if here in reader.leads or reader.has(Role.ANALYST):
        return None
    if figure.stage == Stage.PREPARING:
        return NOT_SHOWN
    if here in reader.granted_named or reader.has(Role.DIRECTOR):
        return None
    if figure.contributors < FEWEST_IN_A_TEAM or leaves_too_few(figure.contributors, figure.seen):
        return NOT_SHOWN
    nearer = reader.departments | reader.chief_of | reader.granted_team | reader.stream_departments
    near = here in nearer
    if near or reader.has(Role.OPERATIONS, Role.PROJECT_TEAM):
        return None
    return NOT_SHOWN


@dataclass(frozen=True, kw_only=True)
class OpeningFacts:
    """What the rules need to know before a department's totals are opened more widely."""

    department_id: int
    passed: bool = True  # a release of it passed the gate, BI check and sign-off included
    already: bool = False
    ended: bool = False


def why_not_open_wider(reader: Reader, opening: OpeningFacts, agreement: str) -> Refusal | None:
    """Why this person may not open a department's released totals. It is off until they do."""
    if opening.department_id not in reader.leads:
        return NOT_LEAD
    if not opening.passed:
        return Refusal(
            Reason.GATE_NOT_PASSED,
            "Figures are opened more widely only after a release of them has passed its checks.",
        )
    if opening.already:
        return Refusal(Reason.ALREADY_DONE, "This is open already.")
    if not agreement.strip():
        return Refusal(Reason.NOT_AGREED, "Say where the department's agreement is recorded.")
    return None


def why_not_end_opening(reader: Reader, opening: OpeningFacts) -> Refusal | None:
    """Why this person may not close it again; it counts at once."""
    if opening.department_id not in reader.leads:
        return NOT_LEAD
    if opening.ended:
        return Refusal(Reason.ALREADY_DONE, "This has been closed already.")
    return None
