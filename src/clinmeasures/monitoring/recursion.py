"""The recursion of every provider at once: case after case in time, providers side by side.

A CUSUM that never falls below zero and restarts at a signal has no closed form, so cases are walked
in order. All providers take each step together; the few that have many more cases than the rest
finish one by one. Both ways add the same numbers in the same order, so that a provider's values do
not depend on who else is there.
"""

import itertools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from clinmeasures.frames import Floats, Integers

BLOCK = 1_000_000  # cases walked at a time, so that a block stays in the processor's cache
PADDING = 1.3  # how much larger than its cases an even block may be
NARROW = 24  # fewer providers than this are quicker one by one


class Blockwise(Protocol):
    """Rows of increments, shape (n_rows, last - first), of the cases from first to last."""

    def __call__(self, first: int, last: int) -> Floats: ...


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How the rows of one recursion behave. Without limits nothing signals or restarts."""

    limits: Floats | None  # shape (n_rows,)
    reset: bool
    together: bool = False  # a signal of any row restarts all


def climb(increments: Blockwise, starts: Integers, out: Floats, rules: Rules) -> None:
    """Fill `out`, shape (n_rows, n_cases), with values that start at 0 and never fall below."""
    for first, last in _blocks(starts):
        here = slice(int(starts[first]), int(starts[last]))
        layout = _Layout(np.diff(starts[first : last + 1]))
        values = layout.by_time(increments(here.start, here.stop))
        _walk(values, layout, rules)
        out[:, here] = layout.by_provider(values)


def _blocks(starts: Integers) -> list[tuple[int, int]]:
    """Neighbouring providers with about BLOCK cases together, or one with more."""
    total = int(starts[-1])
    cuts = np.searchsorted(starts, np.arange(BLOCK, total, BLOCK), side="left")
    edges = np.unique(np.concatenate([[0], cuts, [len(starts) - 1]])).tolist()
    return list(itertools.pairwise(edges))


class _Layout:
    """From provider after provider to moment after moment.

    Providers of about the same length are padded to the longest. Otherwise the longest come first,
    so that those still running are always the first so many.
    """

    def __init__(self, lengths: Integers) -> None:
        longest, total = int(lengths.max(initial=0)), int(lengths.sum())
        self.shape = (len(lengths), longest)
        self.padded = longest * len(lengths) <= PADDING * total
        self.inside = np.arange(longest) < lengths[:, None] if self.padded else None
        if self.inside is not None and self.inside.all():
            self.inside = None
        self.lengths = np.full(len(lengths), longest) if self.padded else np.sort(lengths)[::-1]
        self.width = np.searchsorted(-self.lengths, -np.arange(longest), side="left")
        self.offset = np.concatenate([[0], np.cumsum(self.width)])
        self.index = None if self.padded else self._index(lengths)

    def _index(self, lengths: Integers) -> Integers:
        """Where each case, provider after provider, has its place by time."""
        rank = np.empty(len(lengths), dtype=np.int64)
        rank[np.argsort(-lengths, kind="stable")] = np.arange(len(lengths))
        starts = np.cumsum(lengths) - lengths
        time = np.arange(int(lengths.sum())) - np.repeat(starts, lengths)
        found: Integers = self.offset[time] + np.repeat(rank, lengths)
        return found

    def by_time(self, rows: Floats) -> Floats:
        """Rows of cases as tables with one line a case number and one column a provider."""
        if self.index is not None:
            found = np.empty_like(rows)
            for row, into in zip(rows, found, strict=True):
                into[self.index] = row
            return found
        if self.inside is not None:
            found = np.zeros((len(rows), *self.shape))
            for row, into in zip(rows, found, strict=True):
                into[self.inside] = row
            rows = found
        turned = rows.reshape(len(rows), *self.shape).transpose(0, 2, 1)
        return np.ascontiguousarray(turned).reshape(len(rows), -1)

    def by_provider(self, rows: Floats) -> Floats:
        """The way back: one value a case, provider after provider."""
        if self.index is not None:
            return np.stack([row[self.index] for row in rows])
        turned = rows.reshape(len(rows), *self.shape[::-1]).transpose(0, 2, 1)
        if self.inside is not None:
            return np.stack([row[self.inside] for row in turned])
        return turned.reshape(len(rows), -1)


def _walk(values: Floats, layout: _Layout, rules: Rules) -> None:
    """Increments, moment after moment, become values in place."""
    wide = int(np.searchsorted(-layout.width, -NARROW, side="right"))
    state: Floats = np.zeros((len(values), layout.shape[0]))
    limits = None if rules.limits is None else rules.limits[:, None]
    for start, width in zip(layout.offset[:wide].tolist(), layout.width[:wide], strict=True):
        value, here = state[:, :width], values[:, start : start + width]
        np.add(value, here, out=value)
        np.maximum(value, 0, out=value)
        here[...] = value
        if limits is not None and rules.reset:
            _restart(value, value >= limits, together=rules.together)
    for rank in range(int(layout.width[wide]) if wide < len(layout.width) else 0):
        places = layout.offset[wide : int(layout.lengths[rank])] + rank
        values[:, places] = _alone(values[:, places], state[:, rank].tolist(), rules)


def _restart(value: Floats, signal: np.ndarray, *, together: bool) -> None:
    if not signal.any():
        return
    if together:
        value[:, signal.any(axis=0)] = 0.0
    else:
        value[signal] = 0.0


def _alone(increments: Floats, state: list[float], rules: Rules) -> Floats:
    """One provider's remaining cases: the same steps without arrays."""
    limits = None if rules.limits is None or not rules.reset else rules.limits.tolist()
    rows = range(len(state))
    found: list[list[float]] = []
    for case in increments.T.tolist():
        now = [max(state[row] + case[row], 0.0) for row in rows]
        found.append(now)
        state = now
        if limits is not None:
            signals = [now[row] >= limits[row] for row in rows]
            whole = rules.together and any(signals)
            state = [0.0 if whole or signals[row] else now[row] for row in rows]
    return np.array(found).T.reshape(len(increments), -1)


def running_totals(increments: Blockwise, starts: Integers, out: Floats) -> None:
    """Fill `out`, shape (n_cases,), with each provider's running sum."""
    for first, last in _blocks(starts):
        here = slice(int(starts[first]), int(starts[last]))
        layout = _Layout(np.diff(starts[first : last + 1]))
        values = layout.by_time(increments(here.start, here.stop))
        _add_up(values, layout)
        out[here] = layout.by_provider(values)[0]


def _add_up(values: Floats, layout: _Layout) -> None:
    state: Floats = np.zeros(layout.shape[0])
    wide = int(np.searchsorted(-layout.width, -NARROW, side="right"))
    for start, width in zip(layout.offset[:wide].tolist(), layout.width[:wide], strict=True):
        state[:width] += values[0, start : start + width]
        values[0, start : start + width] = state[:width]
    for rank in range(int(layout.width[wide]) if wide < len(layout.width) else 0):
        places = layout.offset[wide : int(layout.lengths[rank])] + rank
        values[0, places] = np.cumsum(np.append(state[rank], values[0, places]))[1:]
