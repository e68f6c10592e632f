"""Writing in the forum, and keeping it free of words that say who somebody is."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Role, refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.identifying import Roster, find
from clinlead.learning.models import Post, Thread
from clinlead.learning.policies import (
    Kind,
    PostFacts,
    State,
    why_not_moderate,
    why_not_post,
    why_not_reword,
)
from clinlead.notices.actions import tell
from clinlead.organisation.models import Person

WRITES_AS = (Role.DIRECTOR, Role.CHIEF, Role.LEAD, Role.STREAM_LEAD, Role.CLINICIAN)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What begins a thread."""

    kind: Kind
    topic: str
    title: str
    text: str


@transaction.atomic
def begin(*, words: Words, by: Account, at: datetime) -> Post:
    """A thread with its first post: it appears at once, or is held where it may name somebody."""
    reader = reader_of(by, at.date())
    refuse_if(why_not_post(reader, words.title and words.text))
    thread = Thread.objects.create(
        kind=words.kind, topic=words.topic, title=words.title.strip(), begun_at=at
    )
    return written(thread, words.text, by, at, reader, first=True)


@transaction.atomic
def reply(*, thread: Thread, text: str, by: Account, at: datetime) -> Post:
    reader = reader_of(by, at.date())
    refuse_if(why_not_post(reader, text, closed=is_closed(thread)))
    return written(thread, text, by, at, reader)


def written(
    thread: Thread, text: str, by: Account, at: datetime, reader: Reader, *, first: bool = False
) -> Post:
    marks = marks_in(whole(thread, text, first=first), at.date())
    made = Post.objects.create(
        thread=thread,
        first=first,
        text=text.strip(),
        by=by,
        wrote_as=role_of(reader),
        at=at,
        state=State.HELD if marks else State.SHOWN,
        marks=marks,
    )
    noted("forum post written", made, by, at)
    return made


@transaction.atomic
def reword(*, post_id: int, title: str, text: str, by: Account, at: datetime) -> Post:
    """Its writer writes a held post anew; it is checked anew."""
    found = held(post_id)
    refuse_if(why_not_reword(reader_of(by, at.date()), facts_of(found), text))
    if found.first and title.strip():
        found.thread.title = title.strip()
        found.thread.save(update_fields=["title"])
    found.text = text.strip()
    found.marks = marks_in(whole(found.thread, found.text, first=found.first), at.date())
    found.state = State.HELD if found.marks else State.SHOWN
    found.save(update_fields=["text", "marks", "state"])
    noted("forum post written anew", found, by, at)
    return found


@transaction.atomic
def moderate(*, post_id: int, to: State, because: str, by: Account, at: datetime) -> Post:
    """Let a post appear, or hide it; its writer is told and reads why."""
    found = held(post_id)
    refuse_if(why_not_moderate(reader_of(by, at.date()), facts_of(found), to, because))
    found.state, found.because = to, because.strip()
    found.decided_by, found.decided_at = by, at
    found.save(update_fields=["state", "because", "decided_by", "decided_at"])
    words = (
        "Your post in the forum appears"
        if to is State.SHOWN
        else "Your post in the forum is hidden"
    )
    tell([found.by], key=f"forum post {found.pk} {at.isoformat()}", words=words,
         href=found.get_absolute_url(), at=at)  # fmt: skip
    noted(f"forum post {to}", found, by, at)
    return found


def held(post_id: int) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related("thread", "by")
    return rows.get(pk=post_id)


def is_closed(thread: Thread) -> bool:
    return not thread.posts.filter(first=True, state=State.SHOWN).exists()


def facts_of(post: Post) -> PostFacts:
    return PostFacts(written_by_id=post.by_id, state=State(post.state))


def role_of(reader: Reader) -> str:
    return next(role.label for role in WRITES_AS if role in reader.roles)


def whole(thread: Thread, text: str, *, first: bool) -> str:
    """What is checked: a first post together with its title."""
    return f"{thread.title}\n{text.strip()}" if first else text.strip()


Mark = list[int | str]


def marks_in(text: str, on: date) -> list[Mark]:
    """Where it may say who somebody is; sure findings alone, lest everybody's words are held."""
    roster = roster_of(tuple(Person.objects.order_by("pk").values_list("name", flat=True)))
    return [[e.start, e.end, e.sort.words] for e in find(text, roster, on=on) if e.sure]


@lru_cache(maxsize=2)
def roster_of(names: tuple[str, ...]) -> Roster:
    """Made once for the staff there is."""
    return Roster.of(names)


def noted(act: str, post: Post, by: Account, at: datetime) -> None:
    """That it happened; never its words, which may yet be hidden."""
    append(act=act, at=at, by_id=by.pk, object_kind="forum post", object_id=post.pk,
           details={"state": post.state, "because": post.because})  # fmt: skip
