"""How the patients behind a figure differ: from those before, and from colleagues' patients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinlead.figures.charting import case_word
from clinlead.figures.mix import Mix, mix_of, whether_known_or_not
from clinlead.figures.policies import LEAST_PEERS
from clinlead.figures.presenters import not_adjusted
from clinlead.figures.sums import total
from clinlead.releases.evidence.examined import Examined
from clinmeasures.definitions import MeasureKind
from clinmeasures.wording.units import how_many, in_figures


@dataclass(frozen=True)
class Trait:
    """Something that patients differ in before treatment begins."""

    words: str
    unit: str
    times: float = 1
    decimals: int = 0

    def text(self, value: float) -> str:
        return f"{in_figures(value * self.times, self.decimals)}{self.unit}"


TRAITS = {
    "age": Trait("Average age", " years", decimals=1),
    "emergency": Trait("Admitted as an emergency", "%", times=100),
    "deprived": Trait("From the most deprived fifth of areas", "%", times=100),
}
NOT_CODED = "not_coded"


def case_mix(figure: Examined) -> tuple[str, ...]:
    """What is known of the patients, and what the figure is not adjusted for."""
    found = mixes(figure)
    return (
        *compared(found),
        *late_coding(found.get("now")),
        *left_out(figure),
        *not_adjusted(figure.definition),
    )


def mixes(figure: Examined) -> Mapping[str, Mix]:
    """The patients of these months, of the year before, and colleagues' of these months."""
    groups: dict[str, tuple[Sequence[str], Sequence[str]]] = {
        "now": (list(figure.units), figure.period),
        "before": (list(figure.units), figure.year_before),
    }
    if not figure.is_team and len(figure.colleagues) >= LEAST_PEERS:
        groups["colleagues"] = (list(figure.colleagues), figure.period)
    return mix_of(figure.definition, figure.wanted.rule, figure.files, groups)


def left_out(figure: Examined) -> Sequence[str]:
    """Of a figure against what was expected, the records of which the model knows too little."""
    definition, months = figure.definition, {"now": (list(figure.units), figure.period)}
    if definition.kind is not MeasureKind.OBSERVED_EXPECTED:
        return ()
    whole = mix_of(whether_known_or_not(definition), figure.wanted.rule, figure.files, months)
    word = case_word(definition)
    if "now" not in whole:
        return ()
    lacking = whole["now"].records - total(figure.in_period).n
    if lacking <= 0:
        return (f"Of every {word} everything is known that the model needs.",)
    return (
        f"{in_figures(lacking)} of {how_many(whole['now'].records, word)} left out, neither "
        "observed nor expected: something that the model needs was not recorded.",
    )


def compared(found: Mapping[str, Mix]) -> list[str]:
    """Each trait that these records have, beside what it was and what it is elsewhere."""
    now = found.get("now")
    if now is None:
        return []
    told = [line_of(name, trait, found) for name, trait in TRAITS.items() if name in now.traits]
    return told or ["These records hold nothing about how patients differ."]


def line_of(name: str, trait: Trait, found: Mapping[str, Mix]) -> str:
    others = {"before": "in the year before", "colleagues": "among colleagues in these months"}
    said = [f"{trait.words}: {trait.text(found['now'].traits[name])}"]
    said += [
        f"{trait.text(found[group].traits[name])} {words}"
        for group, words in others.items()
        if enough(group, found) and name in found[group].traits
    ]
    return f"{'; '.join(said)}."


def enough(group: str, found: Mapping[str, Mix]) -> bool:
    """Whether there are such records; colleagues' of so many that none of them shows through."""
    return group in found and (group != "colleagues" or found[group].people >= LEAST_PEERS)


def late_coding(now: Mix | None) -> Sequence[str]:
    """Records whose diagnosis is not coded yet."""
    if now is None or NOT_CODED not in now.traits:
        return ()
    count = round(now.traits[NOT_CODED] * now.records)
    said = f"{in_figures(count)} of {how_many(now.records, 'record')}" if count else "No record"
    return (f"{said} still without a coded diagnosis.",)
