"""A model's page: what it knows, how well it did, who made it and why. No rule in the templates."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinlead.access.policies import Button, Reader
from clinlead.casemix.covariates import COVARIATES, OTHER
from clinlead.casemix.models import CaseMixModel, Fitting
from clinlead.casemix.policies import why_not_fit, why_not_put_in_force
from clinlead.casemix.queries import beside, fitted_measures
from clinlead.figures.sums import unit_of_figure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import find, read_definition
from clinmeasures.casemix import Group
from clinmeasures.charts import calibration_chart
from clinmeasures.wording.units import Unit, how_many, in_figures

WIDE, NARROW = 720, 320
GOOD_SLOPE = (0.9, 1.1)
COLUMNS = ["Tenth", "Records", "Expected", "Observed", "Observed over expected"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measure in the list, with the model in force and the newest version."""

    title: str
    code: str
    in_force: CaseMixModel | None
    newest: CaseMixModel | None
    versions: int


@dataclass(frozen=True, kw_only=True)
class IndexPage:
    lines: Sequence[Line]
    fits: Sequence[Fitting]
    fit: Button
    may_fit: bool


def index_page(reader: Reader) -> IndexPage:
    """Every measure that has a model, then those that could have one; four questions."""
    models = list(CaseMixModel.objects.defer("content", "judged"))
    titles = {each.code: each.title for each in fitted_measures()}
    lines = []
    for code in dict.fromkeys([*(each.code for each in models), *titles]):
        mine = [each for each in models if each.code == code]
        now = next((each for each in mine if each.in_force), None)
        lines.append(
            Line(
                title=titles.get(code, code),
                code=code,
                in_force=now,
                newest=mine[0] if mine else None,
                versions=len(mine),
            )
        )
    may = why_not_fit(reader)
    fits = Fitting.objects.filter(made=None).select_related("asked_by__person")[:5]
    return IndexPage(
        lines=[each for each in lines if each.versions],
        fits=[] if may else list(fits),
        fit=Button.guarded("Fit a model", may),
        may_fit=may is None,
    )


@dataclass(frozen=True, kw_only=True)
class Picture:
    question: str
    wide: str
    narrow: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class ModelPage:
    """Everything that one version's page shows."""

    model: CaseMixModel
    title: str
    said: Sequence[str]
    picture: Picture
    facts: Sequence[tuple[str, str]]
    knows: Sequence[Sequence[str]]
    missing: Sequence[str]
    used_in: Sequence[MeasureVersion]
    versions: Sequence[CaseMixModel]
    use: Button


def model_page(model: CaseMixModel, versions: Sequence[CaseMixModel], reader: Reader) -> ModelPage:
    measure = find(model.code)
    return ModelPage(
        model=model,
        title=measure.title if measure else model.code,
        said=said_of(model),
        picture=picture_of(model),
        facts=facts_of(model),
        knows=knows(model),
        missing=missing_words(model.judged),
        used_in=beside(model.code),
        versions=versions,
        use=Button.guarded(
            "Put this version in force",
            why_not_put_in_force(reader, model.facts(), "a reason"),
        ),
    )


def is_of_events(model: CaseMixModel) -> bool:
    return bool(model.content["family"] == "binomial")


def unit_for(model: CaseMixModel) -> Unit:
    if is_of_events(model):
        return Unit("%", 100.0)
    measure = find(model.code)
    return unit_of_figure(read_definition(measure.definition)) if measure else Unit("")


def groups_of(model: CaseMixModel) -> list[Group]:
    return [Group(**each) for each in model.judged["calibration"]["groups"]]


def said_of(model: CaseMixModel) -> list[str]:
    """Calibration and discrimination in words; what they do not say, too."""
    found = model.judged["calibration"]
    said = [in_the_large(model)]
    if found["slope"] is not None:
        said.append(slope_words(found["slope"]))
    if model.judged["auc"] is not None:
        said.append(auc_words(model.judged["auc"]))
    said.append(judged_words(model))
    return said


def judged_words(model: CaseMixModel) -> str:
    """On which records it was judged, and what that is worth."""
    if model.given:
        return "Its coefficients were given; all of this is judged on our own records."
    if model.judged["unseen"]:
        return (
            "Judged on every fifth record, by the same model fitted on the others: so on records "
            "that it had not seen."
        )
    return "Judged on the records that it was fitted on, so it looks a little better than it is."


def in_the_large(model: CaseMixModel) -> str:
    groups, unit = groups_of(model), unit_for(model)
    records = sum(each.n for each in groups)
    seen, expected = (sum(getattr(g, n) for g in groups) for n in ("observed", "expected"))
    if is_of_events(model):
        return (
            f"{in_figures(seen)} of {how_many(records, 'record')} had the event, where "
            f"{in_figures(expected, 1)} were expected."
        )
    return (
        f"{unit.text(seen / records)} on average, where {unit.text(expected / records)} were "
        "expected."
    )


def slope_words(slope: float) -> str:
    least, most = GOOD_SLOPE
    said = f"Calibration slope {in_figures(slope, 2)} (1 is right)"
    if least <= slope <= most:
        return f"{said}: high and low risks are as far apart as they should be."
    if slope < least:
        return f"{said}: high risks are too high and low risks too low."
    return f"{said}: risks are too close together."


def auc_words(auc: float) -> str:
    return (
        f"Discrimination {in_figures(auc, 2)}: of a patient with the event and one without, the "
        f"first had the higher risk in {in_figures(100 * auc, 0)} of 100 pairs (50 is chance)."
    )


def picture_of(model: CaseMixModel) -> Picture:
    question = "Does as much happen as the model expects?"
    drawn = [
        calibration_chart(
            groups_of(model),
            title=question,
            description=f"{' '.join(said_of(model))} The table below says the same.",
            unit=unit_for(model),
            id_prefix=f"calibration-{width}",
            width=width,
        )
        for width in (WIDE, NARROW)
    ]
    unit = unit_for(model)
    rows = [row_of(place, each, unit) for place, each in enumerate(groups_of(model), start=1)]
    return Picture(question=question, wide=drawn[0], narrow=drawn[1], rows=rows)


def row_of(place: int, group: Group, unit: Unit) -> list[str]:
    both = [unit.text(each / group.n) for each in (group.expected, group.observed)]
    ratio = in_figures(group.observed / group.expected, 2) if group.expected else "none"
    return [str(place), in_figures(group.n), *both, ratio]


def facts_of(model: CaseMixModel) -> list[tuple[str, str]]:
    made_by = model.made_by or "the host"
    return [
        ("Made", f"{on_day(model.made_at)} by {made_by}"),
        ("Why", model.because),
        ("From", first_upper(model.content["fitted_on"]["words"])),
        ("Event", f"As version {model.measure_version} of the measure says"),
        ("Kind of model", KINDS.get(model.content["family"], model.content["family"])),
        ("Digest", model.digest[:16]),
    ]


def first_upper(words: str) -> str:
    return words[0].upper() + words[1:]


KINDS = {
    "binomial": "Logistic regression: odds, multiplied for each thing that is known",
    "gamma": "Gamma regression: an average stay, multiplied for each thing that is known",
}


def on_day(moment: Any) -> str:
    return f"{moment.day} {moment:%B %Y}"


def knows(model: CaseMixModel) -> list[list[str]]:
    """Each level beside the first of its covariate, in odds or stays."""
    rows = []
    for name, levels in model.content["levels"].items():
        rows += [[covariate_words(name), *each] for each in effects(model, name, levels)]
    return rows


def covariate_words(name: str) -> str:
    found = COVARIATES.get(name)
    return found.label if found else name


def effects(model: CaseMixModel, name: str, levels: Sequence[str]) -> list[list[str]]:
    terms: Mapping[str, float] = model.content["coefficients"]
    if not levels:
        return [["each one more", in_figures(math.exp(terms[name]), 2)]]
    covariate = COVARIATES[name]
    said = ["the rarer ones together" if each == OTHER else covariate.said(each) for each in levels]
    numbers = ["1"] + [in_figures(math.exp(terms[f"{name}{each}"]), 2) for each in levels[1:]]
    return [list(pair) for pair in zip(said, numbers, strict=True)]


def missing_words(judged: Mapping[str, Any]) -> list[str]:
    """What becomes of a record of which something is not known."""
    rule = (
        "A record of which something is missing that the model needs has no risk: it counts "
        "neither as observed nor as expected. Nothing is filled in for it."
    )
    without = judged["without_risk"]
    if not without:
        return [rule, "Here every record had a risk."]
    why = "; ".join(f"{what} in {in_figures(n)}" for what, n in judged["why_without"].items())
    records = how_many(judged["records"], "record")
    return [rule, f"{in_figures(without)} of {records} had none: {why}."]


@dataclass(frozen=True, kw_only=True)
class FittingPage:
    fitting: Fitting
    title: str
    percent: int
    state: str
    moving: bool
    covariates: str


def fitting_page(fitting: Fitting, job: Any) -> FittingPage:
    """How far the model is that somebody asked for."""
    total = job.total if job else 0
    measure = find(fitting.code)
    return FittingPage(
        fitting=fitting,
        title=measure.title if measure else fitting.code,
        percent=round(100 * job.done / total) if total else 0,
        state=job.state if job else "waiting",
        moving=fitting.running,
        covariates=", ".join(COVARIATES[name].words for name in fitting.covariates),
    )
