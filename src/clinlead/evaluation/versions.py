"""Questionnaires in versions: begun, written, validated and put into use."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.evaluation.cohort import check
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import (
    Questionnaire,
    QuestionnaireVersion,
    Round,
    RoundComment,
    Study,
)
from clinlead.evaluation.policies import (
    RoundKind,
    VersionFacts,
    VersionState,
    why_not_comment,
    why_not_edit,
    why_not_end_round,
    why_not_use,
)
from clinlead.evaluation.questions import Content, Purpose, Shipped, content_of


@transaction.atomic
def begin_questionnaire(
    *,
    study: Study,
    title: str,
    purpose: Purpose,
    template: Shipped | None,
    by: Account,
    at: datetime,
) -> QuestionnaireVersion:
    """From one that ships, or from nothing."""
    check(study, by, at)
    content = template.content if template else Content()
    made = Questionnaire.objects.create(
        study=study, purpose=purpose, title=title.strip(), created_at=at
    )
    first = QuestionnaireVersion.objects.create(
        questionnaire=made, number=1, content=content.model_dump(mode="json"), written_at=at
    )
    noted("evaluation: questionnaire begun", study, by, at, questionnaire=made.pk)
    return first


def held(version: QuestionnaireVersion) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_for_update(of=("self",))
    return rows.select_related("questionnaire__study").get(pk=version.pk)


def version_facts(version: QuestionnaireVersion) -> VersionFacts:
    """What the rules need to know of a wording."""
    earlier = Round.objects.filter(
        version__questionnaire=version.questionnaire_id, version__number__lte=version.number
    )
    ended = earlier.filter(kind=RoundKind.VALIDATION, ended_at__isnull=False)
    comments = RoundComment.objects.filter(round__version=version).exclude(text="")
    return VersionFacts(
        state=VersionState(version.state),
        questions=len(list(content_of(version.content).questions)),
        validated=ended.exists(),
        round_open=version.rounds.filter(ended_at=None).exists(),
        unanswered=comments.filter(answer="").count(),
    )


@transaction.atomic
def edit(
    *,
    version: QuestionnaireVersion,
    change: Callable[[Content], Content],
    by: Account,
    at: datetime,
) -> QuestionnaireVersion:
    """Change a draft. `change` sees what is kept now, so that nothing said meanwhile is lost."""
    found = held(version)
    check(found.questionnaire.study, by, at)
    refuse_if(why_not_edit(version_facts(found)))
    found.content = change(content_of(found.content)).model_dump(mode="json")
    found.written_at = at
    found.save(update_fields=["content", "written_at"])
    return found


@transaction.atomic
def put_into_use(*, version: QuestionnaireVersion, by: Account, at: datetime) -> None:
    """From now on these words are asked; the version before is retired."""
    found = held(version)
    check(found.questionnaire.study, by, at)
    refuse_if(why_not_use(version_facts(found)))
    found.questionnaire.versions.filter(state=VersionState.IN_USE).update(
        state=VersionState.RETIRED
    )
    found.state, found.used_from = VersionState.IN_USE, at
    found.save(update_fields=["state", "used_from"])
    noted("evaluation: questionnaire in use", found.questionnaire.study, by, at,
          questionnaire=found.questionnaire_id, version=found.number)  # fmt: skip


@transaction.atomic
def write_another(
    *, questionnaire: Questionnaire, because: str, by: Account, at: datetime
) -> QuestionnaireVersion:
    """A draft that begins as the newest version; one draft at a time."""
    check(questionnaire.study, by, at)
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    draft = questionnaire.versions.filter(state=VersionState.DRAFT).first()
    if draft:
        return draft
    last = questionnaire.versions.aggregate(last=Max("number"))["last"]
    newest = questionnaire.versions.get(number=last)
    made = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=last + 1,
        content=newest.content,
        changed_because=because.strip(),
        written_at=at,
    )
    noted("evaluation: questionnaire written anew", questionnaire.study, by, at,
          questionnaire=questionnaire.pk, version=made.number)  # fmt: skip
    return made


# ---- rounds --------------------------------------------------------------------------------------


@transaction.atomic
def begin_round(
    *,
    version: QuestionnaireVersion,
    kind: RoundKind,
    after_interviews: int | None = None,
    by: Account,
    at: datetime,
) -> Round:
    """People in named roles comment on a wording; or the first interviews are looked at."""
    found = held(version)
    check(found.questionnaire.study, by, at)
    running = found.rounds.filter(ended_at=None).first()
    if running:
        return running
    made = Round.objects.create(
        version=found, kind=kind, after_interviews=after_interviews, begun_at=at
    )
    noted(f"evaluation: {kind} begun", found.questionnaire.study, by, at,
          questionnaire=found.questionnaire_id, version=found.number)  # fmt: skip
    return made


@transaction.atomic
def comment(
    *,
    round_: Round,
    role: str,
    question: str = "",
    relevance: int | None = None,
    text: str = "",
    by: Account,
    at: datetime,
) -> RoundComment:
    """What somebody in a role said, as the evaluator was told."""
    check(round_.version.questionnaire.study, by, at)
    ended = round_.ended_at is not None
    refuse_if(why_not_comment(role=role, text=text, relevance=relevance, ended=ended))
    return RoundComment.objects.create(
        round=round_,
        role=role.strip(),
        question=question,
        relevance=relevance,
        text=text.strip(),
        at=at,
    )


@transaction.atomic
def answer_comment(
    *, comment: RoundComment, answer: str, by: Account, at: datetime
) -> RoundComment:
    """What was done about it, or why nothing."""
    check(comment.round.version.questionnaire.study, by, at)
    comment.answer = answer.strip()
    comment.save(update_fields=["answer"])
    return comment


@transaction.atomic
def end_round(*, round_: Round, learned: str, by: Account, at: datetime) -> Round:
    found = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    study = found.version.questionnaire.study
    check(study, by, at)
    kind = RoundKind(found.kind)
    refuse_if(why_not_end_round(learned=learned, comments=found.comments.count(), kind=kind))
    found.learned, found.ended_at = learned.strip(), at
    found.save(update_fields=["learned", "ended_at"])
    noted(f"evaluation: {kind} ended", study, by, at, round=found.pk)
    return found
