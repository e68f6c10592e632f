"""Watching: after every load and correction the cases are gone through, and signals kept.

A signal that was found before is recognised; what changed of it is said, and it is never deleted.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Role
from clinlead.figures.models import Cause, Generation
from clinlead.figures.queries import latest_generation
from clinlead.history.actions import append
from clinlead.safety.finding import Found
from clinlead.safety.matching import Climb, matched
from clinlead.safety.models import Happening, Signal, What
from clinlead.safety.seeing import Seen, everything, some_of_it
from clinlead.safety.telling import tell_found
from clinlead.safety.touched import units_touched
from clinlead.safety.watching import Watch, watches
from clinlead.safety.wording import changed_words, climb_words, found_words, gone_words, on_day

# A signal so long before the newest mature case is kept, and nobody is asked about it.
LONG_PAST = timedelta(days=548)
TRIES = 3  # before newer figures have to wait until what is seen of these is kept
CAUSES = {
    Cause.LOAD: "a load",
    Cause.WITHDRAWAL: "a load was withdrawn",
    Cause.CORRECTION: "a correction",
    Cause.COMPUTE: "a new computing",
}


def after_figures(
    *, at: datetime, generation: Generation, dataset: str, keys: Sequence[str]
) -> None:
    """What the figures room calls when figures were computed again (settings.AFTER_FIGURES)."""
    for watch in watches(timezone.localdate(at)):
        if not keys:
            watch_everybody(watch, at=at)
            continue
        units = units_touched(watch.wanted, generation, dataset=dataset, keys=keys)
        seen = some_of_it(watch, units) if units else None
        if seen:  # in the transaction of the correction
            hold_signals()
            keep(seen, generation, at=at)


def watch_all(*, at: datetime, because: str = "another case-mix model") -> None:
    """Go through every case of every safety measure, as the figures are now (AFTER_MODELS)."""
    why = f"{because} on {on_day(timezone.localdate(at))}"
    for watch in watches(timezone.localdate(at)):
        watch_everybody(watch, at=at, why=why)


def watch_everybody(watch: Watch, *, at: datetime, why: str = "") -> None:
    """See what there is, and keep it unless newer figures came in meanwhile: then look again."""
    for _ in range(TRIES):
        before = latest_generation()
        seen = everything(watch, at=at)
        with transaction.atomic():
            hold_signals()
            if latest_generation() == before:
                return keep(seen, before, at=at, why=why)
    with transaction.atomic():
        hold_signals()
        return keep(everything(watch, at=at), latest_generation(), at=at, why=why)


def hold_signals() -> None:
    """One keeping at a time. SQLite transactions are IMMEDIATE already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(720117)")


def keep(seen: Seen | None, generation: Generation | None, *, at: datetime, why: str = "") -> None:
    """Compare what is seen with what was kept: recognise, change, add; delete nothing."""
    if seen is None or generation is None:
        return
    if seen.expectation.pk is None:
        seen.expectation.save()
    kept = kept_of(seen)
    why = why or why_words(generation)
    fresh = []
    for old, new in matched([as_climb(one) for one in kept], [of_found(f) for f in seen.found]):
        if old is None:
            fresh.append(add(seen, seen.found[new or 0], why, at))
        elif new is None:
            lose(kept[old], why, at)
        else:
            renew(kept[old], seen, seen.found[new], why, at)
    tell_found(fresh, at=at)


def kept_of(seen: Seen) -> list[Signal]:
    """The signals of the places that were looked at, those that are gone included."""
    kept = Signal.objects.select_for_update().filter(measure=seen.watch.measure.code)
    own = Q(person=None, department_id__in=seen.departments)
    here = [one.pk for one in seen.watch.departments]
    theirs = Q(person__isnull=False, department_id__in=here)
    if seen.people is not None:
        theirs &= Q(person_id__in=seen.people)
    return list(kept.filter(own | theirs).order_by("signalled_on", "pk"))


def as_climb(one: Signal) -> Climb:
    return Climb(
        whose=whose(one.department_id, one.person_id),
        started_on=one.started_on,
        signalled_on=one.signalled_on,
        signal_key=one.signal_key,
    )


def of_found(one: Found) -> Climb:
    return Climb(
        whose=whose(*one.place),
        started_on=one.started_on,
        signalled_on=one.signalled_on,
        signal_key=one.signal_key,
    )


def whose(department: int, person: int | None) -> tuple[str, int]:
    """A clinician's stays theirs where they move; a department's is its own."""
    return ("department", department) if person is None else ("person", person)


def why_words(generation: Generation) -> str:
    words = CAUSES[Cause(generation.cause)]
    return f"{words} on {on_day(timezone.localdate(generation.made_at))}"


def add(seen: Seen, found: Found, why: str, at: datetime) -> Signal:
    department, person = found.place
    made = Signal.objects.create(
        department_id=department,
        person_id=person,
        found_at=at,
        found_by=why,
        due_on=day_to_answer(seen, found, at),
        **as_kept(seen, found),
    )
    note(made, What.FOUND, found_words(why, found.signalled_on), at)
    return made


def as_kept(seen: Seen, found: Found) -> dict:
    """The columns of a signal that a computing decides."""
    numbers = asdict(found)
    numbers.pop("place")
    measure = seen.watch.measure
    return numbers | {
        "measure": measure.code,
        "version": measure.version,
        "rule": seen.watch.rule,
        "expectation": seen.expectation,
    }


def day_to_answer(seen: Seen, found: Found, at: datetime) -> date | None:
    """The last day to acknowledge it: at once where nobody is there who could."""
    today = timezone.localdate(at)
    newest = max(each.signalled_on for each in seen.found)
    if found.signalled_on < max(newest, seen.expectation.last_day) - LONG_PAST:
        return None
    leading = RoleHolding.objects.on(today).filter(role=Role.LEAD, department=found.place[0])
    somebody = leading.exclude(account__person_id=found.place[1] or 0).exists()
    wait = settings.CONFIGURATION.safety_acknowledge_days if somebody else 0
    return today + timedelta(days=wait)


def renew(kept: Signal, seen: Seen, found: Found, why: str, at: datetime) -> None:
    """The same signal: nothing is said where nothing changed."""
    before, was_gone = in_brief(kept), kept.gone_at is not None
    for name, value in as_kept(seen, found).items():
        setattr(kept, name, value)
    kept.gone_at = None
    after = in_brief(kept)
    if before == after and not was_gone:
        return
    kept.save()
    note(kept, What.BACK if was_gone else What.CHANGED, changed_words(why, before, after), at)


def lose(kept: Signal, why: str, at: datetime) -> None:
    if kept.gone_at is None:
        kept.gone_at = at
        kept.save(update_fields=["gone_at"])
        note(kept, What.GONE, gone_words(why, in_brief(kept)), at)


def in_brief(one: Signal) -> str:
    climb = climb_words(one.observed, one.cases, one.expected)
    first, last = on_day(one.started_on), on_day(one.signalled_on)
    return f"{climb}, from {first} to {last}"


def note(signal: Signal, what: What, text: str, at: datetime) -> None:
    Happening.objects.create(signal=signal, what=what, text=text, at=at)
    append(
        act=f"safety signal {what.value}",
        at=at,
        by_id=None,
        about=[signal.person_id] if signal.person_id else [],
        object_kind="safety signal",
        object_id=signal.pk,
        details={"measure": signal.measure, "cause": text},
    )
