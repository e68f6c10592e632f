"""A case-mix model as it is kept, made by hand: one in ten, and twice the odds for the very old."""

import math
from dataclasses import asdict
from datetime import date, datetime

from clinlead.casemix.fitting import Judged
from clinlead.casemix.models import CaseMixModel, Fitting
from clinmeasures.casemix import FrozenModel

AT = datetime.fromisoformat("2026-07-01T08:00:00+00:00")
GROUPS = [
    {"n": 100.0, "observed": 9.0, "expected": 10.0},
    {"n": 100.0, "observed": 19.0, "expected": 18.0},
]


def by_hand(code: str = "died-in-hospital", version: int = 1) -> FrozenModel:
    return FrozenModel(
        code=code,
        version=version,
        family="binomial",
        link="logit",
        outcome="outcome",
        levels={"age_band": ["65-74", "85+", "other"]},
        coefficients={
            "(Intercept)": math.log(0.1 / 0.9),
            "age_band85+": math.log(2),
            "age_bandother": 0.0,
        },
        fitted_on={"words": "patients made up by hand", "rows": 200, "left_out": 0, "observed": 28},
        performance={},
    )


def kept_model(
    code: str = "died-in-hospital", *, in_force: bool = True, frozen: FrozenModel | None = None
) -> CaseMixModel:
    model = frozen or by_hand(code)
    calibration = {"intercept": 0.0, "slope": 1.02, "in_the_large": 0.0, "groups": GROUPS}
    judged = Judged(
        unseen=True, records=205, without_risk=5, why_without={"'age_band' is blank": 5},
        observed=28.0, auc=0.71, brier=0.1, calibration={**calibration, "hosmer_lemeshow": 1.0},
    )  # fmt: skip
    return CaseMixModel.objects.create(
        code=code, version=model.version, measure_version=1,
        content=model.to_dict(), digest=model.digest,
        first_day=date(2025, 1, 1), last_day=date(2026, 6, 30), judged=asdict(judged),
        because="The first of its kind", made_at=AT, in_force=in_force,
        put_in_force_at=AT if in_force else None, in_force_because="It is well calibrated",
    )  # fmt: skip


def asked_model(code: str = "died-in-hospital") -> Fitting:
    return Fitting.objects.create(
        code=code, covariates=["age_band"], first_day=date(2025, 1, 1), last_day=date(2026, 6, 30),
        because="A trial", asked_at=AT,
    )  # fmt: skip
