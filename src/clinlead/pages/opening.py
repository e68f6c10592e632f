"""The demonstration's opening page: which roles there are, and what each story shows."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from clinlead.pages.serve import is_loopback

PASSWORD = "demo"  # noqa: S105 - of the invented trust alone, which listens on loopback only


@dataclass(frozen=True)
class Part:
    """A role to try, with the stories that show themselves to it."""

    login: str
    name: str
    what: str
    stories: list[dict[str, Any]]
    tours: list[Any]


def is_open(request: HttpRequest) -> bool:
    """Only in the demonstration, and only to this machine."""
    here = is_loopback(request.META.get("REMOTE_ADDR", ""))
    return settings.CONFIGURATION.demonstration and here


def parts() -> list[Part]:
    """The demonstration's accounts in their order; none where it has written none."""
    folder = settings.CONFIGURATION.data_dir
    stories = read(folder / "stories.json")
    tours = import_string(settings.TOURS_OFFERED)()
    return [
        Part(
            login=each["login"],
            name=each["name"],
            what=each["what"],
            stories=[story for story in stories if story["account"] == each["login"]],
            tours=tours.get(each["login"], []),
        )
        for each in read(folder / "accounts.json")
    ]


def read(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
