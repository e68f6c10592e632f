"""One conversation that a pack suggests: chosen by rule from what was released, never a verdict.

It names something to look at together and a question to begin with. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What the rule needs to know of one figure."""

    title: str
    in_question: int = 0  # records challenged and not settled when it was released
    signal: str = ""  # the first phrase of the period: "unusually high in May 2026"
    beside: str = ""  # beside colleagues: "unusually high", or nothing
    changed: bool = False  # since the release before
    readable: bool = True  # enough cases to say anything


START = (
    "Begin with what could explain it without anybody: chance, volumes, data, attribution, leave."
)


def suggested(topics: Sequence[Topic]) -> str:
    """The first of these that applies: records in question, a signal, a correction, too few."""
    for rule in (about_records, about_signal, about_colleagues, about_change, about_too_few):
        found = next((rule(each) for each in topics if rule(each)), "")
        if found:
            return found
    return (
        "No figure has a signal in these months. Choose the one that matters most to your "
        "patients, and ask: is it the right thing to count, and what would we do if it changed?"
    )


def about_records(topic: Topic) -> str:
    if not topic.in_question:
        return ""
    records = "1 record" if topic.in_question == 1 else f"{topic.in_question} records"
    return (
        f"{topic.title}: {records} behind it {'is' if topic.in_question == 1 else 'are'} still in "
        "question. Go through them together before you read the figure: whose patients were "
        "they?"
    )


def about_signal(topic: Topic) -> str:
    if not topic.signal:
        return ""
    return f"{topic.title} was {topic.signal}. Ask together: what was different then? {START}"


def about_colleagues(topic: Topic) -> str:
    if not topic.beside:
        return ""
    return (
        f"{topic.title} is {topic.beside} beside colleagues. Ask together: are your patients and "
        f"your work like theirs? {START}"
    )


def about_change(topic: Topic) -> str:
    if not topic.changed:
        return ""
    return (
        f"{topic.title} changed since the release before, because records were corrected. Ask: "
        "could the same mistake be made again, and who can prevent it?"
    )


def about_too_few(topic: Topic) -> str:
    if topic.readable:
        return ""
    return (
        f"{topic.title} rests on too few cases to say anything. Ask: is there a measure that would "
        "tell you more about this part of your work?"
    )
