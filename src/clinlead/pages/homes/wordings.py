"""What waits for somebody about measures' wordings: drafts, comments, reviews that are due."""

from datetime import timedelta

from clinlead.access.policies import Reader, Role
from clinlead.measures import redefinition as rules
from clinlead.measures.models import Feedback, MeasureVersion, Redefinition
from clinlead.measures.queries import chosen_by, newest_versions, read_definition
from clinlead.pages.homes.parts import Task
from clinlead.pages.words import as_day, plural

SOON = timedelta(days=60)


def wording_tasks(reader: Reader) -> list[Task]:
    """New versions on their way that wait for this very person, and comments to answer."""
    if not reader.has(*rules.READS_DRAFTS):
        return []
    running = Redefinition.objects.running().order_by("written_at").prefetch_related("authors")
    titles = {each.code: each.title for each in newest_versions()} if running else {}
    found = [task_of(each, reader, titles.get(each.code, each.code)) for each in running]
    return [*filter(None, found), *comments(reader)]


def task_of(draft: Redefinition, reader: Reader, title: str) -> Task | None:
    facts, about = draft.facts(), f"{title}, version {draft.version}"
    asked = [
        ("Approve", rules.why_not_approve(reader, facts)),
        ("Check", rules.why_not_check(reader, facts)),
        ("Go on with the draft", rules.why_not_edit(reader, facts)),
    ]
    for words, refusal in asked:
        if refusal is None:
            return Task(f"{words}: {about}", draft.get_absolute_url(), draft.changed_because)
    return None


def comments(reader: Reader) -> list[Task]:
    """What managers said of wordings and nobody has answered, by measure; an analyst's to do."""
    if not reader.has(Role.ANALYST):
        return []
    waiting: dict[str, list[Feedback]] = {}
    for one in Feedback.objects.filter(answered_at=None, redefinition=None).order_by("at"):
        waiting.setdefault(one.measure, []).append(one)
    return [
        Task(
            f"Answer {plural(len(said), 'comment')} on the wording of {code.replace('-', ' ')}",
            said[0].get_absolute_url(),
            f"since {as_day(said[0].at)}",
        )
        for code, said in waiting.items()
    ]


def reviews_due(reader: Reader, *, led: bool = False) -> list[Task]:
    """Wordings that are due to be looked at again; a lead's are those the departments follow."""
    if not led:
        return [task for each in newest_versions() if (task := review_of(each, reader))]
    followed = {one.measure_id: one.measure for one in chosen_by(reader.leads, reader.on)}
    return [task for each in followed.values() if (task := review_of(each, reader))]


def review_of(version: MeasureVersion, reader: Reader) -> Task | None:
    due = read_definition(version.definition).review_due
    if due is None or due > reader.on + SOON:
        return None
    words = f"Review the wording of “{version.title}”"
    return Task(words, f"/measures/{version.code}/", f"by {as_day(due)}", due < reader.on)
