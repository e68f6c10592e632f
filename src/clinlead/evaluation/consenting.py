"""The text that people consent to, in versions."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.evaluation.cohort import check
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import ConsentText, Study
from clinlead.evaluation.policies import why_not_write_consent


@transaction.atomic
def write_text(*, study: Study, text: str, by: Account, at: datetime) -> ConsentText:
    """Another version; whoever consented did so to the one before, and that stays on record."""
    check(study, by, at)
    Study.objects.select_for_update().get(pk=study.pk)
    newest = study.consent_texts.first()
    text = text.replace("\r\n", "\n").strip()
    refuse_if(why_not_write_consent(text, newest.text if newest else ""))
    last = study.consent_texts.aggregate(last=Max("version"))["last"] or 0
    made = ConsentText.objects.create(study=study, version=last + 1, text=text, written_at=at)
    noted("evaluation: consent text written", study, by, at, version=made.version)
    return made
