"""Records' risks by a frozen model: each kind of patient scored once, and given to its records."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from clinlead.casemix.covariates import OTHER, RECORD
from clinlead.casemix.models import CaseMixModel
from clinlead.casemix.queries import in_force
from clinlead.casemix.reading import KNOWN, known_of
from clinmeasures.casemix import FrozenModel
from clinmeasures.errors import BadInput

NONE = pa.table({"key": pa.array([], pa.string()), "risk": pa.array([], pa.int64())})


def risks_of(code: str, files: Mapping[str, Sequence[str]]) -> pa.Table:
    """What the figures room asks (settings.CASE_MIX): key and risk, in billionths.

    A record of which something is not known that the model needs has no risk, and is left out.
    """
    model, rows = in_force(code), files.get(RECORD, ())
    if model is None or not rows:
        return NONE
    return scored(model.frozen, rows, files.get("diagnoses", ()))


def risks_by(code: str, digest: str, files: Mapping[str, Sequence[str]]) -> pa.Table:
    """The same by one frozen version, in force or not (settings.CASE_MIX)."""
    model = CaseMixModel.objects.filter(code=code, digest=digest).first()
    if model is None:
        raise BadInput(f"The case-mix model {code} with digest {digest[:16]} is not kept here.")
    rows = files.get(RECORD, ())
    return scored(model.frozen, rows, files.get("diagnoses", ())) if rows else NONE


def scored(model: FrozenModel, files: Sequence[str], diagnoses: Sequence[str]) -> pa.Table:
    names = list(model.levels)
    columns = ", ".join(f'"{name}"' for name in names)
    same = " and ".join(f'k."{n}" is not distinct from s."{n}"' for n in names)
    with known_of(names, files, diagnoses) as held:
        kinds = held.execute(f"select distinct {columns} from {KNOWN}").to_arrow_table()  # noqa: S608 - our own names
        risks = model.score(as_levels(kinds, model)).nano
        held.register("case_mix_kinds", kinds.append_column("risk", pa.array(risks, pa.int64())))
        found = held.execute(
            f"select k._key as key, s.risk from {KNOWN} k join case_mix_kinds s on {same} "  # noqa: S608 - our own names
            "where s.risk is not null order by key"
        ).to_arrow_table()
        held.unregister("case_mix_kinds")
    return found


def as_levels(kinds: pa.Table, model: FrozenModel) -> dict[str, list]:
    """Columns as the model codes them: what is rare or new is "other", where it knows an other."""
    return {
        name: [as_level(value, levels) for value in kinds[name].to_pylist()]
        for name, levels in model.levels.items()
    }


def as_level(value: object, levels: Sequence[str]) -> object:
    if value is None or not levels:
        return value
    return value if value in levels or OTHER not in levels else OTHER
