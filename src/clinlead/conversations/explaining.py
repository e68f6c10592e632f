"""The innocent explanations of a conversation's figure: the evidence, and what was found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import What
from clinlead.releases.models import Interpretation, ReleasedFigure
from clinlead.releases.reasons import FOUND, LABELS, Finding, Looked, Reason, looked_at


def interpreted(figure: ReleasedFigure | None) -> list[Interpretation]:
    """What was made of the figure when it was released: the lead's words first."""
    return [] if figure is None else interpreted_each([figure])[figure.pk]


def interpreted_each(figures: Iterable[ReleasedFigure]) -> dict[int, list[Interpretation]]:
    """The same of several figures, by their numbers; one question, and none of nothing."""
    places = {(each.release_id, each.key): each.pk for each in figures}
    found: dict[int, list[Interpretation]] = {pk: [] for pk in places.values()}
    if not places:
        return found
    asked = (Q(release=release, **key._asdict()) for release, key in places)
    said = Interpretation.objects.filter(reduce(or_, asked)).select_related("by__person")
    for one in said.order_by("by_owner", "at"):
        found[places[one.release_id, one.key]].append(one)
    return found


def checklist(said: Iterable[Interpretation]) -> dict[Reason, Looked]:
    """Each explanation with the evidence there was, and what the lead found of it."""
    rows = (row for one in said if not one.by_owner for row in looked_at(one.looked_at).rows)
    return {row.reason: row for row in rows}


def evidence_then(talk: Conversation, reason: Reason) -> Sequence[str]:
    """What the release gathered on an explanation."""
    looked = checklist(interpreted(talk.figure)).get(reason)
    return looked.found if looked else ()


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One innocent explanation: its evidence, and everything that was found of it so far."""

    label: str
    evidence: Sequence[str]
    at_release: str  # what the lead found then, in words; empty where nobody looked
    tried: Sequence[tuple[str, Said]]  # the finding in words, and the entry


def explanations(said: Iterable[Interpretation], entries: Iterable[Said]) -> list[Explanation]:
    """All eight, in the order in which to think of them."""
    looked = checklist(said)
    tried = [one for one in entries if one.what == What.TRIED]
    return [
        Explanation(
            label=LABELS[reason],
            evidence=looked[reason].found if reason in looked else (),
            at_release=found_words(looked.get(reason)),
            tried=[(FOUND[Finding(o.finding)], o) for o in tried if o.reason == reason],
        )
        for reason in Reason
    ]


def found_words(looked: Looked | None) -> str:
    return looked.finding.label if looked and looked.finding else ""
