"""`release verify`: the same definitions, rows and code give the same figures, or where not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from clinlead.figures.actions import means
from clinlead.figures.computing import as_stored
from clinlead.figures.foreseen import foresee_by
from clinlead.figures.queries import added_up, sums_of
from clinlead.figures.sums import MonthSums
from clinlead.history.models import Entry
from clinlead.intake.queries import weights_now
from clinlead.measures.models import MeasureVersion
from clinlead.releases.freezing import corrections_content
from clinlead.releases.grades import grades_content
from clinlead.releases.inputs import (
    activity_as_it_was,
    corrections_lost,
    definition_of,
    missing_inputs,
)
from clinlead.releases.manifest import NUMBERS, code_version, digest_of, figure_content
from clinlead.releases.models import Release, ReleasedFigure
from clinlead.releases.statistics import as_months, kept_breaks, statistics_of
from clinmeasures.definitions import Definition, parse_definition
from clinmeasures.engine import Activity, Facts, compute_tallies, write_facts
from clinmeasures.errors import BadInput

TOLERANCE = 1e-9  # of statistics, which are floats; tallies are integers and must be equal
MOST_PLACES = 20  # differences named in one answer
WEIGHED = "jobplans"  # the records beside which weighted work stands


class Answer(StrEnum):
    """What verifying says of a release."""

    EQUAL = "equal"
    DIFFERS = "differs"
    ERASED = "inputs erased"
    OTHER_CODE = "made by another code version"


@dataclass(frozen=True)
class Verified:
    """The answer, and where the release differs or what is missing."""

    answer: Answer
    where: tuple[str, ...] = ()
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.answer is Answer.EQUAL


def verify(release: Release) -> Verified:
    """Check a release against itself, then compute it again from the activity store."""
    kept = list(release.figures.all())
    damage = [*damage_to(release, kept), *history_damage(release)]
    missing = missing_inputs(release)
    changed = list(changed_definitions(release))
    if damage or changed:
        return Verified(Answer.DIFFERS, few([*damage, *changed]))
    if missing:
        return Verified(Answer.ERASED, few(missing))
    try:
        differences = few(recomputed_differences(release, kept))
    except BadInput as error:
        return Verified(Answer.ERASED, (str(error),))
    made_by = release.manifest["digested"]["code_version"]
    lost = corrections_lost(release)
    other = "" if made_by == code_version() else f"made by {made_by}; this is {code_version()}"
    if differences and other:
        return Verified(Answer.OTHER_CODE, differences, other)
    note = "; ".join(each for each in (other, lost, weighed_otherwise(release)) if each)
    return Verified(Answer.DIFFERS if differences else Answer.EQUAL, differences, note)


def weighed_otherwise(release: Release) -> str:
    """That other weights of work are in use than then; empty where it is the same, or not known."""
    then, now = release.inputs.get("weights"), weights_now()
    measures = map(definition_of, release.manifest["digested"]["measures"])
    if then is None or then == now or not any(each.record == WEIGHED for each in measures):
        return ""
    sources = [each.get("source", "none") for each in (then, now)]
    return "work was weighed by {}; other weights are in use now ({})".format(*sources)


def few(places: Iterable[str]) -> tuple[str, ...]:
    """The first places; a last line says that there are more."""
    found = list(islice(places, MOST_PLACES + 1))
    more = ["and more"] if len(found) > MOST_PLACES else []
    return (*found[:MOST_PLACES], *more)


def damage_to(release: Release, kept: Sequence[ReleasedFigure]) -> Iterable[str]:
    """Where what was frozen no longer says what its own digests say."""
    if digest_of(release.manifest["digested"]) != release.digest:
        yield "the manifest: it does not match the release's digest"
    if grades_differ(kept, release.manifest["digested"].get("grades")):
        yield "the grades of the months' data: they are not those of the manifest"
    found = {}
    for figure in kept:
        content = figure_content(figure.key, figure.version, figure.tallies, figure.composition)
        found["/".join(figure.key)] = digest_of(content)
        if found["/".join(figure.key)] != figure.digest:
            yield f"{'/'.join(figure.key)}: the released tallies were changed"
    if digest_of(found) != release.manifest["digested"]["tallies"]["digest"]:
        yield "the released figures: together they do not match the manifest"


def grades_differ(kept: Sequence[ReleasedFigure], said: Mapping[str, Any] | None) -> bool:
    """Releases made before grades were kept have none; they are as good as they were."""
    if said is None:
        return any(figure.grades is not None for figure in kept)
    return digest_of(grades_content({f.key: f.grades for f in kept})) != said["digest"]


def history_damage(release: Release) -> Iterable[str]:
    """The record of acts must still hold the entry that the manifest anchors."""
    anchor = release.manifest["history"]
    held = Entry.objects.filter(number=anchor["number"]).values_list("digest", flat=True).first()
    if anchor["number"] and held != anchor["digest"]:
        yield f"the record of acts: entry {anchor['number']} is not the one the manifest names"


def changed_definitions(release: Release) -> Iterable[str]:
    for each in release.manifest["digested"]["measures"]:
        said = MeasureVersion.objects.filter(code=each["code"], version=each["version"]).first()
        place = f"the definition of {each['code']} version {each['version']}"
        if said is None:
            yield f"{place}: it is no longer registered"
        elif each["definition"] not in {said.digest} or reread(said) != each["definition"]:
            yield f"{place}: its wording was changed"


def reread(said: MeasureVersion) -> str:
    """The digest of the registered text as it is now; a text that cannot be read has none."""
    try:
        return parse_definition(said.definition, source="the register").digest
    except BadInput:
        return ""


def recomputed_differences(release: Release, kept: Sequence[ReleasedFigure]) -> Iterable[str]:
    """Every place where computing again gives another integer or another statistic."""
    digested = release.manifest["digested"]
    if not corrections_lost(release) and (
        digest_of(corrections_content(release.inputs["corrections"]))
        != (digested["corrections"]["digest"])
    ):
        yield "the corrections: they no longer say what they said"
    if digest_of(release.inputs["codes"]) != digested["codes"]["digest"]:
        yield "the clinicians' codes: they no longer say what they said"
    if release.inputs.get("models", {}) != digested.get("models", {}):
        yield "the case-mix models: they are not those of the manifest"
    if release.inputs.get("weights") != digested.get("weights"):
        yield "the weights of work: they are not those of the manifest"
    source = activity_as_it_was(release)
    for measure in digested["measures"]:
        mine = [f for f in kept if (f.measure, f.rule) == (measure["code"], measure["rule"])]
        definition = definition_of(measure)
        with foreseen_as_then(definition, source, release) as read:
            computed = computed_again(definition, measure["rule"], read, mine)
        for figure in mine:
            yield from tally_differences(figure, computed)
            yield from statistic_differences(figure, definition, release)


@contextmanager
def foreseen_as_then(
    definition: Definition, source: Activity, release: Release
) -> Iterator[Activity | Facts]:
    """What a figure is computed from: the rows, or facts with the risks of the model of then."""
    if not definition.model:
        yield source
        return
    said = release.inputs.get("models", {}).get(definition.model)
    if said is None:
        raise BadInput(f"The release does not say by which model {definition.code} was computed.")
    with TemporaryDirectory() as folder:
        place = Path(folder)
        for dataset in {definition.record, "diagnoses"} & set(source.active or ()):
            write_facts(source, dataset, place, **means())
        foresee_by(definition.model, said["digest"], place)
        yield Facts(directory=place)


def computed_again(
    definition: Definition, rule: str, source: Activity | Facts, figures: Sequence[ReleasedFigure]
) -> dict[str, list[MonthSums]]:
    """Every unit's months, straight from the activity store."""
    table = compute_tallies(
        [definition],
        source,
        rules=[rule],
        months=sorted({month for figure in figures for month in figure.tallies["month"]}),
        **means(),
    )
    found: dict[str, list[MonthSums]] = {}
    for row in table.to_pylist():
        unit, *numbers = as_stored(row)
        month = MonthSums(month=row["month"], complete=True, sums=sums_of(numbers))
        found.setdefault(unit, []).append(month)
    return found


def tally_differences(
    figure: ReleasedFigure, computed: Mapping[str, Sequence[MonthSums]]
) -> Iterable[str]:
    """Month by month: the released integers against those computed again."""
    now = months_of(figure, computed)
    place = "/".join(figure.key)
    for month in as_months(figure.tallies):
        again = now.get(month.month)
        if again is None or again.as_integers() != month.sums.as_integers():
            said = "no records" if again is None else changed_numbers(month, again)
            yield f"{place} in {month.month}: {said}"


def months_of(figure: ReleasedFigure, computed: Mapping[str, Sequence[MonthSums]]) -> dict:
    """A figure's months as computed again; a department's are its units' added up."""
    if not figure.key.is_team:
        return {month.month: month.sums for month in computed.get(figure.unit, ())}
    units = {
        unit: [m for m in rows if unit in figure.composition.get(m.month, ())]
        for unit, rows in computed.items()
    }
    return {month.month: month.sums for month in added_up(units)}


def changed_numbers(month: MonthSums, again: Any) -> str:
    then, now = month.sums.as_integers(), again.as_integers()
    return (
        ", ".join(
            f"{name} was {then[name]}, is {now[name]}"
            for name in NUMBERS
            if name != "histogram" and then[name] != now[name]
        )
        or "the spread of values differs"
    )


def statistic_differences(
    figure: ReleasedFigure, definition: Definition, release: Release
) -> Iterable[str]:
    """The statistics again from the released tallies, to one part in a thousand million."""
    again = statistics_of(
        definition,
        as_months(figure.tallies),
        release.period.months,
        team=figure.key.is_team,
        breaks=kept_breaks(figure.statistics),
    )
    place = "/".join(figure.key)
    for path in unlike({"breaks": [], **figure.statistics}, again):
        yield f"{place}: the statistic {path} differs"


def unlike(then: Any, now: Any, path: str = "") -> Iterable[str]:
    """Paths at which two results are not the same; numbers may differ by the tolerance."""
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for name in sorted({*then, *now}):
            yield from unlike(then.get(name), now.get(name), f"{path}.{name}" if path else name)
    elif isinstance(then, list) and isinstance(now, list | tuple) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from unlike(one, other, f"{path}[{place}]")
    elif not same(then, now):
        yield path


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return abs(one - other) <= TOLERANCE * max(1.0, abs(one), abs(other))
    return one == other
