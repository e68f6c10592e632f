"""Every write of this room: a model is asked for, kept, and put in force."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.background.claiming import queue
from clinlead.casemix.covariates import refuse_unknown
from clinlead.casemix.fitting import Judged
from clinlead.casemix.models import CaseMixModel, Fitting
from clinlead.casemix.policies import why_not_fit, why_not_put_in_force
from clinlead.casemix.queries import running
from clinlead.history.actions import append
from clinmeasures.casemix import FrozenModel

FIT = "case mix"
FIGURES = "case mix figures"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What somebody wants fitted, or a model from elsewhere that they want judged."""

    code: str
    first_day: date
    last_day: date
    because: str
    covariates: Sequence[str] = ()
    given: FrozenModel | None = None


@transaction.atomic
def ask(*, asking: Asking, by: Account | None, at: datetime) -> Fitting:
    """Ask for a model; it is made in the background. Without `by` it is the host's own command."""
    if by is not None:
        refuse_if(why_not_fit(reader_of(by, at.date()), another_runs=running(asking.code)))
    names = list(asking.given.levels) if asking.given else list(asking.covariates)
    refuse_unknown(names)
    made = Fitting.objects.create(
        code=asking.code,
        covariates=names,
        given=asking.given.to_dict() if asking.given else None,
        first_day=asking.first_day,
        last_day=asking.last_day,
        because=asking.because.strip(),
        asked_by=by,
        asked_at=at,
    )
    noted("case-mix model asked for", asking.code, by, at, covariates=names, because=made.because)
    queue(FIT, made.pk, at=at, about=f"{asking.code}, asked for as number {made.pk}")
    return made


@transaction.atomic
def keep(*, fitting: Fitting, wording: int, model: FrozenModel, judged: Judged, at: datetime):
    """Keep a model as the next version, with how it did. It is not in force yet."""
    made = CaseMixModel.objects.create(
        code=model.code,
        version=model.version,
        measure_version=wording,
        content=model.to_dict(),
        digest=model.digest,
        given=fitting.given is not None,
        first_day=fitting.first_day,
        last_day=fitting.last_day,
        judged=asdict(judged),
        because=fitting.because,
        made_by=fitting.asked_by,
        made_at=at,
    )
    fitting.made = made
    fitting.save(update_fields=["made"])
    noted("case-mix model frozen", str(made), fitting.asked_by, at, digest=made.digest)
    return made


@transaction.atomic
def put_in_force(*, model_id: int, because: str, by: Account | None, at: datetime) -> CaseMixModel:
    """Expected figures stand beside this version from now on; they are computed in the background.

    Without `by` it is the host's own command.
    """
    found = CaseMixModel.objects.select_for_update(of=("self",)).get(pk=model_id)
    if by is not None:
        refuse_if(why_not_put_in_force(reader_of(by, at.date()), found.facts(), because))
    before = CaseMixModel.objects.filter(code=found.code, in_force=True)
    before.update(in_force=False, ended_at=at)
    found.in_force, found.ended_at = True, None
    found.put_in_force_by, found.put_in_force_at = by, at
    found.in_force_because = because.strip()
    found.save()
    noted("case-mix model put in force", str(found), by, at, because=found.in_force_because)
    queue(FIGURES, found.code, at=at, about=f"figures beside {found}")
    return found


def noted(act: str, what: str, by: Account | None, at: datetime, **details: Any) -> None:
    append(
        act=act,
        at=at,
        by_id=by.pk if by else None,
        object_kind="case-mix model",
        object_id=what,
        details=details,
    )
