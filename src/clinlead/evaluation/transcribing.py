"""From a transcript as it was typed to one without names."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.evaluation.cohort import check, held, who_is
from clinlead.evaluation.documents import plain_lines
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import (
    Legend,
    Participant,
    RawTranscript,
    Study,
    Transcript,
)
from clinlead.evaluation.policies import why_not_take_in
from clinlead.evaluation.pseudonyms import Suggestion, replaced, suggestions
from clinlead.evaluation.queries import participant_facts
from clinlead.evaluation.sealing import Key
from clinlead.identifying import Roster
from clinlead.organisation.models import Department, Division, Person


@transaction.atomic
def take_in(
    *,
    participant: Participant,
    key: Key,
    text: str,
    recorded_on: date,
    by: Account,
    at: datetime,
) -> RawTranscript:
    """A transcript with its names, sealed until they are taken out. It replaces one before it."""
    found = held(participant)
    check(found.study, by, at)
    text = plain_lines(text)
    refuse_if(why_not_take_in(participant_facts(found), text))
    raw, _ = RawTranscript.objects.update_or_create(
        participant=found,
        defaults={
            "sealed": key.seal(text, raw_place(found)),
            "recorded_on": recorded_on,
            "taken_in_at": at,
        },
    )
    noted("evaluation: transcript taken in", found.study, by, at, number=found.number)
    return raw


def raw_place(participant: Participant) -> str:
    return f"raw transcript of participant {participant.pk}"


def raw_text(raw: RawTranscript, key: Key) -> str:
    return str(key.open(raw.sealed, raw_place(raw.participant)))


@transaction.atomic
def keep_without_names(
    *, participant: Participant, key: Key, legend: Mapping[str, str], by: Account, at: datetime
) -> Transcript:
    """What the evaluator decided is put for the names; the text with the names is deleted."""
    found = held(participant)
    check(found.study, by, at)
    raw = RawTranscript.objects.select_for_update().get(participant=found)
    text = replaced(raw_text(raw, key), legend)
    refuse_if(why_not_take_in(participant_facts(found), text))
    last = found.transcripts.aggregate(last=Max("version"))["last"] or 0
    made = Transcript.objects.create(
        study=found.study,
        participant=found,
        text=text,
        version=last + 1,
        recorded_on=raw.recorded_on,
    )
    keep_legend(found.study, key, {**legend_of_study(found.study, key), **legend})
    raw.delete()
    noted("evaluation: transcript without names", found.study, by, at,
          number=found.number, version=made.version)  # fmt: skip
    return made


@transaction.atomic
def drop_version(*, transcript: Transcript, by: Account, at: datetime) -> None:
    """A version in which a name was missed is deleted, with whatever points at it."""
    check(transcript.study, by, at)
    number, version = transcript.participant.number, transcript.version
    transcript.delete()
    noted("evaluation: transcript deleted", transcript.study, by, at,
          number=number, version=version)  # fmt: skip


# ---- what is put for which name ------------------------------------------------------------------


def legend_place(study: Study) -> str:
    return f"legend of study {study.pk}"


def legend_of_study(study: Study, key: Key) -> dict[str, str]:
    """What was put for which word in this study so far."""
    kept = Legend.objects.filter(study=study).first()
    if kept is None:
        return {}
    found = key.open(kept.sealed, legend_place(study))
    assert isinstance(found, dict), "legends are sealed as a mapping"
    return found


def keep_legend(study: Study, key: Key, legend: Mapping[str, str]) -> None:
    closed = key.seal(dict(legend), legend_place(study))
    Legend.objects.update_or_create(study=study, defaults={"sealed": closed})


def suggested(participant: Participant, key: Key, text: str, at: datetime) -> list[Suggestion]:
    """Words that may say who somebody is: names of staff and of those who take part, places here,
    numbers and addresses; and what was replaced before in this study."""
    study = participant.study
    legend = legend_of_study(study, key)
    roster = roster_of(study, key, list(legend))
    return suggestions(text, roster, legend=legend, on=timezone.localdate(at))


def roster_of(study: Study, key: Key, told: list[str]) -> Roster:
    asked = study.participants.select_related("identity")
    names = [who.name for one in asked if (who := who_is(one, key))]
    names += Person.objects.values_list("name", flat=True)
    here = [each for model in (Department, Division)
            for each in model._default_manager.values_list("name", flat=True)]  # fmt: skip
    return Roster.of(names, phrases=[*here, *told])
