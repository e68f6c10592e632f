"""One record's risk by each model in force, for whoever reads the record."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clinlead.casemix.covariates import RECORD
from clinlead.casemix.explaining import Explained, parts_of, sentence_of, unknown_words
from clinlead.casemix.models import CaseMixModel
from clinlead.casemix.reading import known_of_one
from clinlead.casemix.scoring import as_level
from clinlead.figures.facts import files_of
from clinlead.figures.sums import unit_of_figure
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import choosable, newest_of, read_definition
from clinmeasures.casemix import FrozenModel
from clinmeasures.wording.units import Unit

MODELLED = "inpatient"  # the patients whom the shipped measures count


def risks_of_record(
    dataset: str, key: str, files: Sequence[str], fields: Mapping[str, Any]
) -> list[Explained]:
    """What each model expected of this record, in words; of other records than stays nothing."""
    if dataset != RECORD or fields.get("patient_class") != MODELLED or not files:
        return []
    models = list(CaseMixModel.objects.filter(in_force=True).order_by("code"))
    if not models:
        return []
    names = dict.fromkeys(name for each in models for name in each.content["levels"])
    known = known_of_one(tuple(names), tuple(files), tuple(files_of("diagnoses")), key)
    if known is None:
        return []
    measures = newest_of(choosable().filter(code__in=[each.code for each in models]))
    return [explained(each, measures.get(each.code), known) for each in models]


def explained(
    kept: CaseMixModel, measure: MeasureVersion | None, row: Mapping[str, Any]
) -> Explained:
    model = kept.frozen
    known = {name: as_level(row[name], levels) for name, levels in model.levels.items()}
    lacks = lacking(model, known)
    definition = read_definition(measure.definition) if measure else None
    event = definition.counts if definition else kept.code
    unit = unit_of_figure(definition) if definition else Unit("")
    return Explained(
        title=measure.title if measure else kept.code,
        sentence=unknown_words(lacks)
        if lacks
        else sentence_of(model, value_of(model, known), event=event, unit=unit),
        parts=() if lacks else parts_of(model, known),
        model=f"version {kept.version}",
        href=kept.get_absolute_url(),
    )


def value_of(model: FrozenModel, known: Mapping[str, Any]) -> float:
    return float(np.asarray(model.score({name: [v] for name, v in known.items()}).risk)[0])


def lacking(model: FrozenModel, known: Mapping[str, Any]) -> list[str]:
    """The covariates that are blank, or of a kind that the model has not met."""
    return [
        name
        for name, levels in model.levels.items()
        if known[name] is None or (levels and known[name] not in levels)
    ]
