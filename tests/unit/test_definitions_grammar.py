"""The closed grammar of definitions: what it takes, and how it refuses."""

import pytest

from clinmeasures.definitions import InvalidDefinition, Operator, parse_definition

READMISSION = """\
code = "emergency-readmission-30d"
version = 1
title = "Emergency readmission within 30 days"
record = "spells"                    # a record type
kind = "proportion"
direction = "lower"                  # higher, lower, neither
where = [ { field = "patient_class", equals = "inpatient" },
          { field = "discharge_method", not_in = ["died", "transferred"] } ]
numerator = [ { field = "days_to_next_emergency_admission", between = [0, 29] } ]
month_of = "discharged_at"
looks_ahead_days = 30
lag_days = 21
level = "individual"
attribution = ["discharging", "longest_stay", "shares"]
case_mix = ["age_band", "sex", "admission_method", "diagnosis_group", "charlson"]
chart = "p"
minimum = 20
balances = "length-of-stay"
agreed_on = 2026-03-02
review_due = 2027-03-01
"""


def refused(text: str) -> InvalidDefinition:
    with pytest.raises(InvalidDefinition) as caught:
        parse_definition(text, source="m.toml")
    return caught.value


def test_the_published_example_is_taken():
    definition = parse_definition(READMISSION)
    assert definition.where[1].operator is Operator.NOT_IN
    assert definition.where[1].value == ("died", "transferred")
    assert definition.attribution == ("discharging", "longest_stay", "shares")
    assert definition.fields == {
        "patient_class",
        "discharge_method",
        "days_to_next_emergency_admission",
        "discharged_at",
    }


def test_layout_does_not_change_the_digest_and_wording_does():
    first = parse_definition(READMISSION)
    spaced = parse_definition(READMISSION.replace("\n", "\n\n# a remark\n", 3))
    reworded = parse_definition(READMISSION.replace("within 30 days", "in 30 days"))
    assert first.digest == spaced.digest != reworded.digest


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "Em', 'titel = "Em', 3, "no key 'titel'"),
        ('equals = "inpatient"', 'equal = "inpatient"', 7, "no operator 'equal'"),
        (
            'equals = "inpatient"',
            'equals = "Inpatient"',
            7,
            "'patient_class' is one of inpatient, day_case, regular; there is no 'Inpatient'",
        ),
        ('"discharge_method", not', '"discharge_metod", not', 8, "no field 'discharge_metod'"),
        ('"died", "transferred"', '"died", 7', 8, "holds text, and 7 is not one"),
        ('"patient_class", equals', '"patient_id", equals', 7, "no field 'patient_id'"),
        ("[0, 29]", "[29, 0]", 9, "lower end first"),
        ("[0, 29]", "[0]", 9, "two ends"),
        ("[0, 29]", "[0, 29.5]", 9, "whole numbers"),
        ("[0, 29]", "[0, 99999999999999999999]", 9, "a number lies between"),
        ('"patient_class", equals = "inpatient"', '"hours_to_summary", at_most = nan', 7, "nan"),
        ('equals = "inpatient"', 'equals = "in\\u0000"', 7, "U+0000"),
        ("between = [0, 29]", "missing = false", 9, "missing = true"),
        ("between = [0, 29]", "at_most = 29, at_least = 0", 9, "exactly one operator"),
        ("between = [0, 29]", "any = []", 9, "stands alone"),
        ('"discharged_at"', '"discharge_method"', 10, "has no month"),
        ("looks_ahead_days = 30", "looks_ahead_days = -1", 11, "from 0 to 3660"),
        ("looks_ahead_days = 30", "looks_ahead_days = 28", 11, "must be at least 29"),
        ("lag_days = 21", "lag_days = true", 12, "whole number"),
        ('"longest_stay"', '"longest"', 14, "no attribution rule 'longest'"),
        ('"charlson"', '"charlton"', 15, "no field 'charlton'"),
        ('"charlson"', '"days_to_next_emergency_admission"', 15, "cannot be case mix"),
        ('"p"', '"pie"', 16, "choose from"),
        ('"length-of-stay"', '"emergency-readmission-30d"', 18, "cannot balance itself"),
        ("2027-03-01", "2026-03-01", 20, "must fall after"),
        ("agreed_on = 2026-03-02", 'agreed_on = "2026-03-02"', 19, "must be a date"),
        ("version = 1", "version = 0", 2, "from 1"),
        ('"emergency-readmission-30d"', '"Emergency readmission"', 1, "small letters"),
        ('"proportion"', '"mean"', 5, "needs either 'value'"),
        ('"spells"', '"spell"', 4, "no record type 'spell'"),
        ('code = "emergency', "code = emergency", 1, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(old, new, line, words):
    problem = refused(READMISSION.replace(old, new, 1))
    assert problem.line == line
    assert words in problem.reason
    assert str(problem).startswith(f"m.toml, line {line}: ")


def test_the_line_is_found_inside_nested_tables_over_many_lines():
    text = READMISSION.replace(
        'numerator = [ { field = "days_to_next_emergency_admission", between = [0, 29] } ]\n', ""
    ) + (
        "[[numerator]]\n"  # line 20
        "any = [\n"
        '  { field = "sex", equals = "[#}" },\n'
        "  { all = [\n"
        '    { field = "age_years", at_least = 18 },\n'
        '    { field = "age_yaers", at_most = 30 },\n'  # line 25
        "  ] },\n"
        "]\n"
    )
    assert refused(text).line == 25
    assert parse_definition(text.replace("age_yaers", "age_years"))


@pytest.mark.parametrize(
    ("deep", "words"), [(21, "nest at most 20 deep"), (5000, "lists within lists")]
)
def test_conditions_nested_beyond_reading_are_refused(deep, words):
    nested = "{ all = [" * deep + '{ field = "sex", missing = true }' + "] }" * deep
    text = READMISSION.replace('{ field = "patient_class", equals = "inpatient" }', nested)
    assert (refused(text).line, words in refused(text).reason) == (7, True)


def test_a_missing_key_is_named():
    assert "'direction' is missing" in refused(READMISSION.replace("direction = ", "# ")).reason


def test_any_holds_conditions_and_nothing_beside_them():
    text = READMISSION.replace(
        '{ field = "patient_class", equals = "inpatient" }',
        '{ any = [{ field = "sex", missing = true }], field = "sex" }',
    )
    assert "stands alone" in refused(text).reason


@pytest.mark.parametrize("value", ["[]", "3", "{ a = 1 }", '["x"]', "true"])
@pytest.mark.parametrize("key", ["kind", "record", "where", "numerator", "attribution", "case_mix"])
def test_a_value_of_the_wrong_shape_is_refused_not_crashed_on(key, value):
    dropped = (key, "where", "          {")
    lines = [line for line in READMISSION.splitlines() if not line.startswith(dropped)]
    text = "\n".join([*lines, f"{key} = {value}"])
    if value == "[]" and key in ("case_mix", "where"):
        assert parse_definition(text)
    else:
        assert refused(text).line == len(lines) + 1


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ('{ field = "hours_to_summary", at_most = 25 }', 2),
        ('{ field = "minutes_to_summary", at_least = 60 }', 1),
        ('{ field = "days_to_death", missing = true }', 1),
        (
            '{ all = [{ field = "sex", equals = "F" }, '
            '{ field = "days_to_death", at_least = 9 }] }',
            8,
        ),
    ],
)
def test_a_measure_looks_ahead_as_far_as_its_conditions_wait(condition, days):
    waiting = READMISSION.replace(
        '{ field = "days_to_next_emergency_admission", between = [0, 29] }', condition
    )
    parse_definition(waiting.replace("looks_ahead_days = 30", f"looks_ahead_days = {days}"))
    early = waiting.replace("looks_ahead_days = 30", f"looks_ahead_days = {days - 1}")
    assert f"must be at least {days}" in refused(early).reason


def test_a_mean_of_nights_is_not_adjusted_by_the_minutes_of_the_same_stay():
    mean = """
code = "stay"
version = 1
title = "Stay"
record = "spells"
kind = "mean"
direction = "lower"
value = "stay_days"
case_mix = ["age_band", "stay_minutes"]
"""
    assert (
        refused(mean).reason
        == "'stay_minutes' is what the measure counts, so it cannot be case mix"
    )


def test_what_says_no_look_ahead_is_refused_only_where_its_months_are_shown():
    silent = READMISSION.replace("looks_ahead_days = 30\n", "")
    assert parse_definition(silent).looks_ahead_days == 0
    with pytest.raises(InvalidDefinition, match="must be at least 29"):
        parse_definition(silent, must_look_ahead=True)
