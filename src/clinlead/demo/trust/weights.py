"""What a stay or an attendance weighs in the invented trust: its own averages of the first year."""

from typing import Any

import numpy as np

from clinlead.demo.trust.plan import MINUTES_A_DAY, as_day, months_before
from clinlead.demo.trust.spells import World
from clinmeasures.definitions.fields import DIAGNOSIS_CHAPTERS

SOURCE = "trust-averages-1"
FIRST, FOLLOW_UP = 1500, 750  # thousandths of an average attendance, as slots are planned
LEAST, MOST = 200, 5000


def weight_rows(world: World) -> list[dict[str, Any]]:
    """The file of weights that the engine reads: stays by chapter, attendances by type."""
    rows = [
        {"record": "spells", "field": "diagnosis_chapter", "code": chapter, "weight": weight}
        for chapter, weight in stays(world).items()
    ]
    rows += [
        {"record": "theatre", "field": "specialty", "code": "*", "weight": 1000},
        {"record": "clinics", "field": "attendance_type", "code": "first", "weight": FIRST},
        {"record": "clinics", "field": "attendance_type", "code": "follow_up", "weight": FOLLOW_UP},
    ]
    return [{"source": SOURCE, **row} for row in rows]


def stays(world: World) -> dict[str, int]:
    """Chapter → its average stay against that of all, in thousandths; the rest is average."""
    own = world.spells
    year = as_day(months_before(world.plan.end, max(world.plan.months - 12, 0))) * MINUTES_A_DAY
    early = own["discharged"] < year
    length = (own["discharged"] - own["admitted"])[early] / MINUTES_A_DAY
    groups = np.array([str(code)[:3] for code in own["diagnosis_code"][early]])
    lasts = np.array([last for last, _ in DIAGNOSIS_CHAPTERS])
    chapter = np.searchsorted(lasts, groups)
    found = {}
    for place in np.unique(chapter[chapter < lasts.size]):
        ratio = 1000 * length[chapter == place].mean() / length.mean()
        found[DIAGNOSIS_CHAPTERS[place][1]] = int(np.clip(round(ratio), LEAST, MOST))
    return found | {"*": 1000}
