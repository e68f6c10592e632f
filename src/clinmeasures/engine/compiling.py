"""How Ibis writes SQL for DuckDB here; others who use it in this process keep their own way."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

WRITING = RLock()  # Ibis's option is the whole process's: one thread at a time changes it


@contextmanager
def steps_apart() -> Iterator[None]:
    """Ibis's option for as long as SQL is being written, and then as it was."""
    import ibis

    with WRITING:
        before = ibis.options.sql.fuse_selects
        ibis.options.sql.fuse_selects = False
        try:
            yield
        finally:
            ibis.options.sql.fuse_selects = before


@lru_cache(maxsize=1)
def step_by_step() -> "DuckDBCompiler":
    """Whoever writes each step as a query of its own, and lets DuckDB fold them.

    Ibis would fold them by writing out again whatever a later step reads twice: half as much SQL
    again, and a third of the time that it takes to write it.
    """
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    class StepByStep(DuckDBCompiler):
        def translate(self, op: Any, *, params: Any) -> Any:
            """As Ibis does, its steps left apart."""
            with steps_apart():
                return super().translate(op, params=params)

    return StepByStep()
