"""A case-mix model kept as a file: what it was fitted on, how it codes, and the risks it gives."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clinmeasures.casemix.design import levels_of
from clinmeasures.casemix.families import family_named
from clinmeasures.casemix.model import casemix
from clinmeasures.casemix.scoring import Scored, columns_scored
from clinmeasures.errors import BadInput
from clinmeasures.frames import collected

FORMAT = 1
NO_RISK = "no_risk"  # a record with a gap has none, and counts neither as observed nor as expected
INTERCEPT = "(Intercept)"


@dataclass(frozen=True, kw_only=True)
class FrozenModel:
    """One version of a model. A model fitted anew is a new version, never a changed one."""

    code: str
    version: int
    family: str
    link: str
    outcome: str
    levels: dict[str, list[str]]  # covariate → its levels, the reference first; numbers have none
    coefficients: dict[str, float]  # term → on the link's scale
    fitted_on: dict[str, Any]  # words, rows, left_out, observed
    performance: dict[str, Any]  # on the rows it was fitted on
    missing: str = NO_RISK

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the model is."""
        text = json.dumps(self._content(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The model's file."""
        return self._content() | {"digest": self.digest}

    def _content(self) -> dict[str, Any]:
        return {"format": FORMAT} | {name: getattr(self, name) for name in _FIELDS}

    def write(self, path: str | Path) -> None:
        """Keep the model as a file, whole or not at all.

        Raises
        ------
        BadInput
            Where another model is there already, or the file cannot be written.
        """
        there = Path(path)
        if there.exists() and read_model(there).digest != self.digest:
            raise BadInput(f"{path} holds another model; give the new one a file of its own.")
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        draft = there.with_name(there.name + ".part")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(there)
        except OSError as error:
            raise BadInput(f"{path} cannot be written ({error.strerror}).") from None

    def score(self, data: Any) -> Scored:
        """Each record's risk by this model.

        Parameters
        ----------
        data : data frame that Narwhals reads, or mapping of columns
            With the model's covariates under their own names.

        Raises
        ------
        BadInput
            Where a covariate's column is not there, or a cell of a number is none.
        """
        columns = columns_scored(collected(data), self.levels)
        eta = np.full(columns.rows, self.coefficients[INTERCEPT])
        for term, values in columns.terms.items():
            eta += self.coefficients[term] * values
        family = family_named(self.family, self.link)
        with np.errstate(all="ignore"):
            risk = family.link.inverse(eta)
        return Scored(
            model=f"{self.code} version {self.version}",
            digest=self.digest,
            family=family,
            risk=np.where(columns.known, risk, np.nan),
            gaps=columns.gaps,
            given=data,
        )


_FIELDS = tuple(FrozenModel.__dataclass_fields__)


def freeze(
    data: Any,
    *,
    code: str,
    version: int,
    fitted_on: str,
    outcome: str,
    covariates: Sequence[str],
    categorical: Sequence[str] = (),
    family: str,
    link: str | None = None,
) -> FrozenModel:
    """Fit a model and freeze it.

    Parameters
    ----------
    data, outcome, covariates, categorical, family, link : as for `casemix`.
    code, version : what the model is called, and which one of its kind it is (from 1).
    fitted_on : str
        The rows in words: which patients, of which years, by which extract.

    Raises
    ------
    BadInput
        As `casemix`; and without a code, words for the rows, or a version from 1.
    """
    if not (code.strip() and fitted_on.strip()) or version < 1:
        raise BadInput("a frozen model needs a code, a version from 1, and what it was fitted on.")
    data = collected(data)
    found = casemix(
        data,
        outcome=outcome,
        covariates=covariates,
        categorical=categorical,
        family=family,
        link=link,
    )
    told = found.to_dict()
    return FrozenModel(
        code=code.strip(),
        version=version,
        family=found.family,
        link=found.link,
        outcome=outcome,
        levels=levels_of(data, covariates, categorical, np.isfinite(found.fitted)),
        coefficients={one.term: one.estimate for one in found.coefficients},
        fitted_on={
            "words": fitted_on.strip(),
            "rows": found.rows - found.left_out,
            "left_out": found.left_out,
            "observed": float(sum(group.observed for group in found.calibration.groups)),
        },
        performance={name: told[name] for name in ("auc", "brier", "calibration")},
    )


def read_model(path: str | Path) -> FrozenModel:
    """A model from its file.

    Raises
    ------
    BadInput
        Where there is no such file, it is no model, or it was changed after it was written.
    """
    try:
        held = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file; check the name.") from None
    except (OSError, ValueError):
        raise BadInput(
            f"{path} is not a model's file; make one with clinmeasures freeze."
        ) from None
    wanted = {"format", "digest", *_FIELDS}
    if not isinstance(held, Mapping) or set(held) != wanted or held["format"] != FORMAT:
        raise BadInput(f"{path} is not a model's file; make one with clinmeasures freeze.")
    model = FrozenModel(**{name: held[name] for name in _FIELDS})
    if model.digest != held["digest"]:
        raise BadInput(f"{path} was changed after it was frozen; take the file that was written.")
    return model


def _no_model(path: str | Path) -> BadInput:
    return BadInput(f"{path} is not a model's file; make one with clinmeasures freeze.")
