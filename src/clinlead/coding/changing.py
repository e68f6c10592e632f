"""Changing the codebook: every change makes a version that keeps the whole of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from clinlead.access.models import Account
from clinlead.access.policies import NotAllowed, Reason, Refusal, refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.codebook import would_circle
from clinlead.coding.models import Code, CodebookVersion, Theme
from clinlead.coding.policies import why_not_edit_codebook, why_not_retire
from clinlead.coding.queries import codes_in_use, entries_of, study_facts, version_in_use
from clinlead.evaluation.models import Study
from clinlead.history.actions import append


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a code says."""

    name: str
    definition: str = ""
    parent: Code | None = None


@transaction.atomic
def add_code(*, study: Study, said: Wording, because: str, by: Account, at: datetime) -> Code:
    hold(study, because, by, at)
    refuse_taken(study, said, None)
    last = study.codes.aggregate(last=Max("place"))["last"] or 0
    made = Code.objects.create(
        study=study,
        name=said.name.strip(),
        definition=said.definition.strip(),
        parent=said.parent,
        place=last + 1,
    )
    keep_version(study, because, by, at)
    return made


@transaction.atomic
def change_code(
    *, code: Code, seen: int, said: Wording, because: str, by: Account, at: datetime
) -> Code:
    """Names, defines or moves a code, unless the codebook is another than the one that was seen."""
    hold(code.study, because, by, at)
    refuse_if(why_not_on_this(code.study, seen))
    refuse_taken(code.study, said, code)
    entries = entries_of(codes_in_use(code.study))
    parent = str(said.parent.guid) if said.parent else ""
    if would_circle(entries, str(code.guid), parent):
        raise NotAllowed(Refusal(Reason.WRONG_STAGE, "A code cannot stand below itself."))
    code.name, code.definition = said.name.strip(), said.definition.strip()
    code.parent = said.parent
    code.save(update_fields=["name", "definition", "parent"])
    keep_version(code.study, because, by, at)
    return code


@transaction.atomic
def retire_code(*, code: Code, seen: int, because: str, by: Account, at: datetime) -> None:
    """It is offered and counted no more; what it was put on stays, as does what is below it."""
    hold(code.study, because, by, at)
    refuse_if(why_not_on_this(code.study, seen) or why_not_retire(counted_in(code)))
    code.below.update(parent=code.parent)
    code.retired_at = at
    code.save(update_fields=["retired_at"])
    keep_version(code.study, because, by, at)


def counted_in(code: Code) -> str:
    """The title of a theme whose table counts a code, or counts within it."""
    found = Theme.objects.filter(Q(rows__code=code) | Q(rows__within=code))
    return found.values_list("title", flat=True).first() or ""


def hold(study: Study, because: str, by: Account, at: datetime) -> None:
    """One change at a time."""
    Study.objects.select_for_update().get(pk=study.pk)
    refuse_if(why_not_edit_codebook(reader_of(by, at.date()), study_facts(study), because))


def why_not_on_this(study: Study, seen: int) -> Refusal | None:
    now = version_in_use(study)
    if now == seen:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"The codebook is now version {now}; what you changed was version {seen}. Look at what "
        "is new, then change it again.",
    )


def refuse_taken(study: Study, said: Wording, code: Code | None) -> None:
    taken = codes_in_use(study).filter(name=said.name.strip())
    if (taken.exclude(pk=code.pk) if code else taken).exists():
        raise NotAllowed(
            Refusal(Reason.ALREADY_DONE, f"There is a code “{said.name.strip()}” already.")
        )


def keep_version(study: Study, because: str, by: Account, at: datetime) -> CodebookVersion:
    """The whole codebook as it is now; last, because it writes in the record of acts."""
    made = CodebookVersion.objects.create(
        study=study,
        number=version_in_use(study) + 1,
        content=[entry.as_content() for entry in entries_of(codes_in_use(study))],
        because=because.strip(),
        by=by,
        at=at,
    )
    noted("codebook changed", study, by, at, {"version": made.number})
    return made


def noted(
    act: str, study: Study, by: Account, at: datetime, details: Mapping[str, object] | None = None
) -> None:
    """That it happened in a study; never whose words, or which."""
    append(act=act, at=at, by_id=by.pk, object_kind="study", object_id=study.pk, details=details)
