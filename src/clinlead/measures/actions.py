"""Writing the register: definitions come in, departments choose."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import resources

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import DepartmentMeasure, MeasureVersion
from clinlead.measures.policies import ChoiceFacts, why_not_choose, why_not_register
from clinlead.measures.queries import newest_versions, read_definition
from clinlead.organisation.models import Department
from clinmeasures.definitions import Definition, parse_definition
from clinmeasures.errors import BadInput

# What a department that has chosen nothing starts with. Six, for the clinical director's hour:
# more charts than that are not read.
STARTING_MEASURES = (
    "length-of-stay",
    "emergency-readmission-30d",
    "predicted-discharge-recorded",
    "predicted-discharge-accuracy",
    "discharge-summary-24h",
    "mortality-30d",
)


def shipped_texts() -> Iterator[tuple[str, str]]:
    """The definitions that clinmeasures brings: file name and text."""
    folder = resources.files("clinmeasures.definitions") / "library"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            yield file.name, file.read_text(encoding="utf-8")


@transaction.atomic
def register_library(*, at: datetime) -> list[MeasureVersion]:
    """Put the shipped definitions in the register; those that are there already stay."""
    return [added for name, text in shipped_texts() if (added := enter(text, name, at, None))]


@transaction.atomic
def register(*, text: str, source: str, at: datetime, by: Account | None) -> MeasureVersion | None:
    """Put one definition in the register; None where this very wording is in it already.

    Without `by` it is the host's own command.
    """
    if by is not None:
        refuse_if(why_not_register(reader_of(by, at.date())))
    return enter(text, source, at, by)


def enter(text: str, source: str, at: datetime, by: Account | None) -> MeasureVersion | None:
    definition = parse_definition(text, source=source, must_look_ahead=True)
    known = MeasureVersion.objects.filter(code=definition.code, version=definition.version).first()
    if known is not None:
        refuse_reworded(known, definition, source)
        return None
    entered = MeasureVersion.objects.create(
        code=definition.code,
        version=definition.version,
        title=definition.title,
        definition=text,
        digest=definition.digest,
        approved=True,
        registered_at=at,
        changed_because=definition.changed_because,
    )
    append(
        act="measure registered",
        at=at,
        by_id=by.pk if by else None,
        object_kind="measure",
        object_id=f"{definition.code}/{definition.version}",
        details={"digest": definition.digest},
    )
    return entered


def refuse_reworded(known: MeasureVersion, definition: Definition, source: str) -> None:
    """A version's wording never changes, or its figures would change their meaning."""
    if known.digest != definition.digest:
        raise BadInput(
            f"{source}: version {definition.version} of {definition.code} is registered with other "
            f"words; give the new wording version {definition.version + 1}."
        )


@transaction.atomic
def choose_measure(
    *,
    department: Department,
    measure: MeasureVersion,
    rule: str,
    shown_individually: bool,
    reason: str,
    at: datetime,
    by: Account | None,
    order: int = 0,
) -> DepartmentMeasure:
    """A department uses a measure from today on; its earlier choice of the measure ends.

    Without `by` it is the installation's own set-up.
    """
    definition = read_definition(measure.definition)
    facts = ChoiceFacts(
        department_id=department.pk,
        allowed_rules=definition.attribution,
        rule=rule,
        team_level=definition.level == "team",
        shown_individually=shown_individually,
        reason=reason,
        kind=definition.kind.value,
    )
    if by is not None:
        refuse_if(why_not_choose(reader_of(by, at.date()), facts))
    elif rule not in definition.attribution:
        raise BadInput(f"{measure.code} cannot be attributed by {rule}.")
    end_choice(department, measure.code, at.date())
    chosen = DepartmentMeasure.objects.create(
        department=department,
        measure=measure,
        rule=rule,
        shown_individually=shown_individually,
        decided_on=at.date(),
        decided_by=by,
        reason=reason,
        order=order,
    )
    append(
        act="measure chosen",
        at=at,
        by_id=by.pk if by else None,
        object_kind="department measure",
        object_id=chosen.pk,
        details={"department": department.code, "measure": measure.code, "rule": rule},
    )
    return chosen


def end_choice(department: Department, code: str, today: date) -> None:
    """End what the department chose before; a choice of the same day is replaced."""
    current = DepartmentMeasure.objects.filter(
        department=department, measure__code=code, ended_on=None
    )
    current.filter(decided_on__gte=today).delete()
    current.update(ended_on=today - timedelta(days=1))


@transaction.atomic
def choose_defaults(
    *, department: Department, at: datetime, codes: tuple[str, ...] = STARTING_MEASURES
) -> list[DepartmentMeasure]:
    """Give a department that has chosen nothing these measures, each by its first rule.

    A measure of team level is shown for the team only, until the department decides otherwise.
    """
    if DepartmentMeasure.objects.filter(department=department, ended_on=None).exists():
        return []
    newest = {each.code: each for each in newest_versions()}
    wanted = [newest[code] for code in codes if code in newest]
    return [
        choose_measure(
            department=department,
            measure=each,
            rule=read_definition(each.definition).attribution[0],
            shown_individually=read_definition(each.definition).level == "individual",
            reason="",
            at=at,
            by=None,
            order=order,
        )
        for order, each in enumerate(wanted)
    ]
