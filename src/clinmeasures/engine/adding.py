"""Tallies added up: from activity, part after part of its patients, or from facts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.engine.activity import Activity, Facts, Means
from clinmeasures.engine.facts import SPREAD_BY, facts_files, facts_last_day, spread_listed
from clinmeasures.engine.marking import begun, marked, needed_later
from clinmeasures.engine.opening import buckets_for, opened, opened_plainly
from clinmeasures.engine.risks import read_risks, risks_name, with_risks
from clinmeasures.engine.sources import StoreSource
from clinmeasures.engine.statements import Statements, Step, reading, run, sql_of
from clinmeasures.engine.tallies import (
    UNIT,
    Asked,
    Tally,
    Wanted,
    blocks,
    month_text,
    narrowed,
    queries,
    questions,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Answers(Protocol):
    """Whoever can add a record type's rows to tallies."""

    def add(self, record: str, asked: Sequence[Asked], tally: Tally) -> None:
        """Add every row that counts to its cells."""
        ...

    def last_day(self, record: str) -> date | None:
        """The last day that the record type's data covers; none where it has no row."""
        ...


@contextmanager
def adding(place: Activity | Facts, means: Means) -> Iterator[Answers]:
    """What adds up the rows of a place, while its connection is open."""
    if isinstance(place, Facts):
        with opened_plainly(place, means) as connection:
            yield FactsAnswers(connection, place, means)
    else:
        with opened(place, means, StoreSource) as source:
            yield StoreAnswers(source, means)


def filed_months(
    record: str, asked: Sequence[Asked], months: Sequence[str] | None
) -> Sequence[str] | None:
    """The months that facts need be read of, where they are filed by what the measures count in."""
    filed = RECORD_TYPES[record].month_of
    return months if all(each.definition.month_of == filed for each in asked) else None


class StoreAnswers:
    """Rows computed from the activity store, in as many parts as bound the memory."""

    def __init__(self, source: StoreSource, means: Means) -> None:
        self.source = source
        self.means = means

    def add(self, record: str, asked: Sequence[Asked], tally: Tally) -> None:
        """Add up what is asked of a record type from the store itself."""
        parts = self.source.parts(
            record,
            {name for each in asked for name in each.definition.fields},
            dict.fromkeys(each.rule for each in asked if UNIT in tally.by),
            buckets_for(self.source, record, self.means),
            begin=lambda rows: begun(rows, asked),
            carried=needed_later(asked),
            progress=lambda done, of: self.means.report(done, of, record),
        )
        for rows in parts:
            self._add_part(rows, asked, tally)

    def _add_part(self, rows: "ir.Table", asked: Sequence[Asked], tally: Tally) -> None:
        source, grouped = self.source, blocks(asked)
        rows = with_risks(rows, models_of(asked), partial(self._risks, amounts_among(asked)))
        rows = narrowed(marked(rows, asked), grouped, tally.by, source.spread_by)
        with kept(source, rows, queries(grouped) > 1) as part:
            for each in questions(part, grouped, tally.by, _among(tally.months), source.spread):
                answer = source.connection.answer(each.answer).to_pylist()
                tally.take(each.asked, answer, bars=each.bars)

    def _risks(self, amounts: frozenset[str], model: str) -> "ir.Table":
        import ibis

        place = self.source.tables.activity.directory
        return ibis.memtable(read_risks(place, model, amounts=model in amounts))

    def last_day(self, record: str) -> date | None:
        """The last day the store knows of."""
        return self.source.last_day(record)


def _among(months: Sequence[int] | None) -> Wanted | None:
    """Whether a month's number is one of these; None for all."""
    return None if months is None else lambda number: number.isin(list(months))


@contextmanager
def kept(source: StoreSource, rows: "ir.Table", wanted: bool) -> Iterator["ir.Table"]:
    """The rows, computed once and kept while they are read several times, if that is wanted."""
    if not wanted:
        yield rows
        return
    yield source.connection.keep("clinmeasures_part", rows)
    source.connection.let_go("clinmeasures_part")


class FactsAnswers:
    """Rows as `write_facts` left them, asked by SQL that is compiled once for each question."""

    def __init__(self, connection: Any, facts: Facts, means: Means) -> None:
        self.connection = connection
        self.facts = facts
        self.means = means

    def add(self, record: str, asked: Sequence[Asked], tally: Tally) -> None:
        """Add up what is asked of a record type from facts that are filed."""
        self.means.report(0, 1, record)
        months = None if tally.months is None else [month_text(each) for each in tally.months]
        files = facts_files(self.facts, record, filed_months(record, asked, months))
        if files:
            self._ask(files, asked, tally)
        self.means.report(1, 1, record)

    def _ask(self, files: Sequence[Any], asked: Sequence[Asked], tally: Tally) -> None:
        amounts = amounts_among(asked)
        for model in models_of(asked):
            risks = read_risks(self.facts.directory, model, amounts=model in amounts)
            self.connection.register(risks_name(model), risks)
        plan = prepared(
            tuple(asked), tally.by, tally.months is not None, self._opened(files, tally.months)
        )
        run(self.connection, plan.made)
        for some, bars, query in plan.questions:
            answer = self.connection.execute(query).to_arrow_table().to_pylist()
            tally.take(some, answer, bars=bars)

    def _opened(self, files: Sequence[Any], months: Sequence[int] | None) -> "pa.Schema":
        """Make the tables that plans read; the columns of the facts."""
        import pyarrow as pa

        self.connection.execute(f"create or replace temp view facts as from {reading(files)}")
        self.connection.execute("drop table if exists clinmeasures_part")
        numbers = pa.table({"month": pa.array(months or [], pa.int64())})
        self.connection.register("months_asked", numbers)
        return self.connection.execute("from facts limit 0").to_arrow_table().schema

    def last_day(self, record: str) -> date | None:
        """The last day the facts know of."""
        return facts_last_day(self.facts, record)


def models_of(asked: Sequence[Asked]) -> list[str]:
    """The models whose risks are asked for, each once."""
    return list(dict.fromkeys(each.definition.model for each in asked if each.definition.model))


def amounts_among(asked: Sequence[Asked]) -> frozenset[str]:
    """Those of the models that foresee an amount, not an event."""
    return frozenset(each.definition.model for each in asked if each.definition.value)


def _risks_of(model: str) -> "ir.Table":
    import ibis

    return ibis.table({"_risk_key": "string", "_risk": "int64"}, name=risks_name(model))


@dataclass(frozen=True)
class Plan:
    """The SQL for some definitions over `facts`, and what to make of its answers."""

    made: tuple[Step, ...]
    questions: tuple[tuple[tuple[Asked, ...], bool, str], ...]


@lru_cache(maxsize=200)
def prepared(
    asked: tuple[Asked, ...], by: tuple[str, ...], some_months: bool, schema: "pa.Schema"
) -> Plan:
    """The plan for definitions over facts with these columns, of all months or of those asked."""
    import ibis

    rows = with_risks(ibis.table(ibis.schema(schema), name="facts"), models_of(asked), _risks_of)
    rows = marked(rows, asked)
    months = ibis.table({"month": "int64"}, name="months_asked")
    grouped, statements = blocks(asked), Statements()
    rows = narrowed(rows, grouped, by, SPREAD_BY)
    if queries(grouped) > 1:
        rows = statements.keep("clinmeasures_part", rows)
    wanted = (lambda number: number.isin(months["month"])) if some_months else None
    found = questions(rows, grouped, by, wanted, spread_listed)
    return Plan(
        questions=tuple((each.asked, each.bars, sql_of(each.answer)) for each in found),
        made=tuple(statements.made),
    )
