"""Signals in words: never more than the cases say. Pure."""

from datetime import date

from clinmeasures.wording.units import MONTH_NAMES, in_figures


def on_day(day: date) -> str:
    """3 May 2026"""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def case_by_case(title: str) -> str:
    """A measure's title where each case stands beside its own risk: nothing there is crude."""
    return title.removesuffix(" (crude)")


def climb_words(observed: int, cases: int, expected: float) -> str:
    """14 of 155 cases (9.0%), where 5.0 were expected"""
    return (
        f"{observed:,} of {cases:,} cases ({100 * observed / cases:.1f}%), where "
        f"{in_figures(expected, 1)} were expected"
    )


def found_words(why: str, signalled_on: date) -> str:
    return f"Found after {why}: the chart reached its limit with a case of {on_day(signalled_on)}."


def changed_words(why: str, before: str, after: str) -> str:
    return f"After {why} it reads: {after}. Before: {before}."


def gone_words(why: str, before: str) -> str:
    return (
        f"After {why} the chart no longer reaches its limit there. It had read: {before}. "
        "The signal stays in the list."
    )


def by_chance_words(run_length: float) -> str:
    """How often a chart of ordinary care signals."""
    return (
        "Where nothing is different, a chart like this reaches its limit by chance once in about "
        f"{in_figures(run_length, 0)} cases."
    )


def challenged_words(number: int) -> str:
    """Challenges stand beside a signal; they do not stop it."""
    if not number:
        return "None of these records is challenged now. Check that each is right and theirs."
    are = "1 of these records is" if number == 1 else f"{number} of these records are"
    return f"{are} challenged now. The signal stands meanwhile, and is worked out again afterwards."
