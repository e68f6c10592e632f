"""Anonymous forms: opened to whoever has the link, and handed in by nobody that is known."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.evaluation.branching import Answers, reachable
from clinlead.evaluation.cohort import check
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import FilledIn, Opening, QuestionnaireVersion
from clinlead.evaluation.policies import why_not_fill_in, why_not_open_form
from clinlead.evaluation.questions import Purpose, content_of
from clinlead.evaluation.versions import held, version_facts


@transaction.atomic
def open_form(
    *, version: QuestionnaireVersion, closes_on: date, by: Account, at: datetime
) -> Opening:
    """From now until a day, whoever has the link can fill it in."""
    found = held(version)
    study = found.questionnaire.study
    check(study, by, at)
    is_form = found.questionnaire.purpose == Purpose.FORM
    running = any(is_open(one, at) for one in found.openings.all())
    refuse_if(why_not_open_form(version_facts(found), is_form=is_form, open_now=running))
    made = Opening.objects.create(
        version=found, token=secrets.token_urlsafe(16), begun_at=at, closes_on=closes_on
    )
    noted("evaluation: form opened", study, by, at, version=found.number)
    return made


@transaction.atomic
def close_form(*, opening: Opening, by: Account, at: datetime) -> Opening:
    study = opening.version.questionnaire.study
    check(study, by, at)
    if opening.closed_at is None:
        opening.closed_at = at
        opening.save(update_fields=["closed_at"])
        noted("evaluation: form closed", study, by, at, version=opening.version.number)
    return opening


def is_open(opening: Opening, at: datetime) -> bool:
    closed, today = opening.closed_at is not None, timezone.localdate(at)
    return why_not_fill_in(closes_on=opening.closes_on, closed=closed, today=today) is None


@transaction.atomic
def hand_in(*, opening: Opening, answers: Answers, at: datetime) -> FilledIn:
    """One form. No account, no address, no time of day: nothing is noted but the answers."""
    today = timezone.localdate(at)
    closed = opening.closed_at is not None
    refuse_if(why_not_fill_in(closes_on=opening.closes_on, closed=closed, today=today))
    said = reachable(content_of(opening.version.content), answers)
    return FilledIn.objects.create(opening=opening, on=today, said=said)
