"""Who the patients are: age, sex, deprivation, long-term conditions and the diagnosis they came
with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clinlead.demo.trust.departments import DAY_CASE, ELECTIVE, Department
from clinlead.demo.trust.plan import Columns, sigmoid

if TYPE_CHECKING:
    from clinlead.demo.trust.spells import World


@dataclass(frozen=True)
class Condition:
    """A long-term condition: how common at 70, how it grows per ten years, what it adds to death
    and stay."""

    code: str
    at_seventy: float  # logit
    per_decade: float
    death: float  # log odds
    stay: float  # log days


CONDITIONS = (
    Condition("I10.X", -0.4, 0.45, 0.00, 0.00),
    Condition("E11.9", -1.5, 0.25, 0.05, 0.04),
    Condition("J44.9", -1.9, 0.20, 0.20, 0.06),
    Condition("I25.2", -2.2, 0.40, 0.10, 0.02),
    Condition("N18.3", -2.2, 0.60, 0.30, 0.08),
    Condition("I50.9", -2.4, 0.60, 0.45, 0.12),
    Condition("F03.X", -3.2, 1.20, 0.40, 0.22),
    Condition("I69.4", -2.9, 0.40, 0.20, 0.14),
    Condition("F32.9", -2.3, 0.05, 0.00, 0.06),
    Condition("I73.9", -3.0, 0.40, 0.15, 0.05),
    Condition("K74.6", -4.0, -0.10, 0.70, 0.14),
    Condition("M06.9", -3.4, 0.15, 0.05, 0.03),
    Condition("C79.9", -3.9, 0.15, 1.10, 0.16),
    Condition("E66.9", -2.1, -0.15, 0.00, 0.02),
)
FRAILTY = 0.7
DEPRIVATION_WEIGHTS = np.array([14, 13, 12, 11, 10, 9, 9, 8, 7, 7]) / 100


def describe(world: "World", random: np.random.Generator, batch: Columns) -> None:
    """Age, sex, deprivation and conditions of new patients; a diagnosis and a procedure for every
    spell."""
    choose_diagnosis(world, random, batch)
    new = np.flatnonzero(np.isnan(batch["age"]))
    here = batch["department"][new]
    departments = world.hospital
    age = random.normal(departments.each("age")[here, 0], departments.each("age")[here, 1])
    age = np.floor(age + batch["older"][new])
    batch["age"][new] = np.clip(
        age, departments.each("youngest")[here], departments.each("oldest")[here]
    )
    batch["female"][new] = random.random(new.size) < departments.each("female")[here]
    batch["deprivation"][new] = 1 + random.choice(10, new.size, p=DEPRIVATION_WEIGHTS)
    batch["conditions"][new] = long_term(random, batch["age"][new], batch["deprivation"][new])


def long_term(random: np.random.Generator, age: NDArray, deprivation: NDArray) -> NDArray[np.int64]:
    """One bit a condition; a shared frailty makes them come together."""
    frailty = random.normal(0, FRAILTY, age.size) + 0.04 * (5.5 - deprivation)
    bits = np.zeros(age.size, dtype=int)
    for index, each in enumerate(CONDITIONS):
        chance = sigmoid(each.at_seventy + each.per_decade * (age - 70) / 10 + frailty)
        has = (random.random(age.size) < chance) & (age >= 18)
        bits |= has.astype(int) << index
    return bits


def burden(conditions: NDArray[np.int64], field: str) -> NDArray[np.float64]:
    """The sum of what the conditions add to `death` or `stay`."""
    return np.asarray(
        sum(
            ((conditions >> index) & 1) * getattr(each, field)
            for index, each in enumerate(CONDITIONS)
        ),
        dtype=float,
    )


def choose_diagnosis(world: "World", random: np.random.Generator, batch: Columns) -> None:
    """The reason for admission, from the department's list for emergencies or for planned work."""
    size = batch["admitted"].size
    planned = np.isin(batch["stream"], (ELECTIVE, DAY_CASE))
    has_procedure = planned | (random.random(size) < 0.22)
    for name, kind in (
        ("diagnosis_code", object),
        ("procedure", object),
        ("stay_factor", float),
        ("odds", float),
        ("older", float),
    ):
        batch[name] = np.empty(size, dtype=kind)
    for index, department in enumerate(world.hospital.departments):
        for wanted in (False, True):
            here = np.flatnonzero((batch["department"] == index) & (planned == wanted))
            fill(random, batch, here, department, planned=wanted)
    batch["procedure"][~has_procedure] = None


def fill(
    random: np.random.Generator,
    batch: Columns,
    here: NDArray,
    department: Department,
    *,
    planned: bool,
) -> None:
    choices = department.planned if planned else department.acute
    weights = np.array([each.weight for each in choices])
    drawn = random.choice(weights.size, here.size, p=weights / weights.sum())
    columns = {"diagnosis_code": "code", "stay_factor": "stay", "odds": "odds", "older": "older"}
    for name, field in columns.items():
        values = np.array([getattr(each, field) for each in choices], dtype=batch[name].dtype)
        batch[name][here] = values[drawn]
    procedures = np.array([each.code for each in department.procedures], dtype=object)
    weights = np.array([each.weight for each in department.procedures])
    batch["procedure"][here] = procedures[
        random.choice(weights.size, here.size, p=weights / weights.sum())
    ]
