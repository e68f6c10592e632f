"""Letters that the bundled fonts cannot draw, put in words or left out: PDF/UA refuses a paper with
a single one of them, and people type emoji.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

UNDRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")  # as the compiler shows what has no shape
PICTURES = 0x1F000  # from here on pictures, which no text font has
HARMLESS = "\t\n\r"
NO_LETTER = "□"
SKIN_TONES = range(0x1F3FB, 0x1F400)


def undrawn(message: str) -> str:
    """The letters of which the compiler says that no font has them."""
    found = UNDRAWN.search(message)
    return ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]) if found else ""


def drawable(content: Any, unknown: Collection[str] = ()) -> Any:
    """The same content with other words for what cannot be drawn, whatever it lies in."""
    if isinstance(content, str):
        return content if content.isascii() and content.isprintable() else words(content, unknown)
    if isinstance(content, Mapping):
        return {key: drawable(value, unknown) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [drawable(value, unknown) for value in content]
    return content


def words(text: str, unknown: Collection[str]) -> str:
    alike = {likeness(letter) for letter in unknown}
    return "".join(
        instead(letter) if is_undrawn(letter) or likeness(letter) in alike else letter
        for letter in text
    )


def is_undrawn(letter: str) -> bool:
    """Whatever fonts there are: pictures, and what is no letter at all."""
    nothing = unicodedata.category(letter) in ("Cc", "Cn") and letter not in HARMLESS
    return nothing or ord(letter) >= PICTURES


def likeness(letter: str) -> tuple[bool, int]:
    """Letters of one script are known or unknown together; a sign is by itself."""
    place = ord(letter)
    if unicodedata.category(letter)[0] not in "LM":
        return False, place
    return True, place >> 12 if place >= 0x3000 else -(place >> 7)


def instead(letter: str) -> str:
    """A picture by its name, “(slightly smiling face)”; a letter as an empty box."""
    kind = unicodedata.category(letter)
    if kind[0] == "C" or ord(letter) in SKIN_TONES:
        return ""
    return f"({unicodedata.name(letter).lower()})" if kind[0] == "S" else NO_LETTER
