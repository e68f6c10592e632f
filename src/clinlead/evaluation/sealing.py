"""Keeping what says who somebody is under a key that only the evaluator can open. No Django here.

A study has one random key. It is kept locked twice, each time under a key derived from words that
are never kept: the evaluator's passphrase, and a recovery code that is shown once. Whoever has the
database, its backups and the server's own secrets, but neither of the two, can read nothing.
"""

import json
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

Kept = bytes | memoryview  # PostgreSQL hands out the latter
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
# OWASP's password storage cheat sheet: scrypt with N = 2^17, r = 8, p = 1 (128 MiB for a moment).
COST_BITS, BLOCK, LANES = 17, 8, 1
# Crockford's alphabet: no I, L, O or U, so that a code can be written down and read out.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GROUPS, GROUP = 8, 4  # 32 letters of 5 bits: 160 bits
READ_AS = str.maketrans("ILO", "110")


class CannotOpen(Exception):
    """Another passphrase, or something that was sealed with another key, or for another place."""


@dataclass(frozen=True)
class Key:
    """A study's key while it is in the evaluator's hands. Never kept as it is."""

    secret: bytes

    @classmethod
    def new(cls) -> "Key":
        return cls(secrets.token_bytes(KEY_BYTES))

    def seal(self, content: object, place: str) -> bytes:
        """Plain content, sealed for one place: moved to another it does not open."""
        return sealed(self.secret, json.dumps(content, ensure_ascii=False).encode(), place)

    def open(self, closed: Kept, place: str) -> object:
        return json.loads(opened(self.secret, closed, place))

    def __repr__(self) -> str:
        return "Key(…)"


def sealed(secret: bytes, content: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(secret).encrypt(nonce, content, place.encode())


def opened(secret: bytes, closed: Kept, place: str) -> bytes:
    whole = bytes(closed)
    nonce, body = whole[:NONCE_BYTES], whole[NONCE_BYTES:]
    try:
        return AESGCM(secret).decrypt(nonce, body, place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


# ---- locking the key itself ----------------------------------------------------------------------


def locked(key: Key, words: str, place: str, *, cost_bits: int = COST_BITS) -> bytes:
    """The key under words that somebody keeps: cost, salt, and the sealed key."""
    salt = secrets.token_bytes(SALT_BYTES)
    derived = derive(words, salt, cost_bits)
    return bytes([cost_bits]) + salt + sealed(derived, key.secret, place)


def unlocked(kept: Kept, words: str, place: str) -> Key:
    box = bytes(kept)
    cost_bits, salt = box[0], box[1 : 1 + SALT_BYTES]
    return Key(opened(derive(words, salt, cost_bits), box[1 + SALT_BYTES :], place))


def derive(words: str, salt: bytes, cost_bits: int) -> bytes:
    made = Scrypt(salt=salt, length=KEY_BYTES, n=2**cost_bits, r=BLOCK, p=LANES)
    return made.derive(words.encode())


def new_code() -> str:
    """A recovery code, in groups that can be read out."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(CODE_GROUPS)]
    return "-".join(groups)


def as_code(said: str) -> str:
    """A recovery code as it was typed: small letters, spaces and look-alikes do not matter."""
    letters = "".join(each for each in said.upper() if each.isalnum()).translate(READ_AS)
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


# ---- in the evaluator's hands for a while --------------------------------------------------------


def handed_over(key: Key) -> tuple[str, bytes]:
    """The key in two halves: a token for the browser, and what it opens, for the session.

    Either alone opens nothing, so the key never lies open where sessions are kept.
    """
    token = secrets.token_urlsafe(KEY_BYTES)
    return token, sealed(stretched(token), key.secret, "session")


def taken_back(token: str, half: bytes) -> Key:
    return Key(opened(stretched(token), half, "session"))


def stretched(token: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"clinlead study key")
    return made.derive(token.encode())
