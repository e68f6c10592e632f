"""The work list for whoever keeps the records: each accepted correction until the source agrees."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from io import StringIO

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Role
from clinlead.intake.at_source import Office, Standing, office_of, standing_of
from clinlead.intake.models import Correction, CorrectionState
from clinlead.organisation.models import ClinicianCode
from clinlead.printing.cells import harmless
from clinlead.validation.addresses import record_id
from clinlead.validation.records import label
from clinlead.validation.wording import stored_in_words
from clinmeasures.activity.record_types import RECORD_TYPES

WHERE = {
    Standing.OPEN: Q(state=CorrectionState.ACTIVE, sent_at=None),
    Standing.SENT: Q(state=CorrectionState.ACTIVE, sent_at__isnull=False),
    Standing.FIXED: Q(state=CorrectionState.FIXED_AT_SOURCE),
    Standing.CONTRADICTED: Q(state=CorrectionState.TO_SETTLE),
    Standing.TAKEN_BACK: Q(state=CorrectionState.REVOKED, sent_at__isnull=False),
}
DECIDES = (Role.LEAD, Role.CHIEF, Role.DIRECTOR, Role.ANALYST)  # said of whoever is several things


def corrections_standing(standing: Standing) -> QuerySet[Correction]:
    """The corrections that stand so, oldest first."""
    return Correction.objects.filter(WHERE[standing]).order_by("pk")


def counts() -> dict[Standing, int]:
    """How many stand where."""
    return {standing: corrections_standing(standing).count() for standing in Standing}


def for_office(corrections: Iterable[Correction], office: Office | None) -> list[Correction]:
    """Those of them that one office puts right; of none named, all."""
    return [one for one in corrections if office in {None, office_of(one.dataset, one.field)}]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One correction as the office reads it: by role and not by name."""

    number: int
    office: str
    data_set: str
    record: str
    field: str
    source_said: str
    should_say: str
    why: str
    by: str  # their role
    since: date
    standing: str
    standing_since: date
    sent_on: date | None
    source_says_now: str

    @property
    def href(self) -> str:
        return f"/records/{record_id(self.data_set, self.record)}/"

    @property
    def what(self) -> str:
        return label(self.field)


def lines_of(corrections: Sequence[Correction]) -> list[Line]:
    """Two queries for any number: the holdings of whoever made them, and codes of the sources."""
    codes = source_codes({one.new for one in corrections if one.new})
    roles = roles_held({one.made_by_id for one in corrections if one.made_by_id is not None})
    return [
        line_of(one, role_on(roles.get(one.made_by_id or 0, ()), one.made_at), codes)
        for one in corrections
    ]


def source_codes(values: Iterable[str]) -> dict[str, str]:
    """What a source calls people whom a correction names by our own code; the newest holds."""
    known = ClinicianCode.objects.filter(person__code__in=list(values))
    theirs = known.exclude(code=F("person__code")).order_by("starts_on")
    return dict(theirs.values_list("person__code", "code"))


def line_of(one: Correction, role: str, codes: Mapping[str, str]) -> Line:
    standing = standing_of(one.state, sent=one.sent_at is not None)
    contradicted = standing is Standing.CONTRADICTED
    return Line(
        number=one.pk,
        office=office_of(one.dataset, one.field),
        data_set=one.dataset,
        record=one.key,
        field=one.field,
        source_said=one.old or "",
        should_say=should_say(one, codes),
        why=one.reason,
        by=role,
        since=localdate(one.made_at),
        standing=standing or one.get_state_display(),
        standing_since=localdate(one.state_since),
        sent_on=localdate(one.sent_at) if one.sent_at else None,
        source_says_now=(one.source_says or "nothing") if contradicted else "",
    )


def should_say(one: Correction, codes: Mapping[str, str]) -> str:
    """The right value, as the source would write it."""
    column = RECORD_TYPES[one.dataset].column(one.field)
    value = one.new or ""
    return codes.get(value, value) if column is not None and column.clinician else value


def roles_held(accounts: Iterable[int]) -> dict[int, list[RoleHolding]]:
    found: dict[int, list[RoleHolding]] = {}
    for each in RoleHolding.objects.filter(account__in=list(accounts)):
        found.setdefault(each.account_id, []).append(each)
    return found


def role_on(holdings: Iterable[RoleHolding], at: datetime) -> str:
    """What somebody was when they decided, in words; of several the one that decides."""
    on = localdate(at)
    held = {
        Role(each.role)
        for each in holdings
        if each.starts_on <= on and (each.ends_on is None or on <= each.ends_on)
    }
    chosen = next((role for role in DECIDES if role in held), None) or min(held, default=None)
    return chosen.label if chosen else "no role then"


def as_csv(lines: Iterable[Line]) -> bytes:
    """The work list as CSV, for a spreadsheet."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([each.name for each in fields(Line)])
    writer.writerows([cell(getattr(line, each.name)) for each in fields(Line)] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def cell(value: object) -> object:
    return "" if value is None else harmless(value)


def told(one: Correction) -> str:
    """Where a correction stands, for whoever the record counts for."""
    since = day(localdate(one.state_since))
    match standing_of(one.state, sent=one.sent_at is not None):
        case Standing.FIXED:
            return f"fixed at source: the extract of {since} says the same"
        case Standing.CONTRADICTED:
            says = stored_in_words(one.source_says)
            return f"the extract of {since} says {says} instead, so it is settled again"
        case Standing.SENT if one.sent_at:
            office = office_of(one.dataset, one.field)
            return f"in use here; sent to {office} on {day(localdate(one.sent_at))}"
        case Standing.OPEN:
            return "in use here; still to be sent to the source"
    return "taken back"


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
