"""How two wordings of a measure differ, in plain words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from clinmeasures.attribution import RULES
from clinmeasures.definitions import Definition, describe

# What is said in one sentence or value, and how it is called on a page.
SENTENCES = {
    "title": "Title",
    "counts": "Counts",
    "out_of": "Out of",
    "exclusions": "Left out",
    "clock": "The clock",
    "influence": "What a clinician can change",
    "purpose": "Purpose",
    "source": "Source",
    "chart": "Kind of chart",
    "minimum": "Fewest records before it is read",
    "balances": "Read beside",
    "review_due": "Review due",
}
ORDER = "in this order"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that another version says otherwise; lists show what was added and removed."""

    what: str
    before: str = ""
    after: str = ""
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    counts: bool = True  # it can change the figure, not only the words


def differences(before: Definition, after: Definition) -> list[Difference]:
    """Everything that differs, what changes the figure first; empty where nothing does."""
    found = [*figure_changes(before, after), *word_changes(before, after)]
    return [one for one in found if one.before != one.after or one.removed or one.added]


def figure_changes(before: Definition, after: Definition) -> Iterable[Difference]:
    old, new = describe(before), describe(after)
    yield Difference(what="What is worked out", before=old.what, after=new.what)
    yield listed("Of which records", old.included, new.included)
    yield listed("Which of them count", old.counted, new.counted)
    yield Difference(what="When a record counts", before=old.when, after=new.when)
    yield Difference(what="When a month is complete", before=old.matures, after=new.matures)
    yield Difference(what="Which way is better", before=old.better, after=new.better)
    yield Difference(what="Shown for", before=level(before), after=level(after))
    yield listed("Whose patient it may be", rules(before), rules(after))
    yield listed("Case mix", spaced(before.case_mix), spaced(after.case_mix))


def word_changes(before: Definition, after: Definition) -> Iterable[Difference]:
    for name, what in SENTENCES.items():
        old, new = (said(getattr(one, name)) for one in (before, after))
        yield Difference(what=what, before=old, after=new, counts=False)
    yield listed("Where it misleads", before.traps, after.traps, counts=False)


def listed(
    what: str, before: tuple[str, ...], after: tuple[str, ...], *, counts: bool = True
) -> Difference:
    """What is in one list and not in the other; the same in another order is said as such."""
    if sorted(before) == sorted(after) and before != after:
        first, second = (f"{', '.join(each)} ({ORDER})" for each in (before, after))
        return Difference(what=what, before=first, after=second, counts=counts)
    removed = tuple(one for one in before if one not in after)
    added = tuple(one for one in after if one not in before)
    return Difference(what=what, removed=removed, added=added, counts=counts)


def rules(one: Definition) -> tuple[str, ...]:
    return tuple(RULES[rule].words for rule in one.attribution)


def level(one: Definition) -> str:
    return "one clinician" if one.level == "individual" else "the team"


def spaced(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.replace("_", " ") for name in names)


def said(value: object) -> str:
    return "" if value is None else str(value)
