"""Who may merge departments, and what can be merged from when: pure rules."""

from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import Reader, Reason, Refusal, Role

# Who keeps departments and posts.
KEEPS_POSTS = (Role.HR, Role.SYSTEM_ADMINISTRATOR)


@dataclass(frozen=True, kw_only=True)
class MergerFacts:
    """What the rules need to know of the departments that are to merge."""

    parts: frozenset[int]
    closed: frozenset[int] = frozenset()  # of these, those that have merged already
    not_open: frozenset[int] = frozenset()  # of these, those that open on that day or later
    on: date
    name_taken: bool = False
    because: str = ""


def why_not_open_mergers(reader: Reader) -> Refusal | None:
    """Why this person may not know of the page on which departments are merged."""
    if reader.has(*KEEPS_POSTS):
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE,
        "Only an HR manager or a system administrator merges departments.",
    )


def why_not_merge(reader: Reader, merger: MergerFacts) -> Refusal | None:
    """Why this person may not merge these departments from that day."""
    return why_not_open_mergers(reader) or why_not_from(reader.on, merger) or why_not_parts(merger)


def why_not_from(today: date, merger: MergerFacts) -> Refusal | None:
    """Figures are kept by month, and months gone by stay the old departments'."""
    if merger.on.day != 1:
        return Refusal(Reason.WRONG_STAGE, "A merger begins on the first day of a month.")
    if merger.on < today.replace(day=1):
        return Refusal(
            Reason.WRONG_STAGE,
            "A merger begins this month or later: months gone by stay the old departments’.",
        )
    return None


def why_not_parts(merger: MergerFacts) -> Refusal | None:
    if merger.closed:
        return Refusal(Reason.ALREADY_DONE, "One of these departments has merged already.")
    if merger.not_open:
        return Refusal(Reason.WRONG_STAGE, "One of these departments opens on that day or later.")
    if len(merger.parts) < 2:
        return Refusal(Reason.NOT_AGREED, "Choose at least two departments to merge.")
    if merger.name_taken:
        return Refusal(
            Reason.ALREADY_DONE,
            "There is a department of that name; the new one needs a name of its own.",
        )
    if not merger.because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why, and where it was decided.")
    return None
