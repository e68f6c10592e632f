"""Freezing a release: its figures, what they were made from, the manifest and the digest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from clinlead.access.models import Account
from clinlead.figures import foreseen
from clinlead.figures.queries import latest_generation
from clinlead.history.queries import head
from clinlead.intake.models import Correction, CorrectionState, Load
from clinlead.intake.queries import codes_of_sources, in_use, weights_now
from clinlead.releases.grades import Kept, grades_content, grades_now
from clinlead.releases.live import Draft
from clinlead.releases.manifest import digest_of, manifest_of
from clinlead.releases.models import Release, ReleasedFigure, ReleaseState
from clinlead.releases.questioned import without_challenged
from clinlead.releases.standing import Standing, challenges_about
from clinlead.validation.queries import open_challenges
from clinmeasures.definitions import Definition


def freeze(now: Standing, *, at: datetime, by: Account) -> None:
    """Keep the figures as they are, for good."""
    release, figures = now.release, now.figures
    challenges = list(open_challenges(release.department, release.period.months))
    grades = grades_now(figures.drafts)
    ReleasedFigure.objects.bulk_create(
        frozen(release, draft, challenges_about(release, draft, challenges), grades[draft.key])
        for draft in figures.drafts
    )
    used = inputs_now(figures.definitions)
    release.inputs = used
    release.manifest = manifest_for(
        release, figures.drafts, used | {"grades": grades_content(grades)}
    )
    release.digest = digest_of(release.manifest["digested"])
    release.state = ReleaseState.RELEASED
    release.released_by, release.released_at = by, at
    release.save()


def frozen(
    release: Release, draft: Draft, challenged: Sequence[str], grades: Kept
) -> ReleasedFigure:
    """One figure as it goes out; marked, with and without, where records are in question."""
    return ReleasedFigure(
        release=release,
        **draft.key._asdict(),
        version=draft.version,
        person=draft.person,
        title=draft.title,
        contributors=draft.contributors,
        tallies=draft.tallies,
        composition=draft.composition,
        statistics=draft.statistics,
        has_signal=draft.has_signal,
        beside=draft.beside or "",
        challenged=len(set(challenged)),
        without_challenged=without_challenged(draft, set(challenged)) if challenged else None,
        grades=grades,
        digest=draft.digest,
    )


def manifest_for(
    release: Release, drafts: Sequence[Draft], used: Mapping[str, Any]
) -> dict[str, Any]:
    measures = {
        (draft.key.measure, draft.key.rule): {
            "code": draft.key.measure,
            "version": draft.version,
            "rule": draft.key.rule,
            "definition": draft.definition_digest,
        }
        for draft in drafts
    }
    return manifest_of(
        department=release.department.code,
        months=release.period.months,
        edition=release.edition,
        supersedes=release.supersedes.digest if release.supersedes else None,
        measures=measures.values(),
        figures={"/".join(draft.key): draft.digest for draft in drafts},
        inputs={**used, "corrections": corrections_content(used["corrections"])},
        history=head(),
    )


def inputs_now(definitions: Iterable[Definition]) -> dict[str, Any]:
    """Loads, corrections, codes, models and weights in use now: what figures are computed from.

    Corrections are kept as their numbers, so that erasing one shows and nothing is kept twice.
    """
    made = Correction.objects.filter(state=CorrectionState.ACTIVE).order_by("pk")
    generation = latest_generation()
    return {
        "loads": [as_input(load) for load in in_use().order_by("number")],
        "corrections": list(made.values_list("pk", flat=True)),
        "codes": codes_content(),
        "models": foreseen.versions(definitions),
        "weights": weights_now(),
        "complete_to": generation.complete_to if generation else {},
    }


def as_input(load: Load) -> dict[str, Any]:
    return {
        "dataset": load.dataset,
        "load": load.folder,
        "source": load.source,
        "mode": load.mode,
        "sha256": load.sha256,
    }


def corrections_content(numbers: Sequence[int]) -> list[list[str | None]]:
    """What the corrections say, in the order in which they were made."""
    rows = Correction.objects.filter(pk__in=numbers).order_by("pk")
    return [list(row) for row in rows.values_list("dataset", "key", "field", "old", "new")]


def codes_content() -> list[list[str | None]]:
    """Source codes to units, dated, in an order of their own."""
    rows = codes_of_sources().to_pylist()
    found = [[None if v is None else str(v) for v in row.values()] for row in rows]
    return sorted(found, key=lambda row: [cell or "" for cell in row])
