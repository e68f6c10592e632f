"""Who may read, fit and put in force case-mix models. Pure rules."""

from dataclasses import dataclass

from clinlead.access.policies import Reader, Reason, Refusal, Role
from clinlead.measures.policies import READS_MODELS

NOT_AN_ANALYST = Refusal(
    Reason.NOT_AN_ANALYST, "Only a BI analyst fits case-mix models and puts them in force."
)


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What the rules need to know of a version of a model."""

    in_force: bool = False


def why_not_see_models(reader: Reader) -> Refusal | None:
    """Why this person may not read what models know and how well they are calibrated."""
    if reader.has(*READS_MODELS):
        return None
    return Refusal(Reason.NOT_THEIRS_TO_SEE, "Case-mix models are not yours to see.")


def why_not_fit(reader: Reader, *, another_runs: bool = False) -> Refusal | None:
    """Why this person may not have a model fitted, or given coefficients judged, now."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if another_runs:
        return Refusal(Reason.ALREADY_DONE, "A model of this measure is being fitted already.")
    return None


def why_not_put_in_force(reader: Reader, model: ModelFacts, because: str) -> Refusal | None:
    """Why this person may not let figures stand beside this version's risks from now on."""
    if not reader.has(Role.ANALYST):
        return NOT_AN_ANALYST
    if model.in_force:
        return Refusal(Reason.ALREADY_DONE, "This version is in force already.")
    if not because.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN, "Say why this version; it stands beside every expected figure."
        )
    return None
