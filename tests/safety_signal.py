"""A signal as the safety room keeps it, without going through the cases that made it."""

from datetime import date, datetime, timedelta

from clinlead.organisation.models import Department, Person
from clinlead.safety.models import Expectation, Signal


def kept_expectation(measure: str = "died-in-hospital") -> Expectation:
    """The trust's own rate of 3%, whatever the patient."""
    return Expectation.objects.create(
        measure=measure,
        version=1,
        number=1,
        terms={"intercept": -3.476, "levels": {}},
        first_day=date(2024, 7, 1),
        last_day=date(2026, 3, 31),
        cases=2000,
        events=60,
        odds_ratio=2.0,
        run_length=20_000,
        limit=4.5,
        made_at=datetime.fromisoformat("2026-07-01T08:00:00+00:00"),
    )


def kept_signal(
    department: Department, person: Person | None, *, found_at: datetime, **other
) -> Signal:
    facts = {
        "measure": "died-in-hospital",
        "version": 1,
        "rule": "discharging",
        "started_on": date(2025, 11, 3),
        "started_key": "S00001",
        "signalled_on": date(2026, 2, 9),
        "signal_key": "S00002",
        "cases": 40,
        "observed": 6,
        "expected": 1.2,
        "value": 4.6,
        "contributors": 1 if person else 7,
        "found_by": "a load",
        "due_on": found_at.date() + timedelta(days=7),
    }
    facts |= other
    facts.setdefault("expectation", Expectation.objects.first() or kept_expectation())
    return Signal.objects.create(department=department, person=person, found_at=found_at, **facts)
