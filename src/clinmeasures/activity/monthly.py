"""The checks of a data set asked of each month's rows, and the grade of a month they add up to."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinmeasures.activity import sql
from clinmeasures.activity.expectations import Expectation, Severity, all_of, expectations
from clinmeasures.activity.quality import SHARES, Grade, Part
from clinmeasures.activity.record_types import RECORD_TYPES

SET_ASIDE = "set aside"
SAYS_SET_ASIDE = "A row can be read and belongs to one record."
WORTH_A_MARK = (Grade.C, Grade.D)
MEANS = {
    Grade.A: "use it",
    Grade.B: "use it and mend the source",
    Grade.C: "use it with care",
    Grade.D: "not yet; mend it first",
}


@dataclass(frozen=True, kw_only=True)
class MonthAnswers:
    """What one month's rows of a data set say to its checks: of each how many it is for, and fail.

    A check that no row answers to is in `checks` with nought; it is no pass.
    """

    rows: int
    checks: Mapping[str, tuple[int, int]]

    def to_dict(self) -> dict[str, Any]:
        """As JSON would hold it."""
        return {"rows": self.rows, "checks": {code: list(n) for code, n in self.checks.items()}}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One check's answer, as it counts towards a month's grade."""

    dataset: str
    says: str
    severity: Severity
    owner: str
    applicable: int = 0
    failed: int = 0
    because: str = ""  # why it cannot be checked

    @property
    def grade(self) -> Grade | None:
        """None where there was nothing to ask. One row alone, or a minor check, is never a D."""
        if self.because or not self.applicable:
            return None
        share = 1 - self.failed / self.applicable
        limits = zip(Grade, SHARES[Part.VALIDITY], strict=False)
        found = next((grade for grade, least in limits if share >= least), Grade.D)
        return min(found, Grade.C) if self.failed < 2 or self.severity == "minor" else found

    @property
    def words(self) -> str:
        """The rows that fail, of how many, the rule and who answers for it."""
        said = self.says.rstrip(".")
        return f"{self.failed:,} of {self.applicable:,} rows fail “{said}” ({self.owner})"


@dataclass(frozen=True, kw_only=True)
class MonthGrade:
    """How good the data of one month are for one measure. No grade: nothing could be asked."""

    grade: Grade | None
    because: str

    @property
    def mark(self) -> str:
        """The letter that a chart writes at the month; blank where its data are good enough."""
        return str(self.grade) if self.grade in WORTH_A_MARK else ""

    @property
    def words(self) -> str:
        """The grade with what it means: "C: use it with care"."""
        return f"{self.grade}: {MEANS[self.grade]}" if self.grade else "not graded"


def answers_by_month(dataset: str, files: Iterable[Path]) -> dict[str, MonthAnswers]:
    """Every check of a data set asked of the rows in some files, month by month.

    Parameters
    ----------
    dataset : str
    files : iterable of Path
        Parquet with the data set's columns, each in a folder `month=<yyyy-mm|none>`: facts, or the
        activity store.

    Returns
    -------
    dict of month to MonthAnswers
    """
    import duckdb

    names = sql.texts([path.as_posix() for path in files])
    if not names:
        return {}
    rules, record = expectations(dataset), RECORD_TYPES[dataset]
    counts = []
    for rule in rules:
        applies, holds = all_of(rule.where, record), all_of(rule.holds, record)
        counts += [f"count(*) FILTER ({applies})", f"count(*) FILTER ({applies} AND NOT {holds})"]
    source = f"read_parquet([{names}], hive_partitioning = true, hive_types_autocast = false)"
    query = f"SELECT {', '.join(['month', 'count(*)', *counts])} FROM {source} GROUP BY month"
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        return {row[0]: answers_in(rules, row[1:]) for row in connection.execute(query).fetchall()}


def answers_in(rules: Sequence[Expectation], row: Sequence[int]) -> MonthAnswers:
    """One row of counts: how many there are, then two for each check."""
    pairs = zip(row[1::2], row[2::2], strict=True)
    codes = (rule.code for rule in rules)
    return MonthAnswers(rows=row[0], checks=dict(zip(codes, pairs, strict=True)))


def checks_of(dataset: str, columns: Set[str]) -> list[Expectation]:
    """The checks that ask something of any of these columns."""
    return [
        rule
        for rule in expectations(dataset)
        if columns & {name for test in rule.holds for name in asked_of(test)}
    ]


def asked_of(test: Mapping[str, Any]) -> set[str]:
    """The columns that a test is about: its own, and the one it is compared with."""
    other = test.get("not_before") or test.get("same_day_as")
    return {test["field"], other} - {None}


def month_grade(answers: Iterable[Answer]) -> MonthGrade:
    """The grade of a month: that of its worst check; a serious one not asked leaves no A.

    Parameters
    ----------
    answers : iterable of Answer
        Of the checks that matter to the measure, and of its rows that were set aside.

    Returns
    -------
    MonthGrade
        With why in words: the worst check, how many of how many could be asked.
    """
    found = list(answers)
    asked = [each for each in found if each.grade is not None]
    if not asked:
        return MonthGrade(grade=None, because="No check could be asked of these rows.")
    worst = max(asked, key=lambda each: (each.grade, each.failed))
    unasked = [each for each in found if each.because]
    grade = worst.grade or Grade.A
    if grade is Grade.A and any(each.severity == "serious" for each in unasked):
        grade = Grade.B
    return MonthGrade(grade=grade, because=reasons(worst, unasked, len(asked)))


def reasons(worst: Answer, unasked: Sequence[Answer], asked: int) -> str:
    """Why a month has its grade, in a sentence or two."""
    said = [f"{worst.words}."] if worst.failed else [f"No row fails ({asked} asked)."]
    said += [f"Cannot be checked: {each.says.rstrip('.')} ({each.because})." for each in unasked]
    return " ".join(said)
