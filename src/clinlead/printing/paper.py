"""Content as JSON, and a Typst template, to a tagged PDF. No network, no file but the template's.

Text of the content is only ever text: Typst does not read markup in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clinlead.printing.letters import drawable, undrawn
from clinmeasures.charts.drawing import FONT

ROOT = Path(__file__).resolve().parent.parent  # templates are named from the application's folder
FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Liberation Sans"  # bundled; as wide as Arial, for which charts are laid out
STANDARD = "ua-1"
MOST_TRIES = 40  # each learns of one more sign, or script, that no font here has
NOT_INSTALLED = (
    "PDF papers cannot be made on this server, because the package typst is not installed. The "
    "same figures are on the pages, which print."
)


class CannotPrint(Exception):
    """A paper cannot be made; the message says why in words."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing (SVG) in a paper, with the words for whoever cannot see it."""

    svg: str
    words: str

    def as_content(self) -> dict[str, str]:
        """As the function `picture` of the house template takes it."""
        return {"svg": drawn_in(self.svg, FAMILY), "words": self.words}


def drawn_in(svg: str, family: str) -> str:
    """The same drawing with its text in the bundled font, and in ink."""
    return svg.replace(FONT, f'font-family="{family}" color="#212b32"')


def why_not_print() -> str:
    """Why no paper can be made on this server; nothing where it can."""
    return "" if find_spec("typst") else NOT_INSTALLED


def pdf(template: str, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """A paper as PDF/UA-1: the same content, template and time give the same bytes.

    `template` is a path from the application's folder, such as `packs/papers/personal.typ`. It
    begins with `#import "/printing/papers/house.typ": *`, whose `content` is what is given here.
    `at` is the date that the document bears. What no bundled font has is put in words.
    """
    if why_not_print():
        raise CannotPrint(NOT_INSTALLED)
    unknown = ""
    for _ in range(MOST_TRIES):
        try:
            return compiled(template, drawable(content, unknown), at)
        except CannotPrint as wrong:
            new = undrawn(str(wrong))
            if not new or new in unknown:
                raise
            unknown += new
    raise CannotPrint(f"The paper {template} has letters of too many scripts to be drawn.")


def compiled(template: str, content: Any, at: datetime) -> bytes:
    import typst

    try:
        return compiler(template).compile(
            format="pdf",
            sys_inputs={"content": json.dumps(content, default=plain)},
            pdf_standards=STANDARD,
            timestamp=round(at.timestamp()),
        )
    except typst.TypstError as wrong:
        raise CannotPrint(f"The paper {template} cannot be made: {wrong}") from wrong


def png(svg: str, *, points_an_inch: int = 192) -> bytes:
    """A drawing in points, as large as it says it is: two of them to its own unit."""
    if why_not_print():
        raise CannotPrint(NOT_INSTALLED)
    return compiler("printing/papers/picture.typ").compile(
        format="png", ppi=points_an_inch, sys_inputs={"svg": drawn_in(svg, FAMILY)}
    )


def plain(value: object) -> object:
    """What JSON does not know: a picture."""
    if isinstance(value, Picture):
        return value.as_content()
    raise TypeError(f"{type(value).__name__} has no place in a paper; say it in words")


@cache
def compiler(template: str):
    """One compiler a template and process, so that fonts are read once."""
    import typst

    return typst.Compiler(
        str(ROOT / template), root=str(ROOT), font_paths=[str(FONTS)], ignore_system_fonts=True
    )
