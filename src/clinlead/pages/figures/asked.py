"""What the reader asks a figure page for; everything stays in the address."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from clinlead.figures.presenters import Period
from clinlead.figures.records import FILTERS, Filters
from clinlead.figures.sums import MonthSums
from clinmeasures.activity.record_types import RECORD_TYPES, Kind
from clinmeasures.attribution.rules import RULES
from clinmeasures.definitions import Definition

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
COUNTED = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The months, the rule and the filters of one address."""

    first: str = ""
    last: str = ""
    rule: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""  # yes: in the numerator alone; no: the others
    reason: str = ""

    def period(self, usual: Period | None, there: Sequence[MonthSums]) -> Period | None:
        """The months asked for, of those that there are; what was left out is as usual."""
        if usual is None:
            return None
        asked = self.first or usual.first, self.last or usual.last
        first, last = max(min(asked), there[0].month), min(max(asked), there[-1].month)
        if first > last:  # none of them: nothing is told of these
            first, last = min(asked), max(asked)
        return Period(first=first, last=last)

    @property
    def as_filters(self) -> Filters:
        return Filters(values=self.filters, counted=COUNTED.get(self.counted))

    @property
    def filtered(self) -> bool:
        return bool(self.filters)

    def query(self, **changes: Any) -> str:
        """The same as the end of an address, with some of it changed."""
        asked = replace(self, **changes) if changes else self
        named = {"from": asked.first, "to": asked.last, "rule": asked.rule}
        named |= {**asked.filters, "counted": asked.counted, "reason": asked.reason}
        kept = {name: value for name, value in named.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def asked_of(query: Mapping[str, str], definition: Definition) -> Asked:
    """What an address asks; what makes no sense in it asks nothing."""
    first, last = query.get("from", ""), query.get("to", "")
    rule = query.get("rule", "")
    columns = filter_columns(definition)
    values = {name: query.get(name, "") for name in columns}
    counted = query.get("counted", "")
    return Asked(
        first=first if MONTH.fullmatch(first) else "",
        last=last if MONTH.fullmatch(last) else "",
        rule=rule if rule in definition.attribution else "",
        filters={name: v for name, v in values.items() if v and (v in columns[name])},
        counted=counted if counted in COUNTED else "",
        reason=query.get("reason", "").strip()[:300],
    )


def filter_columns(definition: Definition) -> dict[str, Sequence[str]]:
    """What may be filtered by, with its values: codes of the record type."""
    kind = RECORD_TYPES[definition.record]
    found = {name: kind.column(name) for name in FILTERS}
    return {name: c.codes for name, c in found.items() if c is not None and c.kind is Kind.CODE}


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Select:
    """One field of the filter form."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def selects(
    asked: Asked, definition: Definition, months: Sequence[str], period: Period | None, rule: str
) -> list[Select]:
    """The filter form: months, attribution, and what the records can be narrowed to."""
    from clinlead.figures.presenters import month_words

    first, last = (period.first, period.last) if period else ("", "")
    found = [
        Select("from", "From", tuple(Choice(m, month_words(m), m == first) for m in months)),
        Select("to", "To", tuple(Choice(m, month_words(m), m == last) for m in months)),
    ]
    if len(definition.attribution) > 1:
        rules = tuple(Choice(r, RULES[r].words, r == rule) for r in definition.attribution)
        found.append(Select("rule", "Counted for", rules))
    for name, codes in filter_columns(definition).items():
        every = Choice("", "All", not asked.filters.get(name))
        some = (Choice(c, in_words(c), asked.filters.get(name) == c) for c in codes)
        found.append(Select(name, in_words(name), (every, *some)))
    return found


def set_to(found: Sequence[Select]) -> str:
    """What the form is set to, for its folded line: the months, for whom, which records."""
    said = {
        each.name: next((c.words for c in each.choices if c.chosen and c.value), "")
        for each in found
    }
    first, last, rule = (said.pop(name, "") for name in ("from", "to", "rule"))
    months = first if first == last else f"{first} to {last}"
    return ", ".join(filter(None, [months, rule and f"counted for {rule}", *said.values()]))


def in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
