"""What the invented trust's managers learned and asked; one post is held for a moderator."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinlead.access.models import Account
from clinlead.demo.keeping_time import no_earlier
from clinlead.learning.actions import answer_lesson, write_note
from clinlead.learning.course import Lesson, lessons
from clinlead.learning.learners import learner_facts
from clinlead.learning.models import Thread
from clinlead.learning.policies import Kind
from clinlead.learning.posting import Words, begin, reply
from clinlead.organisation.models import Person

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

FILE = Path(__file__).parent / "learning.toml"
NOTE = (
    "You read the funnel well. Next time, say what nine patients could not have shown, before "
    "anybody asks."
)


def learn(making: "Making") -> None:
    """Through the same actions as anybody, by the people who may, in the order of time."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for one in said["done"]:
        for code in one["lessons"]:
            pass_lesson(lessons()[code], one["by"], making.days_ago(one["days_ago"], 17))
    for one in said["thread"]:
        begin_thread(making, one)
    coach(making.days_ago(4, 9))


def pass_lesson(lesson: Lesson, login: str, at: datetime) -> None:
    """With the last question answered wrongly, as it happens."""
    chosen = {n: each.right for n, each in enumerate(lesson.question)}
    last = len(lesson.question) - 1
    chosen[last] = (chosen[last] + 1) % len(lesson.question[last].options)
    answer_lesson(lesson=lesson, chosen=chosen, by=account(login), at=at)


def begin_thread(making: "Making", one: dict[str, Any]) -> None:
    colleague = Person.objects.filter(account__username="lead").first()
    words = Words(
        kind=Kind(one["kind"]),
        topic=one["topic"],
        title=one["title"],
        text=one["text"].format(colleague=colleague or "a colleague"),
    )
    at = no_earlier(making.days_ago(one["days_ago"], 18))
    made = begin(words=words, by=account(one["by"]), at=at)
    for each in one.get("answer", []):
        answered(made.thread, each, making.days_ago(each["days_ago"], 19))


def answered(thread: Thread, one: dict[str, Any], at: datetime) -> None:
    reply(thread=thread, text=one["text"], by=account(one["by"]), at=no_earlier(at))


def coach(at: datetime) -> None:
    """By whoever is the coaching contact of the clinical director's stream, where there is one."""
    lead = account("lead")
    for coach_id in sorted(learner_facts(lead, at.date()).coaches)[:1]:
        write_note(account=lead, text=NOTE, by=Account.objects.get(pk=coach_id), at=no_earlier(at))


def account(login: str) -> Account:
    return Account.objects.get(username=login)
