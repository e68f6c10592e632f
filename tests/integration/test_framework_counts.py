"""How the framework is doing, counted from what people did."""

import pytest

from clinlead.framework import counting
from clinlead.releases.models import Interpretation, Release, ReleasedFigure, ReleaseState
from people import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """Counts as they are: a small trust’s are small."""
    monkeypatch.setattr(counting, "counts_shown", lambda some: [*map(str, some), str(sum(some))])
    return lambda: dict(counting.signals(AT.date()).rows)


def released_again(release: Release, *, changed: ReleasedFigure) -> None:
    """The same figures in another edition, one of them corrected, with what was said carried."""
    figures, said = list(release.figures.all()), list(release.interpretations.all())
    old = release.pk
    Release.objects.filter(pk=old).update(state=ReleaseState.SUPERSEDED)
    release.pk, release.edition, release.supersedes_id = None, release.edition + 1, old
    release._state.adding = True
    release.save()
    for row in (*figures, *said):
        if row.pk == changed.pk and isinstance(row, ReleasedFigure):
            row.digest = "of another figure"
        row.pk, row.release = None, release
        row._state.adding = True
        row.save()


def test_a_signal_counts_once_however_often_it_is_released_again(let_out, db, counted):
    release = let_out.release
    release.figures.update(has_signal=True)
    figures = list(release.figures.all())
    for each in figures[:2]:
        Interpretation.objects.get_or_create(
            release=release, measure=each.measure, rule=each.rule, unit=each.unit, by_owner=False,
            defaults={"by": let_out.trust.lead, "at": release.released_at, "digest": each.digest,
                      "text": "A new ward"},
        )  # fmt: skip
    before = counted()
    assert before["Released figures with a signal"] == str(len(figures))
    released_again(release, changed=figures[0])
    after = counted()
    assert after["Released figures with a signal"] == before["Released figures with a signal"]
    said = int(before["Interpreted by the lead"])
    assert after["Interpreted by the lead"] == str(said - 1)  # of the corrected one nothing yet
