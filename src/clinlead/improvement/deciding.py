"""Writing decisions: made from a release, shared, withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.history.actions import append
from clinlead.improvement.models import Decision, place_of
from clinlead.improvement.policies import (
    DecisionFacts,
    Kind,
    why_not_decide,
    why_not_share_decision,
    why_not_withdraw,
)
from clinlead.organisation.models import WorkStream
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What somebody decides of one measure, and why."""

    measure: str
    kind: Kind
    because: str
    stream: WorkStream | None = None
    together: bool = False


@transaction.atomic
def decide(*, release_id: int, said: Decided, by: Account, at: datetime) -> Decision:
    """What is to be done about a measure, from a release that is out."""
    (made,) = decide_all(release_id=release_id, said=[said], by=by, at=at)
    return made


@transaction.atomic
def decide_all(
    *, release_id: int, said: Iterable[Decided], by: Account, at: datetime
) -> list[Decision]:
    """Several decisions of one release in one act: all of them, or none."""
    release = Release.objects.select_for_update(of=("self",)).get(pk=release_id)
    reader = reader_of(by, at.date())
    figures = {each.measure: each for each in team_figures(release)}
    made = []
    for one in said:
        refuse_if(why_not_decide(reader, facts_of(release, one, one.measure in figures)))
        made.append(kept(release, figures[one.measure], one, by, at))
    return made


def team_figures(release: Release) -> list[ReleasedFigure]:
    """The department’s own figures of a release: what is decided on is never a person’s."""
    return list(release.figures.filter(unit=release.team_unit).order_by("title"))


def facts_of(release: Release, said: Decided, measured: bool) -> DecisionFacts:
    return DecisionFacts(
        place=place_of(release.department_id, said.stream),
        released=release.state == ReleaseState.RELEASED,
        measured=measured,
        kind=said.kind,
        because=said.because,
    )


def kept(
    release: Release, figure: ReleasedFigure, said: Decided, by: Account, at: datetime
) -> Decision:
    made = Decision.objects.create(
        department_id=release.department_id,
        stream=said.stream,
        release=release,
        measure=figure.measure,
        version=figure.version,
        rule=figure.rule,
        kind=said.kind,
        because=said.because.strip(),
        together=said.together,
        by=by,
        at=at,
    )
    noted("decided after a release", made, by, at)
    return made


@transaction.atomic
def withdraw_decision(*, decision_id: int, because: str, by: Account, at: datetime) -> Decision:
    """It stands no more; the list keeps it with the reason."""
    found = held(decision_id)
    refuse_if(why_not_withdraw(reader_of(by, at.date()), found.facts(), because))
    found.withdrawn_by, found.withdrawn_at = by, at
    found.withdrawn_because = because.strip()
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    noted("decision withdrawn", found, by, at)
    return found


@transaction.atomic
def share_decision(*, decision_id: int, by: Account, at: datetime) -> Decision:
    """Other departments’ clinical directors, and stream leads, can read it from now on."""
    found = held(decision_id)
    refuse_if(why_not_share_decision(reader_of(by, at.date()), found.facts()))
    found.shared_by, found.shared_at = by, at
    found.save(update_fields=["shared_by", "shared_at"])
    noted("decision shared", found, by, at)
    return found


def held(decision_id: int) -> Decision:
    """One decision, locked until the transaction ends."""
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related("release", "stream", "department").get(pk=decision_id)


def noted(act: str, one: Decision, by: Account, at: datetime) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk,
        object_kind="decision",
        object_id=str(one.pk),
        details={
            "release": one.release_id,
            "measure": one.measure,
            "kind": one.kind,
            "because": one.withdrawn_because or one.because,
        },
    )
