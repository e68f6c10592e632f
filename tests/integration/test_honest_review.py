"""A scripted review: owners who know the truth challenge what is not theirs, leads settle it.

It measures what correction recovers: nearly every wrong attribution, and with it the figures.
"""

from contextlib import suppress
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from django.utils import timezone

from clinlead.access.policies import NotAllowed
from clinlead.demo import honest
from clinlead.demo.actions import Making, compute, fill_organisation, load_extracts
from clinlead.demo.trust import Plan, make_trust
from clinlead.figures.actions import recompute_all
from clinlead.intake.actions import correct
from clinlead.intake.models import Correction, CorrectionState
from clinlead.intake.queries import activity
from clinmeasures.definitions import library
from clinmeasures.engine import Activity, compute_tallies

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("invented trust")]

SMALL = Plan(today=date(2026, 11, 1), months=6, departments=("cardiology",))
WHOLE = Plan(today=date(2026, 11, 1))
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MEASURES = ("length-of-stay", "discharge-summary-24h", "emergency-readmission-30d")
LEAST_RESTORED, MOST_WRONG = 0.95, 0.01


def made(tmp_path, settings, plan: Plan) -> Making:
    """The trust in the database, loaded through intake and computed."""
    directory = tmp_path / "data"
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"data_dir": directory})
    make_trust(directory / "trust", plan)
    making = Making(directory, plan, NOW, lambda _share, _what: None)
    for step in (fill_organisation, load_extracts, compute):
        step(making)
    return making


def restored(wrong: list[honest.Misattributed]) -> float:
    """The share of wrongly attributed spells that count for their true clinician now."""
    now = dict(
        Correction.objects.filter(
            dataset="spells", field="discharging_consultant", state=CorrectionState.ACTIVE
        ).values_list("key", "new")
    )
    holders = honest.Holders()
    right = [holders.on(now.get(each.spell, ""), each.day) == each.rightly for each in wrong]
    return sum(right) / len(right)


def figures(source: Activity) -> dict[tuple[str, str], tuple[int, float]]:
    """Measure and clinician → records and figure over all months, by discharging clinician."""
    definitions = [library()[code] for code in MEASURES]
    table = compute_tallies(definitions, source, rules=["discharging"])
    sums: dict[tuple[str, str], list[int]] = {}
    for row in table.to_pylist():
        tally = sums.setdefault((row["measure"], row["unit"]), [0, 0, 0])
        for place, name in enumerate(("n", "numerator", "denominator")):
            tally[place] += int(row[name])
    return {key: (n, part / of) for key, (n, part, of) in sums.items() if of}


def true_figures(making: Making) -> dict[tuple[str, str], tuple[int, float]]:
    truth = making.directory / "trust" / "truth" / "activity"
    return figures(Activity(directory=truth, codes=activity().codes))


def records_misplaced(found: dict, truth: dict) -> float:
    """Of the true records of all clinicians, the share by which clinicians' counts are out."""
    people = {key for key in truth if key[1].startswith("P") and key[0] == "length-of-stay"}
    out = sum(abs(found.get(key, (0, 0.0))[0] - truth[key][0]) for key in people)
    return out / sum(truth[key][0] for key in people)


def team_figure(found: dict, measure: str) -> float:
    of_people = [value for key, value in found.items() if key[0] == measure]
    return sum(n * figure for n, figure in of_people) / sum(n for n, _ in of_people)


@pytest.fixture
def without_computing(monkeypatch):
    """Figures are computed once at the end, not after each of a hundred challenges."""
    from clinlead.validation import settling

    monkeypatch.setattr(settling, "recompute_months", lambda **_: None)


def test_an_honest_review_restores_the_figures(tmp_path, settings, without_computing):
    making = made(tmp_path, settings, SMALL)
    wrong = list(honest.misattributed(making.directory))
    before, truth = figures(activity()), true_figures(making)
    assert len(wrong) > 40
    assert restored(wrong) == 0
    assert records_misplaced(before, truth) > MOST_WRONG

    for each in wrong:
        review(each)
    recompute_all(at=NOW)

    after = figures(activity())
    assert restored(wrong) >= LEAST_RESTORED
    assert records_misplaced(after, truth) < MOST_WRONG
    for measure in MEASURES:
        assert team_figure(after, measure) == pytest.approx(
            team_figure(truth, measure), rel=MOST_WRONG
        )


def review(wrong: honest.Misattributed) -> None:
    """A record that intake set aside (its dates are impossible) cannot be opened by anybody."""
    with suppress(NotAllowed):
        raised = honest.challenge(wrong, at=NOW)
        honest.agree(raised, at=NOW)
        honest.accept(raised, at=NOW)


@pytest.mark.soak
def test_a_review_of_the_whole_trust_restores_its_figures(tmp_path, settings):
    """By the core that settling uses: fifteen thousand challenges by hand would take hours."""
    making = made(tmp_path, settings, WHOLE)
    wrong = list(honest.misattributed(making.directory))
    truth = true_figures(making)
    assert records_misplaced(figures(activity()), truth) > MOST_WRONG
    for each in wrong:
        correct(
            dataset="spells",
            key=each.spell,
            field="discharging_consultant",
            old=each.written,
            new=each.truth,
            reason="Reviewed with its owner",
            by=None,
            at=timezone.now(),
        )
    recompute_all(at=NOW)
    after = figures(activity())
    assert restored(wrong) >= LEAST_RESTORED
    assert records_misplaced(after, truth) < MOST_WRONG
    assert isinstance(activity().corrections, pa.Table)
