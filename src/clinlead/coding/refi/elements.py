"""Looking into XML whose namespace differs from version to version of the format."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

Element = Any
MOST_SHOWN = 20  # characters


def local(element: Element) -> str:
    """Its name without the namespace, which differs from version to version."""
    name = element.tag
    return name.rsplit("}", 1)[-1] if isinstance(name, str) else ""


def each(element: Element | None, *names: str) -> Iterator[Element]:
    for below in element if element is not None else ():
        if local(below) in names:
            yield below


def first(element: Element | None, name: str) -> Element | None:
    return next(each(element, name), None)


def words(element: Element | None, name: str) -> str:
    found = first(element, name)
    return (found.text or "").strip() if found is not None else ""


def guid_of(element: Element, attribute: str = "guid") -> str:
    """As everything here refers to it: programs differ in case and in braces."""
    return (element.get(attribute) or "").strip("{} ").lower()


def shown(position: str | None) -> str:
    """What a file says for a position, in a sentence: it may say a whole page."""
    return (position or "")[:MOST_SHOWN]


def target(element: Element) -> str:
    return guid_of(element, "targetGUID")


def moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
