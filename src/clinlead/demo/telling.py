"""Says what a making is doing: a line a step, its seconds, and on a terminal how far it is."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SECONDS_BETWEEN = 0.2
WIDTH = 76


class Teller:
    """Words for a person who waits."""

    def __init__(self, out: TextIO, steps: int) -> None:
        self.out, self.steps = out, steps
        self.number, self.words, self.told = 0, "", 0.0

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """One step: announced, then closed with its seconds."""
        self.number += 1
        self.words = f"[{self.number}/{self.steps}] {words}"
        self.write("" if self.out.isatty() else "\n")
        began = time.monotonic()
        yield
        seconds = f" ({time.monotonic() - began:.0f} s)"
        if self.out.isatty():
            self.write("\n", seconds)
        else:
            print(f"      done{seconds}", file=self.out, flush=True)

    def far(self, share: float, what: str) -> None:
        """How far the step is; only where a line can be written over."""
        now = time.monotonic()
        if self.out.isatty() and now - self.told > SECONDS_BETWEEN:
            self.told = now
            self.write("", f": {what} {share:.0%}")

    def write(self, end: str, more: str = "") -> None:
        over = "\r" if self.out.isatty() else ""
        line = (self.words + more)[:WIDTH]
        print(f"{over}{line:<{WIDTH if over else 0}}", end=end, file=self.out, flush=True)
