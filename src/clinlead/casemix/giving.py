"""A model from elsewhere, from its file: of `clinmeasures freeze`, or coefficients as CSV."""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from clinlead.casemix.covariates import COVARIATES, refuse_unknown
from clinlead.casemix.queries import can_be_foreseen
from clinlead.measures.queries import find, read_definition
from clinmeasures.casemix import FrozenModel
from clinmeasures.definitions import MeasureKind
from clinmeasures.errors import BadInput

INTERCEPT = "(Intercept)"
COLUMNS = ("covariate", "level", "estimate")
NOWHERE = {"words": "elsewhere: the coefficients were given", "rows": 0, "left_out": 0}


def model_in(content: bytes, *, name: str, code: str) -> FrozenModel:
    """The model of a file, checked: it can be scored here, and foresees what the measure counts."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not text in UTF-8; save it so, and try again.") from None
    found = from_json(text, name) if text.lstrip().startswith("{") else from_csv(text, name, code)
    refuse_unknown(found.levels)
    if found.family != family_of(code):
        raise BadInput(
            f"{name} is a {found.family} model, and {code} needs a {family_of(code)} one."
        )
    return found


def family_of(code: str) -> str:
    measure = find(code)
    definition = read_definition(measure.definition) if measure else None
    if definition is None or not can_be_foreseen(definition):
        raise BadInput(f"There is no measure {code} that a model could foresee.")
    return "binomial" if definition.kind is MeasureKind.PROPORTION else "gamma"


def from_json(text: str, name: str) -> FrozenModel:
    try:
        held = json.loads(text)
        found = FrozenModel(**{field: held[field] for field in FrozenModel.__dataclass_fields__})
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"{name} is not a model's file; make one with clinmeasures freeze."
        ) from None
    if held.get("digest") != found.digest:
        raise BadInput(f"{name} was changed after it was frozen; take the file that was written.")
    return found


def from_csv(text: str, name: str, code: str) -> FrozenModel:
    """One row a coefficient; the level with the estimate 0 is what others are set against."""
    family = family_of(code)
    levels: dict[str, list[str]] = {}
    coefficients: dict[str, float] = {}
    for line, row in rows_of(text, name):
        covariate, level = row["covariate"].strip(), row["level"].strip()
        estimate = number_in(row["estimate"], line, name)
        if covariate == INTERCEPT:
            coefficients[INTERCEPT] = estimate
            continue
        refuse_unknown([covariate])
        if COVARIATES[covariate].number:
            levels[covariate], coefficients[covariate] = [], estimate
        elif estimate == 0 and covariate not in levels:
            levels[covariate] = [level]
        else:
            levels.setdefault(covariate, []).append(level)
            coefficients[f"{covariate}{level}"] = estimate
    refuse_incomplete(levels, coefficients, name)
    return FrozenModel(
        code=code, version=1, family=family, link="logit" if family == "binomial" else "log",
        outcome="outcome", levels=levels, coefficients=coefficients,
        fitted_on={**NOWHERE, "observed": 0.0}, performance={},
    )  # fmt: skip


def rows_of(text: str, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    found = csv.DictReader(StringIO(text))
    lacking = [each for each in COLUMNS if each not in (found.fieldnames or ())]
    if lacking:
        raise BadInput(f"{name} has no column {lacking[0]!r}; it needs covariate, level, estimate.")
    for line, row in enumerate(found, start=2):
        if any(row[each] is None for each in COLUMNS):
            raise BadInput(f"{name}, line {line} is shorter than its heading; fill it in.")
        yield line, row


def number_in(text: str, line: int, name: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise BadInput(f"{name}, line {line}: {text!r} is not a number; write it as 0.31.")
    return found


def refuse_incomplete(levels: Mapping[str, list[str]], found: Mapping[str, float], name: str):
    if INTERCEPT not in found:
        raise BadInput(f"{name} has no row for {INTERCEPT}; a model needs one.")
    if not levels:
        raise BadInput(f"{name} has no covariate; a model needs at least one.")
    for covariate, names in levels.items():
        if names and f"{covariate}{names[0]}" in found:
            raise BadInput(
                f"{name}: {covariate!r} has no level with the estimate 0 in front, which the "
                "others are set against; add it."
            )
        if len(set(names)) < len(names):
            raise BadInput(f"{name}: {covariate!r} names a level twice; keep one of the rows.")
