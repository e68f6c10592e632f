"""Safety measures in the invented trust: marked, watched, one signal answered, some sent on.

What is found follows from the invented patients; who answers is decided here.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clinlead.access.actions import grant_sight
from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.measures.safety import mark_safety
from clinlead.organisation.models import Department
from clinlead.releases.opening import open_wider
from clinlead.safety.actions import acknowledge, escalate_due, say_done, watch_all
from clinlead.safety.models import Signal

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

MEASURE = "mortality-30d"
FIRST = ("acute-medicine", "general-surgery", "older-people", "orthopaedics")  # where it began
SENT_ON = 2  # signals that nobody acknowledged in time
READ_FIRST = (
    "I have asked for the notes of these patients and will read them with the mortality lead this"
    " week. Several came from a nursing home at the end of their lives."
)
DONE = "We read all of the notes in the mortality meeting. Two raised questions: a late transfer."


def watch_first(making: "Making") -> None:
    """Four departments begin; the load that came in is gone through at once."""
    for department in Department.objects.filter(code__in=FIRST):
        mark(department, "Tried here first, before the whole trust.", at=making.loaded_at)
    watch_all(at=making.loaded_at, because="the first look, with the load")


def mark(department: Department | None, reason: str, *, at: datetime) -> None:
    director = Account.objects.get(username="director")
    mark_safety(measure=MEASURE, department=department, reason=reason, by=director, at=at)


def answer_signals(making: "Making") -> None:
    """Most are answered by the lead in time; some nobody answers."""
    for signal in Signal.objects.waiting().order_by("signalled_on", "pk")[SENT_ON:]:
        lead = lead_of(signal, making)
        if lead.person_id != signal.person_id:
            acknowledge(signal_id=signal.pk, text=READ_FIRST, by=lead, at=making.on_day(7, 16))


def follow_signals(making: "Making") -> None:
    """What was done about those; the others go to the medical director."""
    answered = Signal.objects.filter(acknowledged_at__isnull=False).order_by("signalled_on", "pk")
    for signal in answered:
        lead = lead_of(signal, making)
        say_done(signal_id=signal.pk, text=DONE, by=lead, at=making.on_day(10, 18))
    escalate_due(at=making.on_day(10, 19))


def lead_of(signal: Signal, making: "Making") -> Account:
    return leads_of(signal.department, making.on_day(7).date())[0]


def watch_everywhere(making: "Making") -> None:
    """The whole trust follows yesterday; what is found is left for the visitor to answer."""
    at = making.days_ago(1, 10)
    mark(None, "Deaths must not wait for a quarter: the board asks to know at once.", at=at)
    watch_all(at=at, because="marking it for the whole trust")


def let_others_see(making: "Making") -> None:
    """Cardiology lets the wards' operational manager see its figures, and opens one total."""
    grant_to_operations(making)
    open_wider(
        department=Department.objects.get(code="cardiology"),
        measure="discharge-summary-24h",
        agreement="Minutes of the department's meeting, item 5.",
        by=Account.objects.get(username="lead"),
        at=making.days_ago(2, 17),
    )


def grant_to_operations(making: "Making") -> None:
    """The operational manager of the wards may see cardiology's figures for a while."""
    at = making.days_ago(2, 17)
    grant_sight(
        to=Account.objects.get(username="operations"),
        department=Department.objects.get(code="cardiology"),
        named=False,
        reason="Planning beds for the winter together.",
        agreement="Minutes of the department's meeting, item 4.",
        until=at.date() + timedelta(days=180),
        by=Account.objects.get(username="lead"),
        at=at,
    )
