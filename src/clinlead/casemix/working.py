"""The background work of this room: fitting what was asked for, and figures beside a new model."""

from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from clinlead.background.working import CannotDo, Progress
from clinlead.casemix.actions import keep
from clinlead.casemix.covariates import RECORD
from clinlead.casemix.fitting import Wanted, fitted, judged, judged_apart, records_of
from clinlead.casemix.models import CaseMixModel, Fitting
from clinlead.casemix.pooling import pool_all
from clinlead.casemix.queries import beside, in_force
from clinlead.figures.facts import files_of
from clinlead.figures.foreseen import score_anew
from clinlead.figures.versions import compute_version
from clinlead.measures.queries import find, read_definition
from clinmeasures.casemix import FrozenModel
from clinmeasures.errors import MeasureError
from clinmeasures.wording.units import how_many

STEPS = 4


def fit_asked(key: str, at: datetime, progress: Progress) -> str:
    """Fit the model that was asked for, or judge the one given; done already, nothing is made."""
    asked = Fitting.objects.select_related("asked_by", "made").get(pk=key)
    if asked.made is not None:
        return f"{asked.made} was made already."
    try:
        made = made_of(asked, at, progress)
    except MeasureError as error:
        asked.failed_because = str(error)
        asked.save(update_fields=["failed_because"])
        raise CannotDo(str(error)) from error
    return f"{made} is frozen; it is judged on {how_many(made.judged['records'], 'record')}."


def made_of(asked: Fitting, at: datetime, progress: Progress) -> CaseMixModel:
    measure = find(asked.code)
    if measure is None:
        raise CannotDo(f"The measure {asked.code} is not in the register any more.")
    wanted = Wanted(
        code=asked.code,
        version=next_version(asked.code),
        definition=read_definition(measure.definition),
        covariates=asked.covariates,
        first=asked.first_day,
        last=asked.last_day,
    )
    progress(0, STEPS)
    rows = records_of(wanted)
    progress(1, STEPS)
    if asked.given:
        model = given(asked, wanted)
        found = judged(model, rows, unseen=True)
    else:
        model = fitted(wanted, rows, words_of(asked))
        progress(2, STEPS)
        found = judged_apart(wanted, rows)
    progress(3, STEPS)
    made = keep(fitting=asked, wording=measure.version, model=model, judged=found, at=at)
    progress(STEPS, STEPS)
    return made


def next_version(code: str) -> int:
    newest = CaseMixModel.objects.filter(code=code).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def given(asked: Fitting, wanted: Wanted) -> FrozenModel:
    """A model from elsewhere under our own code and number: the rest of it stays as it came."""
    names = FrozenModel.__dataclass_fields__
    held = {name: asked.given[name] for name in names}  # type: ignore[index]
    return FrozenModel(**held | {"code": wanted.code, "version": wanted.version})


def words_of(asked: Fitting) -> str:
    first, last = asked.first_day, asked.last_day
    return (
        f"the trust's own records of {first.day} {first:%B %Y} to {last.day} {last:%B %Y} that "
        f"count in {asked.code}"
    )


def compute_beside(key: str, at: datetime, progress: Progress) -> str:
    """Compute every measure that stands beside a model anew, after another version took force."""
    model = in_force(key)
    measures = beside(key)
    if model is not None and not measures:  # a figure that stands beside it brings its risks
        score_anew(key, {name: files_of(name) for name in (RECORD, "diagnoses")})
    for done, each in enumerate(measures):
        progress(done, len(measures))
        compute_version(measure=each, at=at)
    pool_all(at=at)
    for name in settings.AFTER_MODELS:
        import_string(name)(at=at)
    return f"{how_many(len(measures), 'measure')} computed beside {model or key}."
