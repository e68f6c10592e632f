"""A department that decided after its release and tries a change: through the same actions."""

from datetime import UTC, date, datetime
from decimal import Decimal

from clinlead.improvement import actions
from clinlead.improvement.actions import Decided, Plan
from clinlead.improvement.models import Cycle, Decision
from clinlead.improvement.policies import Kind, Towards
from clinlead.releases.models import Release
from people import Trust

AT = datetime(2026, 7, 31, 9, 0, tzinfo=UTC)


def decided(trust: Trust, release: Release, kind: Kind = Kind.IMPROVE, **more) -> Decision:
    by = more.pop("by", trust.lead)
    said = {"measure": "length-of-stay", "kind": kind, "because": "Rounds come late.", **more}
    return actions.decide(release_id=release.pk, said=Decided(**said), by=by, at=AT)


def a_plan(**changes) -> Plan:
    """It began in February 2026: the small trust has months on both sides."""
    plan = {
        "title": "Earlier rounds",
        "aim": "Patients go home on the day they are ready.",
        "theory": "Decisions wait for the round.",
        "scale": "One ward, for three months",
        "measure": "length-of-stay",
        "towards": Towards.AT_MOST,
        "predicted": Decimal("4.5"),
        "starts_on": date(2026, 2, 1),
        "ends_on": date(2026, 7, 30),
    }
    return Plan(**{**plan, **changes})


def planned(trust: Trust, decision: Decision, **changes) -> Cycle:
    return actions.plan_cycle(decision_id=decision.pk, plan=a_plan(**changes), by=trust.lead, at=AT)


def running(trust: Trust, decision: Decision, **changes) -> Cycle:
    made = planned(trust, decision, **changes)
    return actions.start_cycle(cycle_id=made.pk, by=trust.lead, at=AT)


def studied(trust: Trust, cycle: Cycle, act: str = "adopt") -> Cycle:
    from clinlead.improvement.policies import Act

    study = actions.Study(happened="As planned.", learned="Early rounds work.", act=Act(act))
    return actions.study_cycle(cycle_id=cycle.pk, study=study, by=trust.lead, at=AT)
