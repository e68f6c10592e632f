"""Fitting a model on the trust's own records, or judging one that was given, and freezing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clinlead.casemix.covariates import COVARIATES, OTHER, refuse_unknown
from clinlead.casemix.queries import whole_rules
from clinlead.casemix.reading import KNOWN, known_of
from clinlead.casemix.scoring import as_level
from clinlead.figures.facts import files_of
from clinlead.figures.foreseen import facts_read
from clinlead.figures.records import compiled
from clinmeasures.attribution.rules import WHOLE
from clinmeasures.casemix import FrozenModel, casemix, freeze
from clinmeasures.definitions import Definition, MeasureKind
from clinmeasures.errors import BadInput

FEWEST_EVENTS = 50  # below these a model of several covariates learns chance
FEWEST_OF_A_LEVEL = 10  # events (of a mean: records); rarer levels are taken together
OUTCOME = "outcome"
FIFTH = 5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be fitted, on which records."""

    code: str
    version: int
    definition: Definition
    covariates: Sequence[str]
    first: date
    last: date

    @property
    def is_yes_or_no(self) -> bool:
        return self.definition.kind is MeasureKind.PROPORTION

    @property
    def family(self) -> str:
        return "binomial" if self.is_yes_or_no else "gamma"


def records_of(wanted: Wanted) -> pa.Table:
    """The measure's records of these days with what is known of each and what came of it."""
    refuse_unknown(wanted.covariates)
    definition = wanted.definition
    files = files_of(definition.record)
    if not files:
        raise BadInput("No records are loaded yet; load the extracts, then fit.")
    inner = compiled(definition, whole_rules(definition)[0], pq.read_schema(files[0]))
    facts, risks = facts_read([definition])
    outcome = "(r.numerator > 0)::double" if wanted.is_yes_or_no else "r.value::double"
    positive = "" if wanted.is_yes_or_no else " and r.value > 0"
    with known_of(wanted.covariates, files, files_of("diagnoses")) as held:
        found = held.execute(
            f"with {facts}, r as ({inner}) select k.* exclude (_key), {outcome} as {OUTCOME} "  # noqa: S608 - our own names
            f"from r join {KNOWN} k on k._key = r._key join facts f on f._key = r._key "
            f'where r.weight_millionths = $whole and f."{definition.month_of}"::date '
            f"between $first and $last{positive} order by k._key",
            {
                "files": files,
                "whole": WHOLE,
                "first": wanted.first,
                "last": wanted.last,
                **risks,
            },
        )
        return found.to_arrow_table()


def fitted(wanted: Wanted, rows: pa.Table, words: str) -> FrozenModel:
    """The model frozen; rare levels of a covariate are taken together first."""
    refuse_few(wanted, rows)
    names = [n for n in wanted.covariates if not COVARIATES[n].number]
    data = {name: rows[name] for name in rows.column_names}
    for name in names:
        data[name] = grouped(rows[name], rows[OUTCOME], wanted.is_yes_or_no)
    return freeze(
        pa.table(data),
        code=wanted.code,
        version=wanted.version,
        fitted_on=words,
        outcome=OUTCOME,
        covariates=list(wanted.covariates),
        categorical=names,
        family=wanted.family,
        link=None if wanted.is_yes_or_no else "log",
    )


def refuse_few(wanted: Wanted, rows: pa.Table) -> None:
    outcome = rows[OUTCOME].to_numpy()
    seen = int(outcome.sum()) if wanted.is_yes_or_no else len(outcome)
    if seen < FEWEST_EVENTS:
        what = "events" if wanted.is_yes_or_no else "records"
        raise BadInput(
            f"These days have {seen} {what}, and a model needs {FEWEST_EVENTS}; choose more months."
        )


def grouped(column: pa.ChunkedArray, outcome: pa.ChunkedArray, yes_or_no: bool) -> pa.Array:
    """A covariate with its rare levels as one; blanks stay blank."""
    coded = column.combine_chunks().dictionary_encode()
    levels = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    there = ~np.isnan(codes.astype(float))
    weights = outcome.to_numpy()[there] if yes_or_no else np.ones(int(there.sum()))
    counts = np.bincount(codes[there].astype(int), weights=weights, minlength=len(levels))
    kept = [
        str(level) if count >= FEWEST_OF_A_LEVEL else OTHER
        for level, count in zip(levels, counts, strict=True)
    ]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(kept, pa.string())).cast(
        pa.string()
    )


def judged_apart(wanted: Wanted, rows: pa.Table) -> "Judged":
    """How such a model does on records that it has not seen: fitted on four fifths, judged on one.

    A fifth is every fifth record in the order of keys, so that the same comes out again.
    """
    unseen = np.arange(rows.num_rows) % FIFTH == 0
    try:
        trial = fitted(wanted, rows.filter(pa.array(~unseen)), "four fifths of the records")
    except BadInput:  # so few that a part of them cannot be fitted: the page says what it is
        trial = fitted(wanted, rows, "all of the records")
        unseen = np.ones(rows.num_rows, dtype=bool)
    return judged(trial, rows.filter(pa.array(unseen)), unseen=not unseen.all())


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How a model did on some records: of the right size, and telling apart?"""

    unseen: bool  # by records that it was not fitted on
    records: int
    without_risk: int
    why_without: dict[str, int]
    observed: float
    auc: float | None
    brier: float | None
    calibration: dict[str, Any]


def judged(model: FrozenModel, rows: pa.Table, *, unseen: bool) -> Judged:
    """The same judgement for models fitted here and models that were given."""
    data = {
        name: [as_level(each, levels) for each in rows[name].to_pylist()]
        for name, levels in model.levels.items()
    }
    scored = model.score(data)
    known = np.isfinite(scored.risk)
    outcome = rows[OUTCOME].to_numpy()[known]
    if not known.any():
        raise BadInput("Of no record everything is known that the model needs.")
    found = casemix(
        {OUTCOME: outcome, "risk": scored.risk[known]},
        outcome=OUTCOME,
        covariates=[],
        predicted="risk",
        family=model.family,
        link=model.link,
    ).to_dict()
    return Judged(
        unseen=unseen,
        records=rows.num_rows,
        without_risk=int((~known).sum()),
        why_without=dict(scored.gaps),
        observed=float(outcome.sum()),
        auc=found["auc"],
        brier=found["brier"],
        calibration=found["calibration"],
    )
