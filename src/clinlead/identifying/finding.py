"""All that may say who somebody is in a text, in the text's order."""

from collections.abc import Iterable
from datetime import date

from clinlead.identifying.folding import fold
from clinlead.identifying.names import Roster, names_in
from clinlead.identifying.numbers import numbers_in
from clinlead.identifying.sorts import Finding, Place

NOBODY = Roster()
MOST_SHOWN = 3


def find(text: str, roster: Roster = NOBODY, *, on: date) -> list[Finding]:
    """Every place once; where two overlap, the surer and then the longer. `on`: the day's date."""
    folded = fold(text)
    found = []
    for start, end, sort, sure in apart(
        [*names_in(folded.text, roster), *numbers_in(folded.text, on)]
    ):
        first, last = folded.place(start, end)
        found.append(Finding(start=first, end=last, sort=sort, text=text[first:last], sure=sure))
    return found


def apart(places: Iterable[Place]) -> list[Place]:
    """No two overlap."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda one: (not one[3], one[0] - one[1], one[0])):
        if not any(place[0] < one[1] and one[0] < place[1] for one in kept):
            kept.append(place)
    return sorted(kept)


def why_identifying(text: str, roster: Roster = NOBODY, *, on: date) -> str | None:
    """The sentence for whoever wrote it; None where nothing surely says who somebody is."""
    sure = [one for one in find(text, roster, on=on) if one.sure]
    if not sure:
        return None
    shown = ", ".join(f"“{one.text}” ({one.sort.words})" for one in sure[:MOST_SHOWN])
    more = f" and {len(sure) - MOST_SHOWN} more" if len(sure) > MOST_SHOWN else ""
    return f"This may say who somebody is: {shown}{more}. Take it out, and write it again without."
