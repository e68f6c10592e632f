"""What people say of a measure's wording, and the answers."""

from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.measures.models import DepartmentMeasure, Feedback, MeasureVersion, Redefinition
from clinlead.measures.redefinition import why_not_answer, why_not_comment


@transaction.atomic
def comment(
    *, measure: MeasureVersion, text: str, proposes: str = "", by: Account, at: datetime
) -> Feedback:
    """Say what is wrong with a wording, and what it should say instead."""
    refuse_if(why_not_comment(reader_of(by, at.date()), users(measure.code), text))
    made = Feedback.objects.create(
        measure=measure.code,
        version=measure.version,
        text=text.strip(),
        proposes=proposes.strip(),
        by=by,
        at=at,
    )
    noted("feedback on a measure", made, by, at)
    return made


@transaction.atomic
def answer(*, feedback_id: int, answer: str, by: Account, at: datetime) -> Feedback:
    """Say what becomes of it where the wording stays as it is."""
    found = held(feedback_id)
    refuse_if(why_not_answer(reader_of(by, at.date()), found.facts(), answer))
    return answered(found, answer, by, at)


def held(feedback_id: int) -> Feedback:
    rows = Feedback.objects.select_for_update(of=("self",)).select_related("redefinition")
    return rows.get(pk=feedback_id)


def answered(
    found: Feedback, words: str, by: Account, at: datetime, *, changed: bool = False
) -> Feedback:
    found.answer, found.answered_by, found.answered_at = words.strip(), by, at
    found.changed = changed
    found.save(update_fields=["answer", "answered_by", "answered_at", "changed"])
    noted("feedback answered", found, by, at)
    return found


def answer_all(redefinition: Redefinition, by: Account, at: datetime) -> None:
    """A new version that was approved answers what it took up."""
    words = f"Changed in version {redefinition.version}: {redefinition.changed_because}"
    for each in redefinition.feedback.filter(answered_at=None):
        answered(each, words, by, at, changed=True)


def users(code: str) -> frozenset[int]:
    """The departments that use any wording of a measure."""
    used = DepartmentMeasure.objects.filter(measure__code=code, ended_on=None)
    return frozenset(used.values_list("department_id", flat=True))


def noted(act: str, one: Feedback, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="measure",
        object_id=f"{one.measure}/{one.version}",
        details={"feedback": one.pk},
    )
