"""Expressions in the words of Spark, where its own meaning of a word is not DuckDB's.

Ibis writes Spark's SQL; what stands here makes it mean to the last unit what DuckDB means. Each
difference was found by holding both engines' tallies side by side.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import NULL, SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

if TYPE_CHECKING:
    import ibis.expr.types as ir

SAME_AGGREGATE = {"arg_max": "max_by"}  # DuckDB's name → Spark's
MICROSECONDS = 1_000_000.0


def spark_sql(rows: "ir.Table") -> str:
    """The query for an expression."""
    return str(_compiler().to_sqlglot(rows).transform(_wide_sum).sql("spark"))


@cache
def _compiler() -> "SparkCompiler":
    return SparkCompiler()


class SparkCompiler(PySparkCompiler):
    """Ibis's own compiler, held to DuckDB's arithmetic."""

    __slots__ = ()

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: dt.DataType) -> Any:
        """A fraction is a double: as Spark reads 3600.0 it is a decimal, and division rounds."""
        if dtype.is_floating():
            return self.cast(repr(value), dt.float64)
        return super().visit_NonNullLiteral(op, value=value, dtype=dtype)

    def visit_Field(self, op: Any, *, rel: Any, name: str) -> Any:
        """A column as it is: no setting of Ibis's own backend bears on it."""
        return SQLGlotCompiler.visit_Field(self, op, rel=rel, name=name)

    def visit_Cast(self, op: Any, *, arg: Any, to: dt.DataType) -> Any:
        """A double becomes the nearest whole number, a half the even one; Spark would cut it."""
        double = op.arg.dtype.is_floating() or isinstance(op.arg, ops.ExtractEpochSeconds)
        if double and to.is_integer():
            return self.cast(self.f.anon.rint(arg), to)
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:  # noqa: ARG002
        """Blank; a number that is none (NaN) is not."""
        return arg.is_(NULL)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:  # noqa: ARG002
        """Not blank."""
        return sge.Not(this=arg.is_(NULL))

    def visit_ExtractEpochSeconds(self, op: Any, *, arg: Any) -> Any:  # noqa: ARG002
        """Seconds since 1970, with their fractions."""
        return self._micros(arg) / self.cast(repr(MICROSECONDS), dt.float64)

    def visit_TimestampFromUNIX(self, op: Any, *, arg: Any, unit: Any) -> Any:
        """The instant so many seconds after 1970."""
        if unit.short != "s":
            return super().visit_TimestampFromUNIX(op, arg=arg, unit=unit)
        return self.cast(self.f.anon.timestamp_seconds(arg), dt.timestamp)

    def visit_TimestampDelta(self, op: Any, *, part: Any, left: Any, right: Any) -> Any:
        """Seconds that began between two instants; Spark would count those that were completed."""
        if op.part.value == "second":
            return self._whole_seconds(left) - self._whole_seconds(right)
        return super().visit_TimestampDelta(op, part=part, left=left, right=right)

    def visit_Strftime(self, op: Any, *, arg: Any, format_str: Any) -> Any:
        """Text of a moment; the T of ISO 8601 is no part of Spark's pattern unless it is quoted."""
        if "T" in op.format_str.value:
            format_str = sge.convert(op.format_str.value.replace("T", "'T'"))
        return super().visit_Strftime(op, arg=arg, format_str=format_str)

    def visit_AggUDF(self, op: Any, *, where: Any, **of: Any) -> Any:
        """DuckDB's own aggregates under Spark's names."""
        return self.agg[SAME_AGGREGATE[op.__func_name__]](*of.values(), where=where)

    def _micros(self, arg: Any) -> Any:
        instant = sge.Cast(this=arg, to=sge.DataType.build("timestampltz", dialect="spark"))
        return self.f.anon.unix_micros(instant)

    def _whole_seconds(self, arg: Any) -> Any:
        instant = sge.Cast(this=arg, to=sge.DataType.build("timestampltz", dialect="spark"))
        return self.f.anon.unix_seconds(instant)


def _wide_sum(node: sge.Expression) -> sge.Expression:
    """A sum that is wanted wide is added up wide: Spark adds up 64 bits in 64, or fails.

    A count fits 64 bits as it is.
    """
    if not (isinstance(node, sge.Cast) and node.to.is_type("decimal")):
        return node
    total = node.this
    if not isinstance(total, sge.Sum) or isinstance(total.this, sge.Cast):
        return node
    added = sge.Sum(this=sge.Cast(this=total.this, to=node.to.copy()))
    return sge.Cast(this=added, to=node.to.copy())
