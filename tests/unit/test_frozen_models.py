"""Frozen case-mix models: the file is the model, a gap has no risk, and units add up."""

import json

import numpy as np
import pytest

from clinmeasures.casemix import casemix, freeze, observed_expected, read_model
from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput
from clinmeasures.standardisation import standardise


def patients(n=600, seed=5):
    """Deaths by age and kind of admission, invented, in twelve units."""
    draw = np.random.default_rng(seed)
    age, kind = draw.integers(30, 95, n), draw.choice(["planned", "urgent", "walk-in"], n)
    risk = 1 / (1 + np.exp(-(-5 + 0.05 * age + 0.8 * (kind == "urgent"))))
    return {
        "died": (draw.random(n) < risk).astype(int).tolist(),
        "age": age.tolist(),
        "kind": kind.tolist(),
        "unit": [f"U{i % 12}" for i in range(n)],
    }


HOW = {
    "outcome": "died",
    "covariates": ["age"],
    "categorical": ["kind"],
    "family": "binomial",
}


def frozen(data=None, version=1):
    data = patients() if data is None else data
    return freeze(data, code="deaths", version=version, fitted_on="invented patients", **HOW)


def test_a_model_read_from_its_file_gives_the_risks_it_was_fitted_with(tmp_path):
    data = patients()
    frozen(data).write(tmp_path / "deaths-1.json")
    model = read_model(tmp_path / "deaths-1.json")
    assert model == frozen(data)
    assert model.levels == {"age": [], "kind": ["planned", "urgent", "walk-in"]}
    np.testing.assert_allclose(model.score(data).risk, casemix(data, **HOW).fitted, rtol=1e-12)


def test_the_order_of_rows_and_the_levels_there_change_no_risk():
    model, data = frozen(), patients()
    urgent = [i for i, kind in enumerate(data["kind"]) if kind == "urgent"][::-1]
    some = {name: [column[i] for i in urgent] for name, column in data.items()}
    np.testing.assert_array_equal(model.score(some).risk, model.score(data).risk[urgent])


def test_a_changed_file_is_refused_and_another_model_never_replaces_one(tmp_path):
    path = tmp_path / "deaths.json"
    frozen().write(path)
    frozen().write(path)  # the same one again
    with pytest.raises(BadInput, match="holds another model"):
        frozen(version=2).write(path)
    held = json.loads(path.read_text(encoding="utf-8"))
    held["coefficients"]["age"] *= 2
    path.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(BadInput, match="was changed after it was frozen"):
        read_model(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json"])
def test_a_file_that_is_no_model_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "no.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="is not a model's file"):
        read_model(path)


def test_a_gap_and_an_unknown_level_have_no_risk_and_are_said():
    found = frozen().score({"age": [50, None, 60, 70], "kind": ["urgent", "planned", "", "tour"]})
    assert np.isfinite(found.risk).tolist() == [True, False, False, False]
    assert found.nano[0] == round(found.risk[0] * 1_000_000_000)
    assert found.nano[1:] == [None, None, None]
    (said,) = found.notes()
    assert said.startswith("3 of 4 records have no risk by deaths version 1, so they count neither")
    for part in (
        "'age' is blank in 1",
        "'kind' is blank in 1",
        "'kind' is 'tour', which the model",
    ):
        assert part in said


def test_units_are_those_of_standardise_without_the_records_that_have_no_risk():
    data, model = patients(), frozen()
    data["age"][0] = None
    scored = model.score(data)
    found = observed_expected(scored, data, unit="unit", outcome="died")
    plain = standardise(
        None,
        unit=data["unit"][1:],
        observed=data["died"][1:],
        expected=scored.risk[1:],
    )
    ours = dict(zip(found.ratios.units, found.ratios.ratio, strict=True))
    for unit, ratio in zip(plain.units, plain.ratio, strict=True):
        assert ours[unit] == pytest.approx(ratio, rel=1e-7)
    assert found.tau2_from == "these 12 units"
    raw, shrunken = found.ratios.ratio, found.shrunken
    assert (np.abs(np.log(shrunken)) <= np.abs(np.log(raw)).max()).all()


def test_few_units_need_a_named_pool_or_cannot_be_estimated():
    data, model = patients(), frozen()
    data["unit"] = [f"U{i % 4}" for i in range(600)]
    scored = model.score(data)
    alone = observed_expected(scored, data, unit="unit", outcome="died")
    assert alone.tau2 is None
    assert alone.tau2_from == "cannot be estimated: 4 of 4 units have an event, and 10 are needed"
    assert np.isnan(alone.shrunken).all()
    pooled = observed_expected(
        scored, data, unit="unit", outcome="died", pool="all trusts of 2025", pool_tau2=0.02
    )
    assert (pooled.tau2, pooled.tau2_from) == (0.02, "all trusts of 2025")
    assert np.isfinite(pooled.shrunken).all()
    with pytest.raises(BadInput, match="both or neither"):
        observed_expected(scored, data, unit="unit", outcome="died", pool_tau2=0.02)
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(BadInput, match="is not 0 or more"):
            observed_expected(
                scored, data, unit="unit", outcome="died", pool="all", pool_tau2=wrong
            )


def test_an_outcome_that_the_model_cannot_expect_is_refused():
    data, model = patients(), frozen()
    data["died"][3] = 2
    with pytest.raises(BadInput, match=r"row 4.*'died' is neither 0 nor 1"):
        observed_expected(model.score(data), data, unit="unit", outcome="died")


def test_the_commands_freeze_and_score_a_file(tmp_path, capsys):
    data, path, model = patients(), tmp_path / "cases.csv", str(tmp_path / "model.json")
    lines = zip(*data.values(), strict=True)
    path.write_text(
        "\n".join([",".join(data), *(",".join(map(str, line)) for line in lines)]) + "\n",
        encoding="utf-8",
    )
    named = ["--code", "deaths", "--version", "1", "--fitted-on", "invented patients"]
    how = ["--outcome", "died", "--covariates", "age", "--categorical", "kind"]
    given = [str(path), *how, "--family", "binomial", *named, "--out", model]
    assert main(["freeze", *given]) == 0
    assert "600 rows fitted" in capsys.readouterr().err
    units = ["--unit", "unit", "--outcome", "died", "--json"]
    assert main(["score", str(path), "--model", model, *units]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert len(shown["risks"]) == len(shown["billionths"]) == 600
    assert sum(unit["observed"] for unit in shown["units"]) == sum(data["died"])
    assert sum(unit["expected"] for unit in shown["units"]) == pytest.approx(sum(data["died"]))
    assert main(["score", str(path), "--model", model, "--unit", "unit"]) == 2
    assert "both or neither" in capsys.readouterr().err
