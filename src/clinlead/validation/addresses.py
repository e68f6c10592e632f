"""A record's name in addresses and the API: `<dataset>:<key>`, safe in a path. Pure."""

import re

from clinmeasures.activity.record_types import RECORD_TYPES

_ESCAPES = re.compile(rb"~([0-9A-Fa-f]{2})")


def record_id(dataset: str, key: str) -> str:
    """The record's name; characters that a path cannot carry are written ~XX."""
    return f"{dataset}:{''.join(_safe(character) for character in key)}"


def _safe(character: str) -> str:
    if character.isascii() and (character.isalnum() or character in "-_."):
        return character
    return "".join(f"~{byte:02X}" for byte in character.encode())


def parse_record_id(text: str) -> tuple[str, str] | None:
    """Data set and key of a record's name; None where it names no data set or no key."""
    dataset, _, escaped = text.partition(":")
    if dataset not in RECORD_TYPES or not escaped:
        return None
    raw = _ESCAPES.sub(lambda found: bytes.fromhex(found[1].decode()), escaped.encode())
    try:
        return dataset, raw.decode()
    except UnicodeDecodeError:
        return None


class RecordIdConverter:
    """Takes (dataset, key) or text in a path; gives text to the view."""

    regex = "[a-z]+:[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        parsed = parse_record_id(value)
        if parsed is None:
            raise ValueError(value)
        return record_id(*parsed)
