"""Who does not stand beside a figure, by how many and why, and never by name. Pure."""

from collections.abc import Collection, Mapping

from clinlead.figures.comparing import enough
from clinlead.figures.sums import Sums
from clinmeasures.definitions import Definition
from clinmeasures.wording.units import how_many


def left_out_words(
    sums: Mapping[str, Sums],
    shown: Collection[str],
    definition: Definition,
    *,
    unlike: Collection[str],
    noun: str = "colleague",
) -> str:
    """How many of these are not shown, and why; nothing where all are."""
    out = {unit: each for unit, each in sums.items() if each.n and unit not in shown}
    other = out.keys() & set(unlike)
    few = out.keys() - other - enough(out, definition).keys()
    reasons = (
        (len(other), "whose role profile says that the work is not like the others'"),
        (len(few), f"with fewer cases than the {definition.minimum} that this measure needs"),
        (len(out) - len(other) - len(few), "lest one figure be worked out by taking away"),
    )
    said = [f"{count} {why}" for count, why in reasons if count]
    if not said:
        return ""
    verb = "is" if len(out) == 1 else "are"
    return f"{how_many(len(out), noun)} {verb} left out: {'; '.join(said)}."
