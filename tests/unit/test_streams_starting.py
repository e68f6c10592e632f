"""Departments that start at different times beside those that have not: known steps come back."""

from datetime import date

import numpy as np
import pytest

from clinlead.access.policies import Reader, Role
from clinlead.figures.sums import Sums
from clinlead.framework.policies import LEAST, READS, why_not_draw, why_not_read
from clinlead.framework.starting import FEWEST, analysed, large_enough, words_of
from clinlead.framework.stepping import stepped
from clinlead.measures.actions import shipped_texts
from clinmeasures.definitions import parse_definition
from clinmeasures.errors import BadInput

DIED = parse_definition(dict(shipped_texts())["mortality-30d.toml"], source="test")
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
CASES = 1000


def month(events: float, people: int = 20) -> tuple[Sums, int]:
    cases = CASES * 1_000_000
    counted = round(events * 1_000_000)
    sums = Sums(n=CASES, numerator=counted, denominator=cases, weight=cases,
                weight_squared=CASES * 10**12)  # fmt: skip
    return sums, people


def made(step: float, starts: dict[int, str], noise: float = 0.0):
    """Twelve departments of their own level, a wave over the months that all share, and a step."""
    random = np.random.default_rng(5)
    found = {}
    for department in range(1, 13):
        change = starts.get(department, "9999-99")
        found[department] = {
            name: month(
                50 + department + 5 * np.sin(place / 3) + step * (name > change)
                + noise * random.standard_normal()
            )
            for place, name in enumerate(MONTHS)
        }  # fmt: skip
    return found


STARTS = {1: "2024-08", 2: "2024-10", 3: "2025-01", 4: "2025-03", 5: "2025-05"}
DAYS = {pk: date.fromisoformat(f"{name}-15") for pk, name in STARTS.items()}


def test_a_step_comes_back_whatever_differs_between_departments_and_months():
    found = stepped(made(step=-8, starts=STARTS), DAYS, DIED)
    assert found.estimate == pytest.approx(-8 / CASES, abs=1e-6)
    assert (found.departments, found.started) == (12, 5)


def test_chance_alone_gives_an_interval_around_nothing():
    found = stepped(made(step=0, starts=STARTS, noise=3), DAYS, DIED)
    assert found.lower < 0 < found.upper
    assert "would suggest" in found.in_words(DIED)


@pytest.mark.parametrize("starts", [{}, DAYS])
def test_too_few_departments_or_none_that_started_say_nothing(starts):
    few = {pk: months for pk, months in made(0, STARTS).items() if pk < (99 if not starts else 8)}
    with pytest.raises(BadInput, match="say nothing together"):
        stepped(few, starts, DIED)


def test_one_stream_beside_others_shows_its_own_step_alone():
    own, rest = made(step=10, starts=STARTS)[3], made(step=0, starts={})[9]
    found = analysed(own, rest, "2025-02", DIED)
    assert found.level.estimate == pytest.approx(10 / CASES, abs=1e-6)
    assert found.slope.estimate == pytest.approx(0, abs=1e-6)
    said = words_of(found, DIED, beside=True)
    assert said.startswith("At the start the figure differs by 1.0%")
    assert "effect" not in said


def test_a_line_through_few_months_says_nothing_and_small_months_are_gaps():
    own = made(step=10, starts=STARTS)[3]
    with pytest.raises(BadInput, match=f"fewer than {FEWEST}"):
        analysed(own, {}, MONTHS[-2], DIED)
    assert large_enough({"2025-01": month(50, LEAST), "2025-02": month(50, LEAST - 1)}).keys() == {
        "2025-01"
    }
    assert why_not_draw(LEAST - 1) is not None


@pytest.mark.parametrize("role", sorted(Role))
def test_only_the_project_team_and_executives_read_it(role):
    reader = Reader(account_id=1, on=date(2026, 7, 1), roles=frozenset({role}))
    assert (why_not_read(reader) is None) is (role in READS)
    assert set(READS) == {Role.PROJECT_TEAM, Role.EXECUTIVE}
