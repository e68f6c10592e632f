"""Makes the demonstration: every step through the same actions as a hospital's own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from clinlead import __version__
from clinlead.demo import folder
from clinlead.demo.people import PASSWORD, make_accounts, make_organisation, record_profiles
from clinlead.demo.trust import Plan, make_trust

Say = Callable[[str], None]

# The extract is cut at a month's end at least so long ago: time for a release and for checking.
HISTORY_DAYS = 21


@dataclass(frozen=True)
class Making:
    """One making of the demonstration: where, as of when, and how to say what is being done."""

    directory: Path
    plan: Plan
    now: datetime
    say: Say

    @property
    def loaded_at(self) -> datetime:
        """The morning after the extract was cut."""
        return self.on_day(1)

    def on_day(self, days: int, hour: int = 7, minute: int = 0) -> datetime:
        """So many days after the cut; never later than now."""
        day = self.plan.end + timedelta(days=days - 1)
        at = timezone.make_aware(datetime.combine(day, time(hour, minute)))
        return min(at, self.now)

    @cached_property
    def stories(self) -> list[dict[str, str]]:
        file = self.directory / "trust" / "organisation" / "stories.json"
        return json.loads(file.read_text(encoding="utf-8"))


def plan_for(now: datetime) -> Plan:
    """The whole trust, cut early enough for a release and for checking to have happened since."""
    return Plan(today=timezone.localdate(now) - timedelta(days=HISTORY_DAYS))


def make_demonstration(
    directory: Path, *, now: datetime, progress: Say, plan: Plan | None = None
) -> None:
    """Everything from an empty folder to a trust worth looking at, with a word a step."""
    making = Making(directory, plan or plan_for(now), now, progress)
    for number, (words, step) in enumerate(STEPS, start=1):
        progress(f"[{number}/{len(STEPS)}] {words}")
        step(making)
    folder.finish(directory, today=timezone.localdate(now), version=__version__)


def invent(making: Making) -> None:
    make_trust(making.directory / "trust", making.plan)


def make_database(_making: Making) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def fill_organisation(making: Making) -> None:
    make_organisation(making.directory, at=making.loaded_at)
    make_accounts(making.directory, at=making.loaded_at)
    record_profiles(making.stories, at=making.loaded_at)


def write_accounts(making: Making) -> None:
    """What the sign-in page, the command and a visitor's scripts read."""
    accounts = json.dumps(accounts_in_words(making.directory), indent=1)
    (making.directory / folder.ACCOUNTS).write_text(accounts, encoding="utf-8")
    stories = json.dumps(making.stories, indent=1)
    (making.directory / folder.STORIES).write_text(stories, encoding="utf-8")


def accounts_in_words(directory: Path) -> list[dict[str, Any]]:
    """Login, password, role, name, and what somebody is, in the accounts' own order."""
    from clinlead.access.models import Account

    return [
        {
            "login": row["login"],
            "password": PASSWORD,
            "role": row["role"],
            "person": row["person"],
            "name": str(Account.objects.get(username=row["login"])),
            "what": what_they_are(row),
        }
        for row in folder.read_rows(directory, "accounts")
    ]


def what_they_are(row: dict[str, str]) -> str:
    """A role in words, with the department or division it is held in."""
    from clinlead.access.models import RoleHolding
    from clinlead.access.policies import Role
    from clinlead.organisation.models import Post

    role = Role(row["role"])
    holding = RoleHolding.objects.filter(account__username=row["login"], role=role).first()
    post = Post.objects.filter(person__code=row["person"]).order_by("-starts_on").first()
    place = (holding.department or holding.division) if holding else post and post.department
    return f"{role.label}, {place.name}" if place else role.label


STEPS: tuple[tuple[str, Callable[[Making], None]], ...] = (
    ("Inventing the trust", invent),
    ("Making the database", make_database),
    ("Filling in departments, people and roles", fill_organisation),
    ("Writing the list of accounts", write_accounts),
)
