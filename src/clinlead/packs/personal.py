"""What one clinician's pack says: two pages, from frozen figures, in plain words."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from clinlead.figures.presenters import month_words, said_beside_chart
from clinlead.organisation.models import Person
from clinlead.packs.comparing import beside_chosen
from clinlead.packs.conversation import Topic, suggested
from clinlead.packs.gathering import Gathered, out_on
from clinlead.packs.policies import QUESTIONS, Comparator
from clinlead.pages.figures.drawing import question, small
from clinlead.pages.words import as_day
from clinlead.printing import Picture
from clinlead.releases.models import ReleasedFigure
from clinmeasures.wording.telling_apart import MEANS
from clinmeasures.wording.units import how_many

MOST_DRAWN = 6  # a stream has six measures at most; more are told in words
LONGEST_WORDS = 260  # of one interpretation: the page has all of it
MOST_LINES = 5
MEANT = f"Reliability: {MEANS.strip('()')}."
FIRST = "Nothing: this is the first release of these figures."
TEMPLATE = "packs/papers/personal.typ"


def personal(gathered: Gathered, person: Person) -> dict[str, Any]:
    """The content of one pack."""
    release = gathered.release
    mine = gathered.of_person(person.pk)
    comparator = gathered.chosen.get(person.pk, Comparator.PEERS)
    return {
        "title": f"Your figures for {release.period}",
        "author": release.department.name,
        "foot": f"{release.department.name}, {release.period}{edition_words(gathered)}. "
        f"For its owner{'' if gathered.leads_here(person.pk) else ' and their clinical director'}.",
        "whose": person.name,
        "released": released_words(gathered),
        "invitation": shortened(release.invitation),
        "lead": " and ".join(map(str, gathered.leads)),
        **with_whom(gathered, person),
        "cards": [card(gathered, figure) for figure in mine[:MOST_DRAWN]],
        "others": [line(figure) for figure in mine[MOST_DRAWN:]],
        "comparator": comparator.words,
        **beside_rows(gathered, mine, comparator),
        "changed": limited(what_changed(gathered, person, mine)),
        "unchanged": "Nothing of yours." if has_one_before(gathered) else FIRST,
        "said": limited([words for figure in mine for words in lead_words(gathered, figure)]),
        "challenge": challenge_words(gathered),
        "conversation": suggested([topic(gathered, figure) for figure in mine]),
        **plan_words(gathered, person),
    }


NOBODY_YET = "Have it with a medical director, once one other than you is named."


def with_whom(gathered: Gathered, person: Person) -> dict[str, str]:
    """The clinical director; a clinical director's own figures are the chief's to talk about."""
    title, names = gathered.talks_with(person.pk)
    if not names and title == "medical director":
        return {"interpreter": title, "partner": NOBODY_YET}
    named = f"{names}, your {title}" if names else f"your {title}"
    return {"interpreter": title, "partner": f"Have it with {named}."}


def edition_words(gathered: Gathered) -> str:
    return f", edition {gathered.release.edition}" if gathered.release.edition > 1 else ""


def released_words(gathered: Gathered) -> str:
    department = gathered.release.department
    return f"{department.name}{edition_words(gathered)}. Released {signed_words(gathered)}."


def signed_words(gathered: Gathered) -> str:
    release = gathered.release
    return f"by {release.released_by} on {as_day(out_on(release))}"


def card(gathered: Gathered, figure: ReleasedFigure) -> dict[str, Any]:
    """One measure: the question, the chart, the figure and its reading."""
    chart, statistics = gathered.charts[figure.key], figure.statistics
    reading = statistics["reading"]
    drawn = small(chart, whose="your", reading=reading, prefix=f"own-{figure.measure}")
    words = f"{figure.title} by month. {reading}"
    return {
        "title": figure.title,
        "question": question(gathered.definition(figure), "your"),
        "chart": Picture(svg=drawn, words=words) if drawn else None,
        "sentence": statistics["sentence"],
        "reading": said_beside_chart(chart, reading),
        "marked": in_question(figure),
    }


def line(figure: ReleasedFigure) -> list[str]:
    return [figure.title, figure.statistics["figure"], figure.statistics["reading"]]


def in_question(figure: ReleasedFigure) -> str:
    if not figure.challenged:
        return ""
    return f"{how_many(figure.challenged, 'record')} in question when this was released."


def beside_rows(
    gathered: Gathered, mine: Sequence[ReleasedFigure], comparator: Comparator
) -> dict[str, Any]:
    """Each figure beside the comparator; what holds for several of them is said once."""
    found = [beside_chosen(gathered, figure, comparator) for figure in mine]
    trusts = [" ".join(each.trust) for each in found]
    chance = dict.fromkeys(each.chance for each in found if each.chance)
    return {
        "beside": [
            {
                "title": figure.title,
                "own": each.own,
                "said": each.said,
                "trust": trust.replace(f" {MEANS}", ""),
                "picture": each.picture,
            }
            for figure, each, trust in zip(mine, found, trusts, strict=True)
        ],
        "means": MEANT if any(MEANS in trust for trust in trusts) else comparator.caution,
        "chance": " ".join(chance),
    }


def what_changed(gathered: Gathered, person: Person, mine: Sequence[ReleasedFigure]) -> list[str]:
    """Since the edition before, since the release before, and what was accepted meanwhile."""
    release = gathered.release
    said = []
    if release.supersedes is not None:
        said.append(f"Released again, because: {shortened(release.because)}")
        said += [words for figure in mine if (words := changed_figure(gathered, figure))]
    said += [words for figure in mine if (words := changed_months(gathered, figure))]
    for one in gathered.accepted.get(person.pk, ()):
        day = as_day(one.settled_at.date()) if one.settled_at else ""
        said.append(f"Your challenge “{one.get_reason_display()}” was accepted on {day}.")
    return said


def has_one_before(gathered: Gathered) -> bool:
    return gathered.earlier_release is not None or gathered.release.supersedes is not None


def changed_figure(gathered: Gathered, figure: ReleasedFigure) -> str:
    old = gathered.replaced.get(figure.key)
    if old is None:
        return f"{figure.title}: new in this edition."
    if old.digest == figure.digest:
        return ""
    return f"{figure.title}: {old.statistics['figure']}, now {figure.statistics['figure']}."


def changed_months(gathered: Gathered, figure: ReleasedFigure) -> str:
    """Months that the release before had too, and that were corrected since."""
    old = gathered.earlier.get(figure.key)
    if old is None or (old.version != figure.version):
        return ""
    before = {month: row for month, *row in zip(*old.tallies.values(), strict=True)}
    now = {month: row for month, *row in zip(*figure.tallies.values(), strict=True)}
    differ = [month for month, row in before.items() if month in now and now[month] != row]
    if not differ:
        return ""
    some = ", ".join(month_words(month) for month in differ[-3:])
    more = f" and {len(differ) - 3} months before" if len(differ) > 3 else ""
    return f"{figure.title}: corrected since the release before, in {some}{more}."


def lead_words(gathered: Gathered, figure: ReleasedFigure) -> list[str]:
    said = gathered.said.get(figure.key)
    return [f"{figure.title}: “{shortened(said.text)}” ({said.by})"] if said else []


def challenge_words(gathered: Gathered) -> str:
    """How to say that something is wrong, and until when it counts."""
    days = settings.CONFIGURATION.challenge_days
    later = gathered.release.period.next()
    due = later.due_on(settings.CONFIGURATION.release_due_days)
    by = f", by {as_day(due)}," if due > out_on(gathered.release) else ""
    return (
        "Under My records, choose the record and say what is wrong: not your patient, a wrong "
        f"value, a patient missing. You can do so at any time, and it is settled within {days} "
        f"days. What is settled before the figures for {later} are released{by} is in them; if it "
        "changes a figure in this pack, your lead can release it again."
    )


def plan_words(gathered: Gathered, person: Person) -> dict[str, Any]:
    """What its owner planned and shows; room to write where nothing is shown."""
    plan, before = gathered.plans.get(person.pk), gathered.plans_before.get(person.pk)
    answers = plan.answers if plan else ("", "", "")
    return {
        "plan": [list(pair) for pair in zip(QUESTIONS, map(shortened, answers), strict=True)],
        "planned": f"Last time you planned: {shortened(before.what)}" if before else "",
    }


def topic(gathered: Gathered, figure: ReleasedFigure) -> Topic:
    """What the rule for a conversation needs to know of a figure."""
    signals = figure.statistics["signals"]
    month, phrase = signals[0] if signals else ("", "")
    return Topic(
        title=figure.title,
        in_question=figure.challenged,
        signal=f"{phrase} in {month_words(month)}" if phrase else "",
        beside=figure.beside,
        changed=bool(changed_months(gathered, figure)),
        readable=not figure.statistics["reading"].startswith("Cannot tell"),
    )


def shortened(text: str) -> str:
    """Free text that fits, and says where the rest is."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_WORDS:
        return text
    return f"{text[: LONGEST_WORDS - 30].rsplit(' ', 1)[0]} … (the rest is on the page)"


def limited(lines: Sequence[str]) -> list[str]:
    """As many lines as fit, and how many more the pages have."""
    if len(lines) <= MOST_LINES:
        return list(lines)
    left = len(lines) - MOST_LINES + 1
    return [*lines[: MOST_LINES - 1], f"And {left} more on the page of the release."]
