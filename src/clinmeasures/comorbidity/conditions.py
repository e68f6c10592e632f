"""From patients' diagnosis codes to conditions and scores, over whole columns at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.categories import BLANK, encoded, labelled
from clinmeasures.comorbidity.maps import ConditionMap, condition_map
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Codes, Integers, at_row, is_frame, is_missing, like

FORMS = {
    "icd9": re.compile(r"(\d{3}|V\d\d|E\d{3})\d{0,2}"),
    "icd10": re.compile(r"[A-Z]\d[0-9A-Z]{0,5}"),
}


@dataclass(frozen=True, kw_only=True)
class Comorbidities:
    """The conditions of each patient, in order of first appearance."""

    index: str
    patients: list[str]
    conditions: list[str]
    present: Booleans  # (n_patients, n_conditions)
    scores: dict[str, Integers]  # scheme → (n_patients,)
    codes: int  # how many filled codes there were
    odd_codes: int  # of these, how many do not have the form of the version
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures comorbidity`."""
        names = np.array(self.conditions, dtype=object)
        schemes = list(self.scores)
        rows = zip(*(self.scores[scheme].tolist() for scheme in schemes), strict=True)
        return {
            "patients": [
                {
                    "patient": patient,
                    "conditions": names[here].tolist(),
                    "scores": dict(zip(schemes, row, strict=True)),
                }
                for patient, here, row in zip(self.patients, self.present, rows, strict=True)
            ]
        }

    def to_frame(self) -> Any:
        """One row a patient, one true-or-false column a condition, one column a score."""
        columns: dict[str, list[Any]] = {"patient": list(self.patients)}
        flags = {name: self.present[:, i].tolist() for i, name in enumerate(self.conditions)}
        scores = {f"score_{scheme}": score.tolist() for scheme, score in self.scores.items()}
        return like(columns | flags | scores, self.given)


def comorbidity(
    data: Any,
    *,
    patient: Any,
    code: Any,
    index: str,
    version: str,
    map: str = "quan",  # noqa: A002 - the name of the command's option
    hierarchy: bool = False,
) -> Comorbidities:
    """Charlson's or Elixhauser's conditions and scores of every patient.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        One row a diagnosis. With `patient` and `code` as column names; or None with arrays there.
    patient, code : str, or arrays of shape (n_diagnoses,)
        Codes are text, with or without the point, in either case. A blank code is a patient
        without a diagnosis in that row.
    index : {"charlson", "elixhauser"}
    version : {"icd9", "icd10"}
        ICD-9-CM, or ICD-10 of any country where the map's prefixes hold.
    map : {"quan", "se", "am", "am_ucodes"}
        The last three are Charlson's in ICD-10: Swedish, Australian, Australian with its
        supplementary codes for chronic conditions.
    hierarchy : bool
        Drop the milder form where the severer is present, from conditions and from scores.

    Returns
    -------
    Comorbidities
        Scores: "charlson" (1987) and "quan" (2011), or "vw" (2009) and "swiss" (2021); and
        "unweighted", the number of conditions.

    Raises
    ------
    BadInput
        Where a column, cell or option cannot be used, or where no code is of the version.

    Source
    ------
    Quan and others 2005, 10.1097/01.mlr.0000182534.19832.83; Ludvigsson and others 2021,
    10.2147/CLEP.S282475; Sundararajan and others 2004, 10.1016/j.jclinepi.2004.03.012 (the last
    two as other programs give them).

    >>> found = comorbidity(None, patient=["a", "a", "b"], code=["I21.9", "E112", "J10"],
    ...                     index="charlson", version="icd10")
    >>> found.to_dict()["patients"][0]
    {'patient': 'a', 'conditions': ['mi', 'diabwc'], 'scores': {'charlson': 3, 'quan': 1, \
'unweighted': 2}}
    """
    known = condition_map(index, version, map)
    people, person, codes, which = _diagnoses(data, patient, code)
    odd = _odd(codes, version)
    counts = np.bincount(which + 1, minlength=len(codes) + 1)[1:]  # the first are the blanks
    filled, misshapen = int(counts.sum()), int(counts[odd].sum())
    if filled and misshapen == filled:
        raise BadInput(
            f"no code has the form of {version.upper().replace('D', 'D-')}, for example "
            f"{codes[0]!r}; check the column and the version."
        )
    present = _present(len(people), person, which, known.bits(codes), len(known.conditions))
    if hierarchy:
        present = _without_milder(present, known)
    scores = {name: _score(present, weights) for name, weights in known.weights.items()}
    return Comorbidities(
        index=index,
        patients=people,
        conditions=known.conditions,
        present=present,
        scores=scores | {"unweighted": present.sum(axis=1)},
        codes=filled,
        odd_codes=misshapen,
        given=data,
    )


def _diagnoses(data: Any, patient: Any, code: Any) -> tuple[list[str], Codes, list[str], Codes]:
    """Patients and each row's; codes and each row's, -1 where it is blank."""
    framed = is_frame(data)
    table = data if framed else None
    people, person = labelled(table, patient, name=patient if framed else "patient")
    codes, which = _codes(table, code, name=code if framed else "code")
    if len(person) != len(which):
        raise BadInput(f"there are {len(person)} patients and {len(which)} codes; give one each.")
    if not people:
        raise BadInput("there are no rows; give at least one diagnosis.")
    return people, person, codes, which


def _codes(data: Any, column: Any, *, name: str) -> tuple[list[str], Codes]:
    """The unlike codes without points, and which of them each row has (-1: blank)."""
    given, row_cell = encoded(data, column, name=name)
    cleaned = [_cleaned(cell) for cell in given]
    if None in cleaned:
        first = cleaned.index(None)
        row = int(np.flatnonzero(row_cell == first)[0])
        raise BadInput(
            f"{at_row(row)}, column {name!r}: {given[first]!r} is a number; give codes as text, so "
            "that leading zeros are kept."
        )
    codes = [code for code in dict.fromkeys(cleaned) if code]
    position = {code: i for i, code in enumerate(codes)}
    of_cell = [position.get(code or "", BLANK) for code in cleaned]
    return codes, np.array([*of_cell, BLANK], dtype=np.int32)[row_cell]


def _cleaned(cell: Any) -> str | None:
    """Upper case, no points or blanks; "" for a missing code, None for a number."""
    if is_missing(cell):
        return ""
    if not isinstance(cell, str):
        return None
    return re.sub(r"[\s.]", "", cell).upper()


def _odd(codes: Sequence[str], version: str) -> Booleans:
    form = FORMS[version]
    return np.array([form.fullmatch(code) is None for code in codes], dtype=bool)


def _present(people: int, person: Codes, which: Codes, bits: Integers, conditions: int) -> Booleans:
    """Every patient's conditions, from the bits of their codes."""
    bits = np.append(bits, 0)  # -1 takes the appended 0
    some = np.flatnonzero((bits != 0)[which])
    masks = np.zeros(people, dtype="<i8")
    np.bitwise_or.at(masks, person[some], bits[which[some]])
    eights = masks.view(np.uint8).reshape(people, -1)
    return np.unpackbits(eights, axis=1, count=conditions, bitorder="little").view(np.bool_)


def _score(present: Booleans, weights: Integers) -> Integers:
    """The weights of each patient's conditions added up; `@` would widen every flag first."""
    score: Integers = np.einsum("pc,c->p", present, weights)
    return score


def _without_milder(present: Booleans, known: ConditionMap) -> Booleans:
    left = present.copy()
    for mild, severe in known.milder.items():
        left[:, mild] &= ~present[:, severe]
    return left
