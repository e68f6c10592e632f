"""Who may choose a department's measures: pure rules."""

from dataclasses import dataclass

from clinlead.access.policies import Reader, Reason, Refusal, Role


@dataclass(frozen=True, kw_only=True)
class ChoiceFacts:
    """What the rules need to know of a department's choice of a measure."""

    department_id: int
    allowed_rules: tuple[str, ...]
    rule: str
    team_level: bool  # mostly made by others: shown for one person only by a recorded decision
    shown_individually: bool
    reason: str


def why_not_choose(reader: Reader, choice: ChoiceFacts) -> Refusal | None:
    """Why this person may not choose a measure for a department in this way."""
    if choice.department_id not in reader.leads:
        return Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director can choose.")
    if choice.rule not in choice.allowed_rules:
        allowed = ", ".join(choice.allowed_rules)
        return Refusal(Reason.WRONG_STAGE, f"This measure can be attributed by {allowed} only.")
    if choice.team_level and choice.shown_individually and not choice.reason.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN,
            "This measure is mostly made by others. Say where the department decided to show it "
            "for one person.",
        )
    return None


def why_not_register(reader: Reader) -> Refusal | None:
    """Why this person may not add a definition to the register."""
    if reader.has(Role.ANALYST):
        return None
    return Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst can register a measure.")
