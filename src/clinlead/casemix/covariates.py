"""What a case-mix model may know of a patient before treatment begins, and how it is read. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clinmeasures.errors import BadInput

OTHER = "other"
RECORD = "spells"  # the record type whose patients are known well enough


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """One thing that patients differ in."""

    name: str
    words: str
    sql: str  # over the facts; `charlson_score` is joined to them
    number: bool = False
    levels: Mapping[str, str] = field(default_factory=dict)  # code → words, where it needs any

    @property
    def label(self) -> str:
        return self.words[0].upper() + self.words[1:]

    def said(self, level: str) -> str:
        return self.levels.get(level, level.replace("_", " "))


CHARLSON = (
    "case when charlson_score >= 5 then '5 or more' when charlson_score >= 3 then '3 to 4' "
    "when charlson_score >= 1 then '1 to 2' when charlson_score = 0 then '0' end"
)
COVARIATES = {
    each.name: each
    for each in (
        Covariate(name="age_band", words="age", sql="age_band"),
        Covariate(name="age_years", words="age in years", sql="age_years", number=True),
        Covariate(
            name="sex", words="sex", sql="sex", levels={"F": "female", "M": "male", "U": "unknown"}
        ),
        Covariate(name="admission_method", words="way of admission", sql="admission_method"),
        Covariate(
            name="diagnosis_chapter", words="kind of main diagnosis", sql="diagnosis_chapter"
        ),
        Covariate(
            name="charlson",
            words="other illnesses (Charlson score of the stay's further diagnoses)",
            sql=CHARLSON,
            levels={"0": "none coded so far"},
        ),
        Covariate(
            name="deprivation_fifth",
            words="deprivation of the area (fifth 1 is the most deprived)",
            sql="'fifth ' || ((deprivation_decile + 1) // 2)::varchar",
        ),
        Covariate(
            name="weekend",
            words="day of admission",
            sql="case when admitted_at_weekend then 'weekend' when not admitted_at_weekend "
            "then 'weekday' end",
        ),
    )
}
USUAL = ("age_band", "sex", "admission_method", "diagnosis_chapter", "charlson")


def refuse_unknown(names: Iterable[str]) -> None:
    """A model can only know what is read here; the first name that is not, is said."""
    for name in names:
        if name not in COVARIATES:
            known = ", ".join(COVARIATES)
            raise BadInput(f"The model needs {name!r}, which is not read here; there are {known}.")


def needs_diagnoses(names: Iterable[str]) -> bool:
    return "charlson" in set(names)
