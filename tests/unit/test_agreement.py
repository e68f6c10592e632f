"""Agreement of coders, held to published worked examples."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmeasures.agreement import agreement
from clinmeasures.cli.main import main
from clinmeasures.errors import BadInput

ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from("AB"), st.sampled_from("xyz")),
    min_size=1,
    max_size=40,
)


def coded(**coders):
    """Each coder's codes in the order of the items; a point is an item not coded."""
    rows = [
        (item, coder, code)
        for coder, codes in coders.items()
        for item, code in enumerate(codes.split())
        if code != "."
    ]
    items, names, codes = zip(*rows, strict=True)
    return agreement(None, item=items, coder=names, code=codes)


def test_krippendorffs_first_example_two_observers_of_two_values():
    # Krippendorff 2011, A: 10 items, 8 of 20 values unlike in pairs; alpha 0.095.
    found = coded(meg="0 1 0 0 0 0 0 0 1 0", owen="1 1 1 0 0 1 0 0 0 0")
    assert found.overall.alpha == pytest.approx(0.095, abs=0.0005)
    assert found.overall.agreement == pytest.approx(0.6)


def test_krippendorffs_second_example_two_observers_of_five_values():
    # Krippendorff 2011, B: alpha 0.692.
    found = coded(ben="a a b b d c c c e d d a", gerry="b a b b b c c c e d d d")
    assert found.overall.alpha == pytest.approx(0.692, abs=0.0005)


def test_krippendorffs_third_example_four_observers_with_gaps():
    # Krippendorff 2011, C: nominal alpha 0.743; the twelfth unit has one value and drops out.
    found = coded(
        a="1 2 3 3 2 1 4 1 2 . . .",
        b="1 2 3 3 2 2 4 1 2 5 . 3",
        c=". 3 3 3 2 3 4 2 2 5 1 .",
        d="1 2 3 3 2 4 4 1 2 5 1 .",
    )
    assert found.overall.alpha == pytest.approx(0.743, abs=0.0005)
    assert found.overall.kappa is None
    assert (found.items, found.lone_items) == (12, 1)


def test_cohens_kappa_by_hand():
    # Both yes 20, first only 5, second only 10, neither 15: they agree on 35 of 50. By chance
    # 25/50 x 30/50 + 25/50 x 20/50 = 0.5, so kappa is (0.7 - 0.5) / 0.5.
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = coded(first=" ".join(first), second=" ".join(second))
    assert found.overall.agreement == pytest.approx(0.7)
    assert found.overall.kappa == pytest.approx(0.4)
    assert found.codes["yes"].kappa == pytest.approx(0.4)
    assert found.codes["no"].alpha == pytest.approx(found.overall.alpha)


def test_one_code_is_judged_as_applied_or_not():
    # Of four items the coders agree on a in three: 1 and 2 yes, 4 no.
    found = coded(first="a a a b", second="a a b c")
    assert found.codes["a"].agreement == pytest.approx(0.75)
    # By chance 3/4 x 2/4 + 1/4 x 2/4 = 0.5.
    assert found.codes["a"].kappa == pytest.approx(0.5)


def test_several_codes_for_one_item_are_pooled_decisions():
    # Item 1: first gives a and b, second a. Item 2: both b. Decisions: a yes-yes, no-no; b yes-no,
    # yes-yes. Three of four agree. By chance a: 1/2 x 1/2 + 1/2 x 1/2; b: 1 x 1/2 + 0: both 1/2.
    found = agreement(
        None,
        item=[1, 1, 1, 2, 2],
        coder=["first", "first", "second", "first", "second"],
        code=["a", "b", "a", "b", "b"],
    )
    assert found.several
    assert found.overall.agreement == pytest.approx(0.75)
    assert found.overall.kappa == pytest.approx(0.5)
    # Disagreements observed 0 + 2; expected a: 2 x 2 x 2 / 3, b: 2 x 3 x 1 / 3.
    assert found.overall.alpha == pytest.approx(1 - 2 / (8 / 3 + 2))


def test_full_agreement_is_one_and_without_variation_there_is_nothing_to_say():
    assert vars(coded(a="x y x", b="x y x").overall) == {"agreement": 1, "kappa": 1, "alpha": 1}
    found = coded(a="x x x", b="x x x").overall
    assert vars(found) == {"agreement": 1, "kappa": None, "alpha": None}


@given(ROWS)
def test_the_order_and_repetition_of_rows_and_the_coders_names_do_not_matter(rows):
    def found(rows):
        items, coders, codes = zip(*rows, strict=True)
        try:
            return agreement(None, item=items, coder=coders, code=codes).to_dict()
        except BadInput as error:
            return str(error)[:20]

    swapped = [(item, "BA"["AB".index(coder)], code) for item, coder, code in rows]
    expected = found(rows)
    for other in (rows[::-1], rows + rows, swapped):
        other_found = found(other)
        assert json.dumps(round_all(other_found)) == json.dumps(round_all(expected))


def round_all(document):
    if isinstance(document, str):
        return document
    flat = [*document["codes"], document["overall"]]
    return [
        {k: round(v, 9) + 0.0 if isinstance(v, float) else v for k, v in row.items()}
        for row in flat
    ]


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=2))
def test_alpha_of_two_coders_comes_near_scotts_pi(pairs):
    first, second = zip(*pairs, strict=True)
    found = coded(a=" ".join(first), b=" ".join(second)).overall
    values, counts = np.unique([*first, *second], return_counts=True)
    if len(values) == 1:
        assert found.alpha is None
        return
    n = 2 * len(pairs)
    chance = float(((counts / n) ** 2).sum())
    pi = (found.agreement - chance) / (1 - chance)
    assert found.alpha == pytest.approx(1 - (1 - pi) * (n - 1) / n)


def test_a_blank_code_is_an_item_not_coded():
    data = pl.DataFrame(
        {"item": [1, 1, 2, 2], "who": ["a", "b", "a", "b"], "code": ["x", "x", "y", None]}
    )
    found = agreement(data, item="item", coder="who", code="code")
    assert found.lone_items == 1
    assert found.to_frame()["code"].to_list() == ["x", "y"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"coder": ["a", "a"]}, "1 coder; agreement needs two"),
        ({"item": [1, 2]}, "no item was coded by two coders"),
        ({"code": ["", ""]}, "no code in any row"),
        ({"coder": ["a", ""]}, "row 2 .*'coder' is blank"),
        ({"code": ["x"]}, "unlike lengths"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(change, words):
    given = {"item": [1, 1], "coder": ["a", "b"], "code": ["x", "x"]} | change
    with pytest.raises(BadInput, match=words):
        agreement(None, **given)


def test_the_command_prints_the_document_and_its_remarks(tmp_path, capsys):
    path = tmp_path / "codes.csv"
    path.write_text("text,who,theme\n1,a,trust\n1,b,trust\n2,a,time\n2,b,trust\n3,c,time\n")
    options = ["--item", "text", "--coder", "who", "--code", "theme"]
    assert main(["agreement", str(path), *options, "--json"]) == 0
    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert [row["code"] for row in document["codes"]] == ["time", "trust"]
    assert document["overall"] == {"agreement": 0.5, "kappa": None, "alpha": 0.0}
    assert "1 of 3 items were coded by one coder only" in shown.err
    assert "there are 3, so read alpha" in shown.err
    assert main(["agreement", str(path), *options]) == 0
    assert "all" in capsys.readouterr().out
