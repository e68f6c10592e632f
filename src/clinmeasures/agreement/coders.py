"""Agreement of coders: by percentage, Cohen's kappa and Krippendorff's alpha."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from clinmeasures.categories import BLANK, encoded, labelled
from clinmeasures.errors import BadInput
from clinmeasures.frames import Booleans, Floats, Integers, is_frame, label_of, like

MOST_CODES = 1000  # more is free text or a wrong column


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """None where the rows cannot say: no variation, or kappa of more than two coders."""

    agreement: float | None  # share of pairs of coders of one item that agree
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, kw_only=True)
class Agreements:
    """Each code by itself (applied or not), and all of them together."""

    codes: dict[str, Agreement]  # in order of number, then of letter
    overall: Agreement
    coders: list[str]
    items: int
    lone_items: int  # coded by one coder only: they say nothing of agreement
    several: bool  # whether a coder gave an item several codes
    given: Any = field(default=None, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of `clinmeasures agreement`."""
        codes = [{"code": code, **vars(found)} for code, found in self.codes.items()]
        return {"codes": codes, "overall": dict(vars(self.overall))}

    def to_frame(self) -> Any:
        """One row a code, as the kind of frame that came in (Arrow where arrays did)."""
        columns: dict[str, list[Any]] = {"code": list(self.codes)}
        for name in ("agreement", "kappa", "alpha"):
            columns[name] = [getattr(found, name) for found in self.codes.values()]
        return like(columns, self.given)


@dataclass(frozen=True)
class Coding:
    """Which coder gave which item which code, once each."""

    coders: list[str]
    codes: list[str]
    applied: Integers  # (n_items, n_codes) how many coders gave the code
    seen: Integers  # (n_items,) how many coders coded the item
    by_coder: list[Booleans]  # (n_items, n_codes) of the first two coders
    saw: list[Booleans]  # (n_items,) of the first two coders
    several: bool


def agreement(data: Any, *, item: Any, coder: Any, code: Any) -> Agreements:
    """How far coders agree on each code and over all.

    Parameters
    ----------
    data : data frame that Narwhals reads, mapping of columns, or None
        One row a code that a coder gave an item; a coder may give an item several. With `item`,
        `coder` and `code` as column names; or None with arrays there. A coder without a filled
        code on an item did not code it: "nothing applies" is a code of its own.
    item, coder, code : str, or arrays of shape (n_rows,)

    Returns
    -------
    Agreements
        By code: applied or not, over the items that at least two coders coded (kappa: that both
        did). Over all: the code itself where each coder gives one; where some give several, all
        yes-or-no decisions together, observed and expected agreement each pooled over codes.

    Raises
    ------
    BadInput
        Where a column or cell cannot be used, or no item has two coders.

    Source
    ------
    Cohen 1960, 10.1177/001316446002000104; Krippendorff 2011, Computing Krippendorff's
    alpha-reliability (nominal data); pooled: de Vries and others 2008, 10.1177/1525822X08317166.

    >>> found = agreement(None, item=[1, 1, 2, 2], coder=["a", "b"] * 2, code=["x", "x", "x", "y"])
    >>> found.overall.agreement
    0.5
    """
    coding = _coding(data, item, coder, code)
    paired = coding.seen >= 2
    if not paired.any():
        raise BadInput("no item was coded by two coders; agreement needs items in common.")
    applied, seen = coding.applied[paired], coding.seen[paired]
    observed, expected = _disagreements(applied, seen)
    pairs = float((seen * (seen - 1)).sum())
    shares = 1 - 2 * (applied * (seen[:, None] - applied)).sum(axis=0) / pairs
    agreed, by_chance = _two_coders(coding)
    each = {
        name: Agreement(
            agreement=float(shares[i]),
            kappa=_beyond_chance(agreed[i], by_chance[i]),
            alpha=_alpha(observed[i], expected[i]),
        )
        for i, name in enumerate(coding.codes)
    }
    return Agreements(
        codes=each,
        overall=_pooled(shares, observed, expected, agreed, by_chance)
        if coding.several
        else _of_one_code_each(coding, applied, seen),
        coders=coding.coders,
        items=len(coding.seen),
        lone_items=int((coding.seen == 1).sum()),
        several=coding.several,
        given=data,
    )


def _coding(data: Any, item: Any, coder: Any, code: Any) -> Coding:
    framed = is_frame(data)
    table = data if framed else None
    names = [item, coder, code] if framed else ["item", "coder", "code"]
    items, of_item = labelled(table, item, name=names[0])
    coders, of_coder = labelled(table, coder, name=names[1])
    codes, of_code = _codes(table, code, names[2])
    if not len(of_item) == len(of_coder) == len(of_code):
        raise BadInput("item, coder and code have unlike lengths; give one each for every row.")
    if len(coders) < 2:
        raise BadInput(f"column {names[1]!r} has {len(coders)} coder; agreement needs two or more.")
    there = of_code != BLANK
    size = (len(items), len(coders), len(codes))
    triple = np.ravel_multi_index((of_item[there], of_coder[there], of_code[there]), size)
    unlike = np.unique(triple)
    i, c, k = np.unravel_index(unlike, size)
    visits, often = np.unique(i * len(coders) + c, return_counts=True)
    return Coding(
        coders=coders,
        codes=codes,
        applied=_counted(i * len(codes) + k, (len(items), len(codes))),
        seen=_counted(visits // len(coders), (len(items),)),
        by_coder=[
            _counted((i * len(codes) + k)[c == one], (len(items), len(codes))) > 0 for one in (0, 1)
        ],
        saw=[
            _counted(visits[visits % len(coders) == one] // len(coders), (len(items),)) > 0
            for one in (0, 1)
        ],
        several=bool((often > 1).any()),
    )


def _codes(data: Any, column: Any, name: str) -> tuple[list[str], Integers]:
    """Codes in order of number, then of letter; a blank one is missing."""
    values, index = encoded(data, column, name=name)
    labels = [label_of(value) for value in values]
    codes = sorted({label for label in labels if label}, key=_order)
    if not codes:
        raise BadInput(f"column {name!r} has no code in any row; there is nothing to compare.")
    if len(codes) > MOST_CODES:
        raise BadInput(
            f"column {name!r} has {len(codes)} unlike codes; at most {MOST_CODES} make sense. "
            "Check that it is the column of codes."
        )
    position = {label: i for i, label in enumerate(codes)}
    of_value = np.array([*(position.get(label, BLANK) for label in labels), BLANK])
    return codes, of_value[index]


def _order(label: str) -> tuple[int, float, str]:
    try:
        return 0, float(label), label
    except ValueError:
        return 1, 0.0, label


def _counted(index: Any, shape: tuple[int, ...]) -> Integers:
    return np.bincount(index, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)


def _disagreements(applied: Integers, seen: Integers) -> tuple[Floats, Floats]:
    """Observed and expected, for each code as applied or not; (n_codes,) both."""
    others = seen[:, None] - applied
    observed = (2 * applied * others / (seen[:, None] - 1)).sum(axis=0)
    values, yes = seen.sum(), applied.sum(axis=0)
    return observed, 2.0 * yes * (values - yes) / (values - 1)


def _two_coders(coding: Coding) -> tuple[Floats, Floats]:
    """Observed and chance agreement of two coders on each code; NaN where there are more."""
    both = coding.saw[0] & coding.saw[1]
    if len(coding.coders) != 2:
        nothing = np.full(len(coding.codes), np.nan)
        return nothing, nothing
    first, second = (said[both] for said in coding.by_coder)
    one, other = first.mean(axis=0), second.mean(axis=0)
    return (first == second).mean(axis=0), one * other + (1 - one) * (1 - other)


def _of_one_code_each(coding: Coding, applied: Integers, seen: Integers) -> Agreement:
    """Every coder's one code for an item, as it stands."""
    squares = (applied**2).sum(axis=1)
    values, totals = seen.sum(), applied.sum(axis=0)
    observed = ((seen**2 - squares) / (seen - 1)).sum()
    expected = (values**2 - (totals**2).sum()) / (values - 1)
    kappa = None
    if len(coding.coders) == 2:
        first, second = (said[coding.saw[0] & coding.saw[1]] for said in coding.by_coder)
        agreed = (first & second).any(axis=1).mean()
        kappa = _beyond_chance(agreed, first.mean(axis=0) @ second.mean(axis=0))
    return Agreement(
        agreement=float((squares - seen).sum() / (seen * (seen - 1)).sum()),
        kappa=kappa,
        alpha=_alpha(observed, expected),
    )


def _pooled(
    shares: Floats, observed: Floats, expected: Floats, agreed: Floats, by_chance: Floats
) -> Agreement:
    return Agreement(
        agreement=float(shares.mean()),
        kappa=_beyond_chance(agreed.mean(), by_chance.mean()),
        alpha=_alpha(observed.sum(), expected.sum()),
    )


def _beyond_chance(agreed: float, by_chance: float) -> float | None:
    """None where chance alone would agree on everything."""
    return float((agreed - by_chance) / (1 - by_chance)) if by_chance < 1 else None


def _alpha(observed: float, expected: float) -> float | None:
    """None where nothing varies."""
    return float(1 - observed / expected) if expected > 0 else None
