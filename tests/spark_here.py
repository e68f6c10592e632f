"""Spark on this machine with two workers, for the tests that hold its tallies to DuckDB's."""

import os
import shutil
from importlib.util import find_spec

import pytest

# So little data is ready before code for it would be: nothing is compiled that runs but once.
QUICKLY = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def open_spark() -> None:
    """Open the session that the engine will find.

    Skipped where Java or PySpark is not installed; in continuous integration that is a failure.
    """
    there = {"PySpark": find_spec("pyspark"), "Java": shutil.which("java")}
    lacking = [name for name, found in there.items() if not found]
    if lacking:
        why = f"needs {' and '.join(lacking)}"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)
    from clinmeasures.engine.on_spark import session

    session(memory=1, threads=2, settings=QUICKLY)
