"""Hospital numbers, sealed apart from the records and opened one at a time."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.intake.models import PatientNumber
from clinlead.intake.policies import NumberFacts, why_not_open_number

NONCE_BYTES = 12  # what AES-GCM is made for
ROWS_A_CHUNK = 20_000  # sealed and written in well under a second, so that nobody waits behind us
KEEP = (
    "INSERT INTO intake_patientnumber (patient_key, sealed, load_number) VALUES (%s, %s, %s) "
    "ON CONFLICT (patient_key) DO NOTHING"
)


def patients_secret() -> bytes:
    """The key of the patients' hashes, from the data directory."""
    return bytes.fromhex(settings.CONFIGURATION.key("patients"))


def sealer() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.CONFIGURATION.key("hospital-numbers")))


def seal(patient_key: str, number: str, cipher: AESGCM) -> bytes:
    """The number, encrypted; it opens only together with its own patient's key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, number.encode(), patient_key.encode())


def unseal(patient_key: str, sealed: bytes | memoryview, cipher: AESGCM) -> str:
    sealed = bytes(sealed)
    nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return cipher.decrypt(nonce, text, patient_key.encode()).decode()


def keep_numbers(batches: Iterable[list[tuple[str, str]]], load_number: int) -> int:
    """Seal and keep the numbers of patients not known yet; short transactions, nothing shown."""
    cipher, kept = sealer(), 0
    for batch in batches:
        for start in range(0, len(batch), ROWS_A_CHUNK):
            chunk = batch[start : start + ROWS_A_CHUNK]
            rows = [(key, seal(key, number, cipher), load_number) for key, number in chunk]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(KEEP, rows)
            kept += len(rows)
    return kept


def forget_numbers(load_number: int) -> None:
    """Remove the numbers that only a load that failed had brought."""
    PatientNumber.objects.filter(load_number=load_number).delete()


@transaction.atomic
def open_number(
    *,
    patient_key: str,
    record: str,
    facts: NumberFacts,
    by: Account,
    at: datetime,
    reason: str = "",
) -> str:
    """One record's hospital number, for one who may; logged, and its owners see who looked.

    `record` is the record's id (`spells:S1`), `facts` whom it counts for. Empty where the source
    gave no number that we keep.
    """
    refuse_if(why_not_open_number(reader_of(by, at.date()), facts))
    found = PatientNumber.objects.filter(patient_key=patient_key).first()
    number = unseal(patient_key, found.sealed, sealer()) if found else ""
    append(
        act="hospital number opened",
        at=at,
        by_id=by.pk,
        about=facts.owner_ids,
        object_kind="record",
        object_id=record,
        details={"reason": reason} if reason else {},
    )
    return number
