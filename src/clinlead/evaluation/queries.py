"""Reading studies: every list begins with whose they are."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.evaluation.models import Participant, Study, Transcript
from clinlead.evaluation.policies import ParticipantFacts, State, StudyFacts, may_read
from clinlead.notices.policies import LetterState


def studies_of(account: Account | int) -> QuerySet[Study]:
    """The studies of an evaluator, newest first. Every view starts from here."""
    return Study.objects.filter(evaluator=account)


def find(reader: Reader, pk: int) -> Study | None:
    """One study; None where this person may not know that it exists."""
    study = Study.objects.filter(pk=pk).select_related("evaluator__person", "key").first()
    return study if study and may_read(reader, study.evaluator_id) else None


def facts_of(study: Study) -> StudyFacts:
    return StudyFacts(evaluator_id=study.evaluator_id)


def participant_facts(participant: Participant) -> ParticipantFacts:
    """What the rules need to know of somebody; one query for what was sent, unless prefetched."""
    sent = [one for one in participant.mailings.all() if one.state != LetterState.REFUSED]
    return ParticipantFacts(
        state=State(participant.state),
        written_on=timezone.localdate(sent[-1].at) if sent else None,
        reminders=sum(one.reminder for one in sent),
    )


def transcripts_in_use(study: Study) -> QuerySet[Transcript]:
    """The newest version of each participant's transcript, by number."""
    newest = Transcript.objects.filter(participant=OuterRef("participant")).order_by("-version")
    found = study.transcripts.filter(pk=Subquery(newest.values("pk")[:1]))
    return found.select_related("participant").order_by("participant__number")
