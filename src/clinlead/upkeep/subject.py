"""Everything held about one person, from every table of every room, others unnamed.

A table is about a person where it refers to them or to their account, or keeps something under
their own code. Somebody else in it becomes their role; their names in what was written become
"a colleague"; patients are not in it. What is left out is in `LEFT_OUT`, with the reason.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet

from clinlead.access.models import Account, RoleHolding
from clinlead.figures.models import Tally
from clinlead.figures.queries import is_person
from clinlead.figures.records import counting_for
from clinlead.governance.naming import SOMEBODY, pattern_of
from clinlead.history.models import Entry, Subject
from clinlead.organisation.models import ClinicianCode, Department, Division, Person, WorkStream
from clinmeasures.activity.record_types import RECORD_TYPES

Row = dict[str, Any]
YOU, ANOTHER, OTHER_CODE = "you", "another person", "another clinician"
NAMED = (Department, Division, WorkStream)  # what a row refers to by name rather than number
LEFT_OUT = {
    "mfa.Authenticator": "the secret of a second factor is of use to a thief alone",
    "history.Entry": "told apart, as what was done by you and about you",
    "history.Subject": "the same",
    "feedback.Sheet": "colleagues answered in confidence; what may be shown is on its page",
    "figures.Tally": "told apart, with the measure and month of each",
    "account.EmailConfirmation": "a key to an e-mail address is of use to a thief alone",
}
# A study is the evaluator's: who hands this file over must not read it there.
STUDY = "who was asked and what was said belongs to the study; ask the evaluator"
ROOMS_LEFT_OUT = {"evaluation": STUDY, "coding": STUDY}
# What was written about somebody stands in tables that refer to them through another one: the way
# to whom it is about, a person or an account.
THROUGH = {
    "concerns.BypassUsed": "concern__person",
    "concerns.Finding": "concern__person",
    "concerns.Note": "concern__person",
    "concerns.SeatHeld": "concern__person",
    "concerns.Support": "concern__person",
    "conversations.Said": "conversation__person",
    "dataprotection.Disclosure": "people__pk",
    "notices.Letter": "notice__account",
    "reviews.Words": "review__person",
    "reviews.Objective": "review__person",
    "reviews.OwnEvidence": "review__person",
    "reviews.Gathering": "review__person",
    "reviews.Signature": "review__person",
    "safety.Happening": "signal__person",
    "validation.Change": "challenge__person",
    "validation.Evidence": "challenge__person",
}
# What a reviewer has not handed over is theirs alone, as the unfinished words of a release are.
HELD_BACK = {
    "reviews.Words": Q(side="reviewer", review__reviewer_ready_at=None)
    | Q(side="reviewer", review__clinician_ready_at=None),
}
SECRETS = {"access.Account": ("password",), "api.Token": ("digest",)}
UNFINISHED = "releases.UnfinishedWords"  # nobody but their writer reads these


@dataclass(frozen=True)
class About:
    """The person asked about, and what it takes to tell them from others."""

    account: Account
    at: datetime

    @property
    def person(self) -> Person | None:
        return self.account.person

    @property
    def code(self) -> str:
        return self.person.code if self.person else ""

    @cached_property
    def own_codes(self) -> frozenset[str]:
        found = ClinicianCode.objects.filter(person=self.person) if self.person else ()
        return frozenset(each.code for each in found)

    @cached_property
    def others(self) -> re.Pattern[str]:
        """The name of anybody else."""
        names = set(Person.objects.values_list("name", flat=True))
        names |= {str(each) for each in Account.objects.select_related("person")}
        names -= {str(self.account), str(self.person), ""}
        ways = [pattern_of(each).pattern for each in sorted(names)]
        return re.compile("|".join(ways) if ways else r"(?!)", re.IGNORECASE)

    @cached_property
    def roles(self) -> Mapping[int, str]:
        """What each account is, for whoever acted."""
        held = RoleHolding.objects.on(self.at.date()).order_by("-pk")
        return {each.account_id: each.get_role_display() for each in held}

    @cached_property
    def named(self) -> Mapping[type[Model], Mapping[int, str]]:
        return {model: {one.pk: str(one) for one in model.objects.all()} for model in NAMED}  # type: ignore[attr-defined]


def export_of(account: Account, at: datetime) -> dict[str, Any]:
    """Plain content, ready to be written: tables, records, figures and the record of acts."""
    about = About(account, at)
    return {
        "subject": {"login": account.get_username(), "name": str(account), "code": about.code},
        "made_at": at.isoformat(),
        "left_out": [f"{name}: {why}" for name, why in (LEFT_OUT | ROOMS_LEFT_OUT).items()],
        "tables": dict(tables(about)),
        "figures": figures(about),
        "records": dict(records(about)),
        "history": {"by_you": acts(about, by=True), "about_you": acts(about, by=False)},
    }


def tables(about: About) -> Iterator[tuple[str, list[Row]]]:
    for model in apps.get_models():
        label = model._meta.label
        if label in LEFT_OUT or model._meta.app_label in ROOMS_LEFT_OUT:
            continue
        if not (found := rows_about(model, about)):
            continue
        rows = [row_of(each, about) for each in found.order_by("pk")]
        if rows:
            yield label, rows


def links(model: type[Model]) -> list[Field]:
    """The fields by which a table refers to a person or an account."""
    fields = [f for f in model._meta.concrete_fields if f.related_model in (Account, Person)]
    return [f for f in fields if f.name in {"by"}] if model._meta.label == UNFINISHED else fields


def rows_about(model: type[Model], about: About) -> QuerySet | None:
    ways = Q(pk__in=[])
    if model in (Account, Person):
        ways |= Q(pk=about.account.pk if model is Account else about.account.person_id)
    for field in links(model):
        mine = about.account if field.related_model is Account else about.person
        ways |= Q(**{field.name: mine}) if mine else Q(pk__in=[])
    if through := THROUGH.get(model._meta.label):
        mine = about.account if through.endswith("account") else about.person
        theirs = model._default_manager.filter(**{through: mine.pk}) if mine else ()
        ways |= Q(pk__in=theirs) & ~HELD_BACK.get(model._meta.label, Q(pk__in=[]))
    has_unit = any(field.name == "unit" for field in model._meta.concrete_fields)
    if has_unit and about.code and model._meta.label != UNFINISHED:
        ways |= Q(unit=about.code)
    return model._default_manager.filter(ways) if len(ways) > 1 else None


def row_of(row: Model, about: About) -> Row:
    secret = SECRETS.get(row._meta.label, ())
    fields = [each for each in row._meta.concrete_fields if each.name not in secret]
    return {each.name: told(row, each, about) for each in fields}


def told(row: Model, field: Field, about: About) -> Any:
    """One cell, with others unnamed."""
    value = getattr(row, field.attname)
    if value is None:
        return None
    if field.is_relation:
        return referred(value, field.related_model, about)
    if field.name == "unit" and is_person(value) and value != about.code:
        return OTHER_CODE
    return plain(value, about)


def referred(number: int, model: Any, about: About) -> Any:
    """Whom or what a row refers to."""
    if model is Account:
        return YOU if number == about.account.pk else about.roles.get(number, ANOTHER)
    if model is Person:
        return YOU if number == about.account.person_id else ANOTHER
    return about.named.get(model, {}).get(number, number)


def plain(value: Any, about: About) -> Any:
    """As JSON has it; names of others in any text taken out."""
    if isinstance(value, str):
        return about.others.sub(SOMEBODY, value) if " " in value else value
    if isinstance(value, Mapping):
        return {str(key): plain(each, about) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each, about) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID | bytes | memoryview) else value


def figures(about: About) -> list[Row]:
    """Each month of each of their figures, as it is shown now."""
    if not about.code:
        return []
    place = [f"tally_month__{name}" for name in ("measure", "version", "rule", "month", "complete")]
    numbers = [f.name for f in Tally._meta.concrete_fields if not f.is_relation and f.name != "id"]
    rows = Tally.objects.filter(unit=about.code, tally_month__shown=True).order_by(*place)
    found = rows.values_list(*place, *numbers)
    names = [name.removeprefix("tally_month__") for name in place] + numbers
    return [dict(zip(names, map(str_of_large, each), strict=True)) for each in found]


def str_of_large(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def records(about: About) -> Iterator[tuple[str, list[Row]]]:
    """The records that count for them under any rule, without anything of the patient."""
    if not about.code:
        return
    for dataset, kind in RECORD_TYPES.items():
        clinicians = set(kind.clinician_columns)
        found = counting_for([about.code], dataset)
        if found:
            yield dataset, [record_row(each, clinicians, about) for each in found]


def record_row(record: Any, clinicians: set[str], about: About) -> Row:
    fields = {
        name: OTHER_CODE if name in clinicians and value and value not in about.own_codes else value
        for name, value in record.fields.items()
    }
    return {"key": record.key, "month": record.month, **plain(fields, about)}


def acts(about: About, *, by: bool) -> list[Row]:
    """What they did, or what was done and read about them, from the record of acts."""
    if by:
        found = Entry.objects.filter(by_id=about.account.pk)
    else:
        mine = (
            Subject.objects.filter(person=about.person) if about.person else Subject.objects.none()
        )
        found = Entry.objects.filter(pk__in=mine.values("entry_id"))
    return [act_row(each, about) for each in found.order_by("number")]


def act_row(entry: Entry, about: About) -> Row:
    mine = entry.by_id == about.account.pk
    who = YOU if mine else about.roles.get(entry.by_id, ANOTHER) if entry.by_id else "the system"
    details = (entry.facts or {}).get("details", {})
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "act": entry.act,
        "by": who,
        "object": f"{entry.object_kind} {entry.object_id}".strip(),
        "details": plain(details, about),
    }
