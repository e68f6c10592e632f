"""Who is asked to take part, what they answered, and what goes when they take it back."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.evaluation.keeping import noted
from clinlead.evaluation.models import (
    Consent,
    Identity,
    Interview,
    Moved,
    Participant,
    RawTranscript,
    Study,
)
from clinlead.evaluation.policies import (
    Because,
    Group,
    State,
    why_not_correct,
    why_not_move,
    why_not_read,
    why_not_refuse,
)
from clinlead.evaluation.queries import facts_of, participant_facts
from clinlead.evaluation.sealing import Key
from clinlead.notices.actions import tell


@dataclass(frozen=True, kw_only=True)
class Who:
    """A person, and the token of their own link. Kept sealed alone."""

    name: str
    email: str = ""
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What may be known of a participant: what a report could say of them."""

    group: Group
    role: str = ""
    level: str = ""


def check(study: Study, by: Account, at: datetime) -> None:
    """The study is its evaluator's alone."""
    refuse_if(why_not_read(reader_of(by, timezone.localdate(at)), facts_of(study)))


@transaction.atomic
def add_participant(
    *, study: Study, key: Key, who: Who, place: Place, by: Account, at: datetime
) -> Participant:
    """Under the next number; the name goes under the key and nowhere else."""
    check(study, by, at)
    Study.objects.select_for_update().get(pk=study.pk)  # two at once take two numbers
    last = study.participants.aggregate(last=Max("number"))["last"] or 0
    token = secrets.token_urlsafe(32)
    made = Participant.objects.create(
        study=study,
        number=last + 1,
        group=place.group,
        role=place.role.strip(),
        level=place.level.strip(),
        link_digest=link_digest(token),
    )
    keep_identity(made, key, Who(name=who.name.strip(), email=who.email.strip(), token=token))
    moved(made, State.CHOSEN, at)
    noted("evaluation: participant added", study, by, at, number=made.number)
    return made


def new_link(participant: Participant) -> str:
    """For somebody who was brought in as a number alone."""
    token = secrets.token_urlsafe(32)
    participant.link_digest = link_digest(token)
    participant.save(update_fields=["link_digest"])
    return token


def link_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def keep_identity(participant: Participant, key: Key, who: Who) -> None:
    closed = key.seal(asdict(who), identity_place(participant))
    Identity.objects.update_or_create(participant=participant, defaults={"sealed": closed})


def identity_place(participant: Participant) -> str:
    return f"identity of participant {participant.pk}"


def who_is(participant: Participant, key: Key) -> Who | None:
    """Who somebody is; None once that was deleted."""
    if not hasattr(participant, "identity"):
        return None
    found = key.open(participant.identity.sealed, identity_place(participant))
    assert isinstance(found, dict), "identities are sealed as a mapping"
    return Who(**found)


@transaction.atomic
def correct_identity(
    *, participant: Participant, key: Key, name: str, email: str, by: Account, at: datetime
) -> None:
    """A name or an address that was wrong; the link stays theirs."""
    check(participant.study, by, at)
    refuse_if(why_not_correct(participant_facts(participant)))
    before = who_is(participant, key)
    token = before.token if before else new_link(participant)
    keep_identity(participant, key, Who(name=name.strip(), email=email.strip(), token=token))
    noted("evaluation: identity corrected", participant.study, by, at, number=participant.number)


def held(participant: Participant) -> Participant:
    rows = Participant.objects.select_for_update(of=("self",)).select_related("study__evaluator")
    return rows.get(pk=participant.pk)


def moved(participant: Participant, to: State, at: datetime) -> None:
    participant.state = to
    participant.save()
    Moved.objects.create(participant=participant, state=to, at=at)


# `by` is the evaluator who was told; None where somebody answered through their own link.


@transaction.atomic
def refuse(
    *,
    participant: Participant,
    because: Because,
    words: str = "",
    by: Account | None = None,
    at: datetime,
) -> Participant:
    """Somebody does not want to be interviewed; they are not asked again."""
    found = answering(participant, by, at)
    refuse_if(why_not_refuse(participant_facts(found), because))
    found.because, found.because_words = because, words.strip()
    moved(found, State.REFUSED, at)
    told("does not want an interview", found, by, at)
    return found


@transaction.atomic
def consent(
    *, participant: Participant, version: int, how: str, by: Account | None = None, at: datetime
) -> Consent:
    """Somebody agrees to one version of the text, the one that they read."""
    found = answering(participant, by, at)
    refuse_if(why_not_move(participant_facts(found), State.CONSENTED))
    text = found.study.consent_texts.get(version=version)
    made = Consent.objects.create(participant=found, text=text, how=how, given_at=at)
    found.because = found.because_words = ""
    moved(found, State.CONSENTED, at)
    told("agreed to an interview", found, by, at)
    return made


@transaction.atomic
def withdraw(*, participant: Participant, by: Account | None = None, at: datetime) -> Participant:
    """Consent is taken back: what they said, who they are and when they met are deleted.

    What stays is a number, its group, and that consent was given and taken back.
    """
    found = answering(participant, by, at)
    refuse_if(why_not_move(participant_facts(found), State.WITHDRAWN))
    found.transcripts.all().delete()
    Identity.objects.filter(participant=found).delete()
    RawTranscript.objects.filter(participant=found).delete()
    Interview.objects.filter(participant=found).delete()
    found.mailings.all().delete()
    found.consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    for forget in settings.ON_WITHDRAWAL:
        import_string(forget)(participant=found)
    found.role = found.level = ""
    moved(found, State.WITHDRAWN, at)
    told("withdrew; what they said is deleted", found, by, at)
    return found


def answering(participant: Participant, by: Account | None, at: datetime) -> Participant:
    found = held(participant)
    if by is not None:
        check(found.study, by, at)
    return found


def told(what: str, participant: Participant, by: Account | None, at: datetime) -> None:
    """It is written down; the evaluator hears of it where they did not do it themselves."""
    study, act = participant.study, what.partition(";")[0]
    noted(f"evaluation: {act}", study, by, at, number=participant.number)
    if by is None:
        tell(
            [study.evaluator],
            key=f"evaluation {study.pk} {participant.number} {what}",
            words=f"Participant {participant.number} {what}",
            href=participant.get_absolute_url(),
            at=at,
        )
