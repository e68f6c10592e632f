"""Codes looked at together: who was given them, which occur together, and when new ones came."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clinlead.coding.counting import GROUPS
from clinlead.coding.facts import saturation_words, steps_of
from clinlead.coding.models import Theme
from clinlead.coding.queries import coded, codes_in_use, given
from clinlead.coding.retrieving import Coded, Step, by_group, in_one_case, together
from clinlead.evaluation.models import Study
from clinmeasures.charts.drawing import DATA, Canvas, Scale, circle

MOST_PAIRS = 40
WIDE, NARROW = 720, 320
BOTTOM = 46  # room for the lower axis


@dataclass(frozen=True)
class PatternsPage:
    groups: Sequence[tuple[str, Sequence[str]]]  # a code, and n/N of each group
    pairs: Sequence[tuple[str, str, int, int]]  # two codes, passages and participants in common
    more_pairs: int
    steps: Sequence[Step]
    said: str

    @classmethod
    def of(cls, study: Study) -> "PatternsPage":
        names = dict(codes_in_use(study).values_list("pk", "name"))
        counted_in = given(study)
        groups = [
            (name, [f"{n}/{of}" for n, of in map(by_group(counted_in, pk).get, GROUPS)])  # type: ignore[misc]
            for pk, name in names.items()
        ]
        overlapping, shared = together(coded(study)), in_one_case(counted_in)
        order = sorted(shared, key=lambda two: (-overlapping.get(two, 0), -shared[two], two))
        pairs = [(names[a], names[b], overlapping.get((a, b), 0), shared[a, b]) for a, b in order]
        steps = steps_of(counted_in)
        return cls(
            groups, pairs[:MOST_PAIRS], len(pairs[MOST_PAIRS:]), steps, saturation_words(steps)
        )

    @property
    def wide(self) -> str:
        return curve(self.steps, self.said, WIDE)

    @property
    def narrow(self) -> str:
        return curve(self.steps, self.said, NARROW)

    @property
    def group_rows(self) -> list[list[str]]:
        return [[name, *shares] for name, shares in self.groups]

    @property
    def pair_rows(self) -> list[tuple[str, int, int]]:
        return [(f"{one} and {other}", n, shared) for one, other, n, shared in self.pairs]

    @property
    def rows(self) -> list[tuple[int, str, int, int]]:
        return [
            (place, step.case.group, len(step.new), step.so_far)
            for place, step in enumerate(self.steps, start=1)
        ]


def said_to(themes: Iterable[Theme], codings: Iterable[Coded]) -> Counter[tuple[int, int]]:
    """How many passages each participant has under the codes that each theme counts."""
    under: dict[int, set[int]] = {}
    for theme in themes:
        for row in theme.rows.all():
            under.setdefault(row.code_id, set()).add(theme.pk)
    return Counter((theme, each.case) for each in codings for theme in under.get(each.code, ()))


def curve(steps: Sequence[Step], said: str, width: int) -> str:
    """Codes so far after each interview, as accessible SVG; nothing where there is none."""
    if not steps:
        return ""
    canvas = Canvas(width, width * 0.45, 13 if width < 480 else 14)
    most = max(steps[-1].so_far, 1)
    x = Scale(1, max(len(steps), 2), 40, width - 16)
    y = Scale(0, most, canvas.height - BOTTOM, 24)
    canvas.line(x.start, y.start, x.end, y.start, 'stroke-opacity="0.6"')
    canvas.line(x.start, y.start, x.start, y.end, 'stroke-opacity="0.6"')
    for value in (0, most):
        canvas.text(x.start - 6, y(value) + 5, str(value), anchor="end")
    for place in (1, len(steps)):
        canvas.text(x(place), y.start + 18, str(place), anchor="middle")
    canvas.text(x.start, 14, "Codes so far")
    canvas.text(x.end, y.start + 38, "Interviews", anchor="end")
    places = [(x(n), y(step.so_far)) for n, step in enumerate(steps, start=1)]
    canvas.path(places, f'fill="none" stroke="{DATA}" stroke-width="2"')
    canvas.add(*(circle(px, py, 4, f'fill="{DATA}"') for px, py in places))
    title = "When did new codes come?"
    return canvas.finished(title=title, description=said, id_prefix=f"saturation-{width}")
