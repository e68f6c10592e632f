"""What of a study’s findings is published to staff, as it stood on that day. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clinlead.coding.counting import GROUPS, IN_WORDS, ONE
from clinlead.coding.findings import Cohort, RowFound, ThemeFound, as_table

# Below this a count nearly says who said it. The study’s own smallest denominator is 7.
FEWEST = 5


@dataclass(frozen=True, kw_only=True)
class PublishedRow:
    """A line of a theme’s table, in the words that were published."""

    code: str
    share: str  # empty: too few are counted, so it is not shown
    percent: str
    interval: str
    among: str
    remarks: str

    @classmethod
    def of(cls, row: RowFound) -> "PublishedRow":
        code, share, percent, interval, among, remarks = as_table([row])[0]
        if row.counted.of < FEWEST:
            share = percent = interval = ""
        return cls(
            code=code,
            share=share,
            percent=percent,
            interval=interval,
            among=among,
            remarks=remarks,
        )


@dataclass(frozen=True, kw_only=True)
class PublishedTheme:
    """A theme without its quotes, which are kept apart so that they can go."""

    number: int
    title: str
    summary: str
    rows: Sequence[PublishedRow]

    @classmethod
    def of(cls, theme: ThemeFound) -> "PublishedTheme":
        return cls(
            number=theme.number,
            title=theme.title,
            summary=theme.summary,
            rows=[PublishedRow.of(row) for row in theme.rows],
        )


@dataclass(frozen=True, kw_only=True)
class Published:
    """Everything of one version but its quotes."""

    cohort: str
    exclusions: Sequence[str]
    themes: Sequence[PublishedTheme]

    @classmethod
    def of(cls, cohort: Cohort, themes: Iterable[ThemeFound]) -> "Published":
        return cls(
            cohort=cohort.sentence(),
            exclusions=cohort.exclusions,
            themes=[PublishedTheme.of(theme) for theme in themes],
        )

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Published":
        """As it was kept."""
        themes = [
            PublishedTheme(**{**each, "rows": [PublishedRow(**row) for row in each["rows"]]})
            for each in kept["themes"]
        ]
        return cls(cohort=kept["cohort"], exclusions=kept["exclusions"], themes=themes)

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


def anything_to_show(themes: Iterable[ThemeFound]) -> int:
    """How many themes say something."""
    return sum(bool(theme.rows or theme.quotes or theme.summary.strip()) for theme in themes)


def cautions(cohort: Cohort, themes: Sequence[ThemeFound], named: Sequence[str]) -> list[str]:
    """What the evaluator should look at before staff read it."""
    quoted = {quote.who.split()[0] for theme in themes for quote in theme.quotes}
    numbers = {group: cohort.in_group(group) for group in GROUPS if group in quoted}
    said = [
        f"Only {number} {(ONE if number == 1 else IN_WORDS)[group]} took part: colleagues may "
        f"guess whose words stand under {group}."
        for group, number in numbers.items()
        if number < FEWEST
    ]
    rows = [row for theme in themes for row in theme.rows if row.counted.of < FEWEST]
    said += [
        f"“{row.code}” counts fewer than {FEWEST} people ({row.among}): staff see the row without "
        "its numbers."
        for row in rows
    ]
    if named:
        said.append(f"These words may say who somebody is: {', '.join(named)}.")
    return said


def all_words(published: Published, quotes: Iterable[str], more: Iterable[str] = ()) -> str:
    """Every word that staff would read, to be looked through for names."""
    lines = [line for theme in published.themes for line in (theme.title, theme.summary)]
    lines += [w for theme in published.themes for r in theme.rows for w in (r.code, r.remarks)]
    return "\n".join([*lines, *quotes, *more])
