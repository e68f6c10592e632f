"""Making an export, and recording who made it about whom."""

from datetime import datetime
from tempfile import TemporaryFile

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.dataprotection.actions import Said, disclosed
from clinlead.dataprotection.policies import Basis
from clinlead.history.actions import append, record_reading
from clinlead.upkeep.export import write_zip
from clinlead.upkeep.policies import why_not_export
from clinlead.upkeep.subject import export_of

KIND = "everything held about them"


@transaction.atomic
def export(*, account: Account, purpose: str = "", by: Account, at: datetime) -> bytes:
    """A zip of everything held about one person. Whoever else makes it has read their results."""
    refuse_if(why_not_export(reader_of(by, timezone.localdate(at)), account.pk, purpose))
    with TemporaryFile() as file:
        write_zip(file, export_of(account, at))
        file.seek(0)
        content = file.read()
    about = [account.person_id] if account.person_id else []
    if by.pk == account.pk:
        append(act="own export", at=at, by_id=by.pk, about=about, object_kind="account",
               object_id=account.pk)  # fmt: skip
    else:
        record_reading(at=at, by_id=by.pk, about=about, object_kind=KIND, object_id=account.pk,
                       reason=purpose.strip())  # fmt: skip
        note_disclosure(account, purpose, by, at)
    return content


def note_disclosure(account: Account, purpose: str, by: Account | None, at: datetime) -> None:
    """An export that somebody else hands over stands in the register of disclosures."""
    said = Said(
        to_whom=f"{account}, who asked",
        what="Everything held about them",
        basis=Basis.OWN,
        because=purpose.strip() or "Made on the machine itself",
        on=timezone.localdate(at),
        people=(account.person_id,) if account.person_id else (),
    )
    disclosed(said=said, by=by, at=at)
