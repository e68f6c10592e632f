"""A review as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Button, Reader, is_owner, whoever_leads
from clinlead.reviews import policies
from clinlead.reviews.facts import (
    DOMAINS,
    EVIDENCE,
    Domain,
    Evidence,
    ReviewFacts,
    Side,
    State,
)
from clinlead.reviews.gathering import kinds_in
from clinlead.reviews.models import Objective, Review, Signature, Words
from clinlead.reviews.targets import target_words
from clinlead.reviews.text import Contents

LABELS = {
    State.OPEN: "in preparation",
    State.SIGNED: "signed by both",
    State.CLOSED: "closed without signatures",
}


@dataclass(frozen=True)
class DomainShown:
    """One domain: what each brought, and what the two agree on."""

    title: str
    clinician: Words | None
    reviewer: Words | None
    both: Words | None


@dataclass(frozen=True)
class SignatureShown:
    signature: Signature
    stands: bool  # it is of the text as it is now

    @property
    def side(self) -> str:
        return "clinician" if self.signature.side == Side.CLINICIAN else "reviewer"


@dataclass(frozen=True, kw_only=True)
class ReviewPage:
    """Everything that this reader may read of a review, and what comes next."""

    review: Review
    own: bool
    state: str
    between: str  # the two, in words
    reviews: bool  # this reader is the reviewer, or becomes it by an act
    takes_up: bool
    open: bool
    steps: Sequence[dict[str, str]]
    domains: Sequence[DomainShown]
    shared: bool
    waits_for: str  # whose words the reader may not read yet
    objectives: Sequence[tuple[Objective, str]]
    sections: Sequence[dict[str, Any]]
    own_evidence: Sequence[tuple[str, Any]]
    missing: Sequence[str]  # of the GMC's six kinds
    signatures: Sequence[SignatureShown]
    hand_over: Button
    may_meet: bool
    may_agree: bool
    sign: Button

    @classmethod
    def of(
        cls, review: Review, facts: ReviewFacts, contents: Contents, reader: Reader
    ) -> "ReviewPage":
        own = is_owner(reader, facts.owner)
        may_agree = policies.why_not_write(reader, facts, Side.BOTH) is None
        return cls(
            review=review,
            own=own,
            state=LABELS[facts.state],
            between=between(review, facts, reader),
            reviews=reviews(review, facts, reader),
            takes_up=takes_up(review, facts, reader),
            open=policies.why_not_act(reader, facts) is None,
            steps=steps_of(facts, reader),
            domains=domains_of(contents, facts, reader),
            shared=facts.shared,
            waits_for=waits_for(facts, reader),
            objectives=[(one, target_words(one)) for one in contents.objectives],
            sections=shown_sections(contents),
            own_evidence=[(EVIDENCE[Evidence(one.kind)], one) for one in contents.own_evidence],
            missing=missing(contents),
            signatures=[
                SignatureShown(one, one.digest == review.digest) for one in contents.signatures
            ],
            hand_over=Button.guarded(
                "Hand over what you bring", policies.why_not_hand_over(reader, facts)
            ),
            may_meet=policies.why_not_meet(reader, facts) is None,
            may_agree=may_agree,
            sign=Button.guarded("Sign", policies.why_not_sign(reader, facts, review.digest)),
        )


def takes_up(review: Review, facts: ReviewFacts, reader: Reader) -> bool:
    """Whether an act makes this reader the one who holds the review."""
    acts = facts.state is State.OPEN and not is_owner(reader, facts.owner)
    return acts and review.held_by_id != reader.account_id


def reviews(review: Review, facts: ReviewFacts, reader: Reader) -> bool:
    held = review.held_by_id == reader.account_id
    return held or takes_up(review, facts, reader)


def between(review: Review, facts: ReviewFacts, reader: Reader) -> str:
    """For HR, whom a concern has brought in, it is between two others."""
    if is_owner(reader, facts.owner):
        return f"you and {reviewer_of(review, facts)}"
    if reviews(review, facts, reader):
        return f"you and {review.person.name}"
    return f"{review.person.name} and {review.held_by}"


def reviewer_of(review: Review, facts: ReviewFacts) -> str:
    if review.held_by and (facts.holder_decides or facts.state is not State.OPEN):
        return str(review.held_by)
    return f"{whoever_leads(facts.owner)}; nobody has taken it up yet"


def domains_of(contents: Contents, facts: ReviewFacts, reader: Reader) -> list[DomainShown]:
    """One’s own words always; the other’s once both have handed over."""
    reads = {Side.CLINICIAN, Side.REVIEWER} if facts.shared else {facts.side_of(reader)}

    def of(side: Side, domain: Domain) -> Words | None:
        return contents.words.get((side, domain)) if side in {*reads, Side.BOTH} else None

    return [
        DomainShown(
            DOMAINS[each],
            of(Side.CLINICIAN, each),
            of(Side.REVIEWER, each),
            of(Side.BOTH, each),
        )
        for each in Domain
    ]


def waits_for(facts: ReviewFacts, reader: Reader) -> str:
    names = {Side.CLINICIAN: "the clinician", Side.REVIEWER: "the reviewer"}
    names[facts.side_of(reader)] = "you"
    return " and ".join(name for side, name in names.items() if side not in facts.handed_over)


def steps_of(facts: ReviewFacts, reader: Reader) -> list[dict[str, str]]:
    """The way of a review, with what is left in each step."""
    agreed = bool(facts.objectives) and not facts.left(Side.BOTH)
    done = [facts.shared, facts.met, agreed, facts.state is State.SIGNED]
    words = [
        ("Both write", "" if facts.shared else f"waits for {waits_for(facts, reader)}"),
        ("Meet", ""),
        ("Write what you agree, with objectives", left_to_agree(facts)),
        ("Both sign", left_to_sign(facts)),
    ]
    now = done.index(False) if False in done else len(done)
    return [
        {"text": text, "left": left, "state": "done" if done[n] else "now" if n == now else ""}
        for n, (text, left) in enumerate(words)
    ]


def left_to_agree(facts: ReviewFacts) -> str:
    left = [each.words.lower() for each in facts.left(Side.BOTH)] if facts.met else []
    if facts.met and not facts.objectives:
        left.append("an objective")
    return f"left: {', '.join(left)}" if left else ""


def left_to_sign(facts: ReviewFacts) -> str:
    if facts.state is State.SIGNED or not facts.signed:
        return ""
    return f"signed by the {next(iter(facts.signed))}"


def shown_sections(contents: Contents) -> list[dict[str, Any]]:
    return [
        {**one, "kind": EVIDENCE[Evidence(one["kind"])] if one["kind"] else ""}
        for one in contents.sections
    ]


def missing(contents: Contents) -> list[str]:
    """The kinds of the GMC’s six of which nothing is here."""
    there = kinds_in(contents.sections) | {one.kind for one in contents.own_evidence}
    return [words for kind, words in EVIDENCE.items() if kind not in there]
