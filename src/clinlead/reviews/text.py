"""The text of a review as it is now: what the two see, print and sign, and its digest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clinlead.releases.manifest import digest_of
from clinlead.reviews.facts import Domain, Side
from clinlead.reviews.models import (
    Gathering,
    Objective,
    OwnEvidence,
    Review,
    Signature,
    Words,
)
from clinlead.reviews.targets import target_words

Newest = Mapping[tuple[Side, Domain], Words]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that stands in a review."""

    words: Newest
    versions: int  # of all words, older ones too
    objectives: list[Objective]
    own_evidence: list[OwnEvidence]
    gathering: Gathering | None
    signatures: list[Signature]

    def text(self, side: Side, domain: Domain) -> str:
        found = self.words.get((side, domain))
        return found.text if found else ""

    def version(self, side: Side, domain: Domain) -> int:
        found = self.words.get((side, domain))
        return found.version if found else 0

    def written(self, side: Side) -> frozenset[Domain]:
        return frozenset(domain for domain in Domain if self.text(side, domain))

    @property
    def sections(self) -> list[dict[str, Any]]:
        return list(self.gathering.sections) if self.gathering else []


def contents_of(review: Review) -> Contents:
    """Five queries."""
    every = list(review.words.select_related("by__person"))
    return Contents(
        words=newest(every),
        versions=len(every),
        objectives=list(review.objectives.filter(withdrawn_at=None).select_related("outcome")),
        own_evidence=list(review.own_evidence.filter(withdrawn_at=None)),
        gathering=review.gatherings.last(),
        signatures=list(review.signatures.select_related("by__person")),
    )


def newest(every: Iterable[Words]) -> dict[tuple[Side, Domain], Words]:
    """By side and domain; later versions come later."""
    return {(Side(one.side), Domain(one.domain)): one for one in every}


def digest_now(review: Review, contents: Contents) -> str:
    """The digest of everything that is signed: words, objectives, evidence and dates."""
    return digest_of(text_of(review, contents))


def text_of(review: Review, contents: Contents) -> dict[str, Any]:
    """Plain content: equal text, equal digest. Names stand as codes, for they may change."""
    return {
        "clinician": review.person.code,
        "from": review.first_day.isoformat(),
        "to": review.last_day.isoformat(),
        "met_on": review.met_on.isoformat() if review.met_on else "",
        "words": {
            side: {domain: contents.text(side, domain) for domain in Domain} for side in Side
        },
        "objectives": [objective_text(one) for one in contents.objectives],
        "own_evidence": [
            [one.kind, one.on.isoformat(), one.text, one.kept] for one in contents.own_evidence
        ],
        "evidence": contents.sections,
    }


def objective_text(one: Objective) -> dict[str, str]:
    return {
        "text": one.text,
        "shown_by": one.shown_by,
        "target": target_words(one),
        "by": one.due_on.isoformat(),
        "support": one.support,
        "serves": one.serves,
    }
