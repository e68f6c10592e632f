"""Beginning a study, and opening it: the key is locked by words that are kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.evaluation.models import ConsentText, LetterText, Study, StudyKey
from clinlead.evaluation.policies import why_not_begin, why_not_lock, why_not_read
from clinlead.evaluation.queries import facts_of
from clinlead.evaluation.sealing import CannotOpen, Key, as_code, locked, new_code, unlocked
from clinlead.evaluation.wording import first_consent, first_letters
from clinlead.history.actions import append

BY_PASSPHRASE, BY_CODE = "passphrase", "recovery code"


@dataclass(frozen=True)
class Begun:
    """A new study. The code is shown once and kept nowhere."""

    study: Study
    key: Key
    code: str


@transaction.atomic
def begin_study(*, title: str, passphrase: str, by: Account, at: datetime) -> Begun:
    """A study of this evaluator, with texts to start from and a key that only they can open."""
    refuse_if(why_not_begin(reader_of(by, timezone.localdate(at))))
    refuse_if(why_not_lock(passphrase, is_sign_in=by.check_password(passphrase)))
    study = Study.objects.create(title=title.strip(), evaluator=by, created_at=at)
    key, code = Key.new(), new_code()
    lock(study, key, passphrase, code, at)
    begin_texts(study, at)
    noted("evaluation begun", study, by, at)
    return Begun(study, key, code)


def begin_texts(study: Study, at: datetime) -> None:
    """What people read, to start from; what is there stays."""
    if not study.consent_texts.exists():
        ConsentText.objects.create(study=study, version=1, text=first_consent(), written_at=at)
    for reminder, letter in first_letters().items():
        said = {"subject": letter.subject, "text": letter.text, "written_at": at}
        LetterText.objects.get_or_create(study=study, reminder=reminder, defaults=said)


def lock(study: Study, key: Key, passphrase: str, code: str, at: datetime) -> None:
    cost = settings.STUDY_KEY_COST_BITS
    boxes = {
        "by_passphrase": locked(key, passphrase, box(study, BY_PASSPHRASE), cost_bits=cost),
        "by_recovery_code": locked(key, code, box(study, BY_CODE), cost_bits=cost),
        "locked_at": at,
    }
    StudyKey.objects.update_or_create(study=study, defaults=boxes)


def box(study: Study, by: str) -> str:
    return f"key of study {study.pk} by {by}"


def open_study(study: Study, passphrase: str) -> Key | None:
    """The key, where the passphrase is right. Nothing is written down."""
    try:
        return unlocked(study.key.by_passphrase, passphrase, box(study, BY_PASSPHRASE))
    except CannotOpen:
        return None


def open_by_code(study: Study, code: str) -> Key | None:
    """The same with the recovery code, however it was typed."""
    try:
        return unlocked(study.key.by_recovery_code, as_code(code), box(study, BY_CODE))
    except CannotOpen:
        return None


@transaction.atomic
def lock_anew(*, study: Study, key: Key, passphrase: str, by: Account, at: datetime) -> str:
    """Another passphrase, and with it another recovery code; those before open nothing more."""
    reader = reader_of(by, timezone.localdate(at))
    refuse_if(why_not_read(reader, facts_of(study)))
    refuse_if(why_not_lock(passphrase, is_sign_in=by.check_password(passphrase)))
    code = new_code()
    lock(study, key, passphrase, code, at)
    begin_texts(study, at)
    noted("evaluation locked anew", study, by, at)
    return code


def noted(act: str, study: Study, by: Account | None, at: datetime, **details: object) -> None:
    """That it happened, in numbers alone: the record of acts must not say who took part."""
    append(
        act=act,
        at=at,
        by_id=by.pk if by else None,
        object_kind="evaluation",
        object_id=study.pk,
        details=details,
    )


@transaction.atomic
def note_approval(*, study: Study, approval: str, by: Account, at: datetime) -> None:
    """The ethics reference, or why the study needs none."""
    refuse_if(why_not_read(reader_of(by, timezone.localdate(at)), facts_of(study)))
    study.approval = approval.strip()
    study.save(update_fields=["approval"])
    noted("evaluation: approval noted", study, by, at)
