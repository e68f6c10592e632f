"""Ibis writes our SQL step by step, and everybody else's in this process as they asked."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ibis

from clinmeasures.engine.compiling import steps_apart
from clinmeasures.engine.on_duckdb import OnDuckdb
from clinmeasures.engine.statements import sql_of


def three_steps() -> "ibis.expr.types.Table":
    stays = ibis.table({"days": "int64"}, name="stays")
    return stays.mutate(twice=stays.days * 2).filter(lambda t: t.twice > 4).select("twice")


def steps_in(sql: str) -> int:
    return sql.upper().count("SELECT")


def theirs() -> str:
    return str(ibis.to_sql(three_steps(), dialect="duckdb"))


def test_our_steps_stay_apart_and_others_are_folded_as_ibis_does():
    assert ibis.options.sql.fuse_selects is True
    assert steps_in(sql_of(three_steps())) == 3
    assert steps_in(theirs()) == 1


def test_a_computation_leaves_no_option_behind(tmp_path: Path):
    ours = OnDuckdb(memory_limit="100MB", threads=1, room=tmp_path)
    other = ibis.duckdb.connect()
    try:
        for each in (ours.backend, other):
            each.con.execute("create table stays as select 3::bigint as days")
        assert steps_in(ours.backend.compile(three_steps())) == 3
        assert ours.answer(three_steps()).to_pylist() == [{"twice": 6}]
        assert steps_in(other.compile(three_steps())) == 1
    finally:
        ours.close()
        other.disconnect()


def test_many_threads_writing_at_once_each_get_their_steps_and_the_option_is_as_before():
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: sql_of(three_steps()), range(40)))
    assert {steps_in(each) for each in written} == {3}
    assert ibis.options.sql.fuse_selects is True


def test_a_fault_while_sql_is_written_puts_the_option_back():
    try:
        with steps_apart():
            raise ValueError
    except ValueError:
        assert ibis.options.sql.fuse_selects is True
