"""A small trust that has said what it wants: through the same actions as a hospital's."""

from dataclasses import dataclass

from clinlead.access.models import Account
from clinlead.measures.models import MeasureVersion
from clinlead.strategy.actions import CauseSaid, Words, approve, link_measure, propose
from clinlead.strategy.models import OutcomeMeasure, Wording
from clinlead.strategy.policies import Kind
from people import AT, Trust

CAUSES = (
    CauseSaid(group="Data", name="Wrong owner", about="The patient was somebody else’s."),
    CauseSaid(group="Case mix", name="Sicker patients", about="Risk that was not adjusted for."),
    CauseSaid(group="Person", name="Health", about="Illness; it needs care, not blame."),
)


@dataclass
class Stated:
    objective: int
    outcome: Wording
    link: OutcomeMeasure
    definition: Wording
    mandate: Wording


def objective(trust: Trust, title: str = "Home on time", **more) -> Wording:
    """Proposed by the medical director; it waits."""
    words = Words(title=title, text="A day too long in hospital does harm.", **more)
    code = title.lower().replace(" ", "-")
    return propose(kind=Kind.OBJECTIVE, code=code, words=words, by=trust.director, at=AT)


def outcome(trust: Trust, serving: Wording, by: Account, title: str = "Short stays") -> Wording:
    words = Words(
        title=title,
        text="Nobody stays for want of a decision.",
        objective=serving.statement,
        departments=[trust.cardiology],
    )
    code = title.lower().replace(" ", "-")
    return propose(kind=Kind.OUTCOME, code=code, words=words, by=by, at=AT)


def definition(trust: Trust, **more) -> Wording:
    words = Words(title="What we mean", text="Care below what was agreed.", causes=CAUSES, **more)
    return propose(
        kind=Kind.DEFINITION, code="poor-performance", words=words, by=trust.director, at=AT
    )


def mandate(trust: Trust, by: Account, **more) -> Wording:
    words = Words(
        title="Mandate of the clinical director, Cardiology",
        text="Decides the department’s measures and releases its figures.",
        departments=[trust.cardiology],
        protected_time="2 programmed activities a week",
        holder=trust.lead,
        sponsor=trust.director,
        **more,
    )
    return propose(kind=Kind.MANDATE, code="cardiology", words=words, by=by, at=AT)


def approved(trust: Trust, proposed: Wording) -> Wording:
    return approve(wording_id=proposed.pk, by=trust.executive, at=AT)


def registered(code: str) -> None:
    """A measure in the register, where the test has not put it there already."""
    from clinlead.measures.actions import register_library

    if not MeasureVersion.objects.filter(code=code, approved=True).exists():
        register_library(at=AT)


def stated(trust: Trust) -> Stated:
    """An objective, an outcome with a measure, the definition and a mandate, all in force."""
    registered("length-of-stay")
    aim = approved(trust, objective(trust))
    sco = approved(trust, outcome(trust, aim, trust.lead))
    link = link_measure(outcome=sco.statement, measure="length-of-stay", by=trust.lead, at=AT)
    return Stated(
        objective=aim.pk,
        outcome=sco,
        link=link,
        definition=approved(trust, definition(trust)),
        mandate=approved(trust, mandate(trust, trust.director)),
    )
