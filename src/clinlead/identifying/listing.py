"""The lists of words that stand beside the code."""

from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@cache
def listed(name: str) -> frozenset[str]:
    return frozenset((HERE / f"{name}.txt").read_text(encoding="utf-8").split())
