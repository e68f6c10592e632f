"""Who may choose a department's measures, and say how they are recorded: pure rules."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinlead.access.policies import Reader, Reason, Refusal, Role

# The kinds of measure that are kept month by month and shown.
KEPT_KINDS = frozenset(
    {
        *("proportion", "rate", "mean", "ratio_of_sums", "percentile", "joined", "distinct"),
        "observed_expected",
    }
)

# Who reads case-mix models: whose figures and records risks stand beside, and who answers for them.
# A model is of all patients together: it says nothing of anybody's results.
READS_MODELS = (
    Role.CLINICIAN,
    Role.LEAD,
    Role.STREAM_LEAD,
    Role.CHIEF,
    Role.DIRECTOR,
    Role.ANALYST,
)


@dataclass(frozen=True, kw_only=True)
class ChoiceFacts:
    """What the rules need to know of a department's choice of a measure."""

    department_id: int
    allowed_rules: tuple[str, ...]
    rule: str
    team_level: bool  # mostly made by others: shown for one person only by a recorded decision
    shown_individually: bool
    reason: str
    kind: str = "proportion"


def why_not_choose(reader: Reader, choice: ChoiceFacts) -> Refusal | None:
    """Why this person may not choose a measure for a department in this way."""
    if choice.department_id not in reader.leads:
        return Refusal(Reason.NOT_A_LEAD, "Only the department's clinical director can choose.")
    if choice.rule not in choice.allowed_rules:
        allowed = ", ".join(choice.allowed_rules)
        return Refusal(Reason.WRONG_STAGE, f"This measure can be attributed by {allowed} only.")
    if choice.kind not in KEPT_KINDS:
        kind = choice.kind.replace("_", " ")
        return Refusal(
            Reason.WRONG_STAGE,
            f"Measures of the kind {kind} are computed by the command line alone; choose another.",
        )
    if choice.team_level and choice.shown_individually and not choice.reason.strip():
        return Refusal(
            Reason.NO_REASON_GIVEN,
            "This measure is mostly made by others. Say where the department decided to show it "
            "for one person.",
        )
    return None


@dataclass(frozen=True, kw_only=True)
class ShowingFacts:
    """What the rules need to know before a measure is shown for one person, or no longer."""

    department_id: int
    team_level: bool = True  # mostly made by others
    shown_individually: bool = False  # as it stands
    individually: bool = True  # as it would be


def why_not_decide_showing(reader: Reader, facts: ShowingFacts, reason: str) -> Refusal | None:
    """Why this person may not record whom the department shows a measure for."""
    if facts.department_id not in reader.leads:
        return Refusal(
            Reason.NOT_A_LEAD,
            "Only the department’s clinical director records what the department decided.",
        )
    if not facts.team_level:
        return Refusal(
            Reason.WRONG_STAGE,
            "One clinician can change most of this measure, so it is shown for one person without "
            "a decision.",
        )
    if facts.shown_individually == facts.individually:
        return Refusal(Reason.ALREADY_DONE, "It is shown so already.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say where and why the department decided it.")
    return None


@dataclass(frozen=True, kw_only=True, order=True)
class Break:
    """From a day on a measure is recorded in another way, so its limits start anew."""

    on: date
    reason: str

    @property
    def month(self) -> str:
        """The first month recorded in the new way throughout: from here on limits are new."""
        whole = self.on if self.on.day == 1 else (self.on.replace(day=28) + timedelta(days=4))
        return f"{whole:%Y-%m}"


@dataclass(frozen=True, kw_only=True)
class BreakFacts:
    """What the rules need to know of a break of recording."""

    department_id: int | None  # None: the whole trust
    used_here: bool = True  # the department uses the measure
    withdrawn: bool = False


def why_not_record_break(reader: Reader, facts: BreakFacts, reason: str) -> Refusal | None:
    """Why this person may not say that a measure is recorded in another way from a day on.

    It resets the limits of charts, so it has a reason that everybody can read.
    """
    if not reader.has(Role.ANALYST) and facts.department_id not in reader.leads:
        return Refusal(
            Reason.NOT_A_LEAD,
            "Only the department's clinical director records this for the department, and a BI "
            "analyst for the department or the trust.",
        )
    if not facts.used_here:
        return Refusal(Reason.WRONG_STAGE, "The department does not use this measure.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say what changed in the recording.")
    return None


def why_not_withdraw_break(reader: Reader, facts: BreakFacts, reason: str) -> Refusal | None:
    """Why this person may not take back a break of recording; it stays in the list, withdrawn."""
    if facts.withdrawn:
        return Refusal(Reason.ALREADY_DONE, "It has been withdrawn already.")
    refusal = why_not_record_break(reader, facts, "withdrawn")
    if refusal:
        return refusal
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why it is withdrawn.")
    return None


@dataclass(frozen=True, kw_only=True)
class MarkFacts:
    """What the rules need to know before a measure is watched case by case, or no longer."""

    yes_or_no: bool = True  # each of its records counts or does not
    lower_is_better: bool = True
    marked: bool = False  # already, for the same place
    ended: bool = False


def why_not_mark_safety(reader: Reader, facts: MarkFacts, reason: str) -> Refusal | None:
    """Why this person may not say that a measure is a safety measure.

    Whoever is watched by it does not decide whether it is: not the department's own lead.
    """
    if not reader.has(Role.DIRECTOR, Role.ANALYST):
        return Refusal(
            Reason.NOT_YOURS,
            "Only the medical director or a BI analyst says which measures are safety measures.",
        )
    if facts.marked:
        return Refusal(Reason.ALREADY_DONE, "It is a safety measure there already.")
    if not (facts.yes_or_no and facts.lower_is_better):
        return Refusal(
            Reason.WRONG_STAGE,
            "Only a measure that counts events of which fewer are better can be watched case by "
            "case, such as deaths.",
        )
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; everybody reads it beside the measure.")
    return None


def why_not_end_safety(reader: Reader, facts: MarkFacts, reason: str) -> Refusal | None:
    """Why this person may not end the watching of a measure; signals found stay."""
    refusal = why_not_mark_safety(reader, MarkFacts(), "a reason")
    if refusal:
        return refusal
    if facts.ended:
        return Refusal(Reason.ALREADY_DONE, "The watching of this measure has ended already.")
    if not reason.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why it is no longer watched.")
    return None


def why_not_register(reader: Reader) -> Refusal | None:
    """Why this person may not add a definition to the register."""
    if reader.has(Role.ANALYST):
        return None
    return Refusal(Reason.NOT_AN_ANALYST, "Only a BI analyst can register a measure.")
