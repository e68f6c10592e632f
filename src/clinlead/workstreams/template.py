"""The stage template: as shipped, as text that the project team edits, and as it is in force."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.workstreams.checks import CHECKS
from clinlead.workstreams.models import Template, TemplateCriterion, TemplateStage
from clinlead.workstreams.policies import LAST, why_not_edit_stages

SHIPPED = Path(__file__).with_name("template.toml")


@dataclass(frozen=True)
class Criterion:
    """An exit criterion in the template's words."""

    key: str
    wording: str


@dataclass(frozen=True)
class StageText:
    number: int
    name: str
    about: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Stages:
    """The eight stages of one version."""

    version: int
    template_id: int
    stages: tuple[StageText, ...]

    def stage(self, number: int) -> StageText:
        return self.stages[number - 1]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.stages)

    def has(self, key: str) -> bool:
        return any(one.key == key for each in self.stages for one in each.criteria)

    def words_of(self, key: str) -> str:
        """A criterion in this version's words; in the check's own where it has none."""
        said = (one.wording for each in self.stages for one in each.criteria if one.key == key)
        return next(said, CHECKS[key].words if key in CHECKS else key)


def in_force() -> Stages:
    """The newest version; the shipped one where no database has any yet."""
    newest = Template.objects.order_by("-version").values_list("pk", flat=True).first()
    return stages_of(newest) if newest else Stages(0, 0, shipped())


@lru_cache(maxsize=50)
def stages_of(template_id: int) -> Stages:
    """One version: it never changes, so a process asks for it once (see `write`)."""
    template = Template.objects.get(pk=template_id)
    stages = template.stages.prefetch_related("criteria")
    return Stages(
        template.version,
        template.pk,
        tuple(
            StageText(
                each.number,
                each.name,
                each.about,
                tuple(Criterion(one.check_key, one.wording) for one in each.criteria.all()),
            )
            for each in stages
        ),
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[StageText, ...]:
    given = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["stage"]
    return tuple(stage_of(number, each) for number, each in enumerate(given, start=1))


def stage_of(number: int, given: dict[str, Any]) -> StageText:
    criteria = tuple(Criterion(key, wording) for key, wording in given["criteria"])
    return StageText(number, given["name"], given["about"], criteria)


@transaction.atomic
def edit_stages(
    *, stages: Iterable[StageText], because: str, by: Account, at: datetime
) -> Template:
    """A new version of the stages is in force from now on; the earlier ones stay readable."""
    refuse_if(why_not_edit_stages(reader_of(by, at.date()), because))
    return write(stages, because.strip(), by, at)


def first_template(at: datetime) -> Template:
    """The shipped stages as version 1, where there is none yet."""
    return Template.objects.order_by("-version").first() or write(shipped(), "", None, at)


@transaction.atomic
def write(stages: Iterable[StageText], because: str, by: Account | None, at: datetime) -> Template:
    newest = Template.objects.select_for_update().order_by("-version").first()
    made = Template.objects.create(
        version=newest.version + 1 if newest else 1,
        changed_because=because,
        made_by=by,
        made_at=at,
    )
    written = list(stages)
    assert len(written) == LAST, "there are eight stages"
    for each in written:
        stage = TemplateStage.objects.create(
            template=made, number=each.number, name=each.name, about=each.about
        )
        TemplateCriterion.objects.bulk_create(
            TemplateCriterion(stage=stage, order=order, check_key=one.key, wording=one.wording)
            for order, one in enumerate(each.criteria)
        )
    append(
        act="stages edited" if by else "stages set up",
        at=at,
        by_id=by.pk if by else None,
        object_kind="stage template",
        object_id=made.version,
        details={"because": because},
    )
    stages_of.cache_clear()  # a version that was read and then undone may have left its number
    return made
