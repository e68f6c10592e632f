"""A meeting as a reader sees it: outside the department nobody is named."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import Button, Reader, Role
from clinlead.figures.policies import LEAST_IN_AN_AGGREGATE
from clinlead.governance.agenda import Content, agenda_of
from clinlead.governance.minuting import clinicians_of
from clinlead.governance.models import Action, Meeting, Minutes
from clinlead.governance.naming import SOMEBODY, without_names
from clinlead.governance.policies import (
    STATES,
    MeetingFacts,
    State,
    chairs,
    inside,
    why_not_add_item,
    why_not_approve,
    why_not_change_date,
    why_not_hold,
    why_not_open,
    why_not_read_minutes,
    why_not_write,
)
from clinmeasures.wording.units import how_many


@dataclass(frozen=True, kw_only=True)
class MeetingPage:
    """One meeting: its agenda, its minutes, its actions, and what this person may do."""

    meeting: Meeting
    state: str
    colour: str
    opens: bool  # the project team sees the date alone
    agenda: Content
    minutes: Minutes | None
    minutes_text: str
    no_minutes: str  # why they are not to be read
    versions: Sequence[Minutes]
    present: Sequence[str]
    present_count: int
    actions: Sequence[Content]
    adds_items: bool
    withdraws: frozenset[int]  # items that this person may take off
    ways: Sequence[tuple[str, str]]
    approve: Button | None
    unnamed: bool

    @classmethod
    def of(cls, meeting: Meeting, reader: Reader, facts: MeetingFacts) -> "MeetingPage":
        state, colour = STATES[facts.state]
        refusal = why_not_read_minutes(reader, facts)
        opens = why_not_open(reader, facts) is None
        names = [] if names_shown(reader, facts) else clinicians_of(meeting)
        versions = [] if refusal else list(meeting.minutes.select_related("by__person"))
        attended = list(meeting.present.select_related("person")) if opens else []
        text = versions[0].text if versions else ""
        return cls(
            meeting=meeting,
            state=state,
            colour=colour,
            opens=opens,
            agenda=agenda_for(reader, facts, meeting, names) if opens else {},
            minutes=versions[0] if versions else None,
            minutes_text=without_names(text, names),
            no_minutes=refusal.because if refusal else "",
            versions=versions,
            present=[] if names else [str(each) for each in attended],
            present_count=len(attended),
            actions=actions_of(meeting, names, reader.on) if opens and not refusal else [],
            adds_items=why_not_add_item(reader, facts, "an item") is None,
            withdraws=may_withdraw(meeting, reader, facts),
            ways=ways_of(meeting, reader, facts),
            approve=approve_button(reader, facts),
            unnamed=bool(names),
        )


def names_shown(reader: Reader, facts: MeetingFacts) -> bool:
    """Names of people in minutes are for those of the department alone."""
    return inside(reader, facts) or chairs(reader, facts)


def agenda_for(
    reader: Reader, facts: MeetingFacts, meeting: Meeting, names: Sequence[str]
) -> Content:
    """The agenda with what this reader may see of it."""
    content = deepcopy(agenda_of(meeting, reader.on))
    if names:
        take_names_out(content, names)
    near = names_shown(reader, facts) or facts.departments & reader.chief_of
    if not near and not reader.has(Role.DIRECTOR):
        content["decided"] = how_many(len(content.pop("decisions")), "decision")
        content["cycling"] = how_many(len(content.pop("cycles")), "cycle")
    if reader.has(Role.EXECUTIVE) and not near:
        for release in content["releases"]:
            keep_aggregates(release)
    return content


def take_names_out(content: Content, names: Sequence[str]) -> None:
    """Nobody is named to readers from outside: neither owners of actions nor in any words."""
    for each in content["carried"]:
        each["owner"] = SOMEBODY
    for each in content["items"]:
        each["by"] = SOMEBODY
    parts = [*content["carried"], *content["items"], *content["decisions"], *content["cycles"]]
    parts += [figure for release in content["releases"] for figure in release["figures"]]
    for part in [*parts, *content["releases"]]:
        for key in ("text", "because", "said", "aim", "title", "again"):
            if key in part:
                part[key] = without_names(part[key], names)


def keep_aggregates(release: Content) -> None:
    """For the board: only totals of at least ten clinicians."""
    kept = [f for f in release["figures"] if f["contributors"] >= LEAST_IN_AN_AGGREGATE]
    release["withheld"] += len(release["figures"]) - len(kept)
    release["figures"], release["people"] = kept, ""


def actions_of(meeting: Meeting, names: Sequence[str], today: date) -> list[Content]:
    """What this meeting asked for, and what came of it."""
    found = meeting.actions.select_related("owner__person", "closed_by__person")
    return [action_line(each, names, today) for each in found]


def action_line(action: Action, names: Sequence[str], today: date) -> Content:
    return {
        "action": action.pk,
        "text": without_names(action.text, names),
        "owner": SOMEBODY if names else str(action.owner),
        "due_on": action.due_on,
        "late": action.closed_at is None and action.due_on < today,
        "closed": action.closed_at is not None,
        "done": action.done,
        "words": without_names(action.closed_words, names),
    }


def may_withdraw(meeting: Meeting, reader: Reader, facts: MeetingFacts) -> frozenset[int]:
    if facts.state is not State.PLANNED:
        return frozenset()
    items = meeting.items.filter(withdrawn_at=None)
    items = items if chairs(reader, facts) else items.filter(by=reader.account_id)
    return frozenset(items.values_list("pk", flat=True))


def ways_of(meeting: Meeting, reader: Reader, facts: MeetingFacts) -> list[tuple[str, str]]:
    here = meeting.get_absolute_url()
    offered = [
        ("It was held: note who was there", why_not_hold(reader, facts), "hold/"),
        ("Write the minutes", why_not_write(reader, facts), "minutes/"),
        ("Note what somebody is to do", why_not_write(reader, facts), "actions/"),
        ("Move it to another day", why_not_change_date(reader, facts, "words"), "move/"),
        ("Call it off", why_not_change_date(reader, facts, "words"), "call-off/"),
    ]
    return [(label, here + place) for label, refusal, place in offered if refusal is None]


def approve_button(reader: Reader, facts: MeetingFacts) -> Button | None:
    if facts.state is not State.HELD or not chairs(reader, facts):
        return None
    return Button.guarded("Approve the minutes", why_not_approve(reader, facts))
