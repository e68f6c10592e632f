"""A report as blocks, the same for page, paper and document, in the order of a journal. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clinlead.coding.checklist import Ticked, parts
from clinlead.coding.counting import GROUPS, IN_WORDS
from clinlead.coding.findings import TABLE, Cohort, ThemeFound, as_table


@dataclass(frozen=True)
class Block:
    """Words, a table, a quote, or lines of a list."""

    kind: str  # "words", "table", "quote", "list"
    words: str = ""  # of a table its caption
    who: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Section:
    title: str
    level: int
    blocks: Sequence[Block] = ()
    part: str = ""  # the evaluator’s part that is written here


@dataclass(frozen=True, kw_only=True)
class Report:
    title: str
    sections: Sequence[Section]

    def as_content(self, *, foot: str) -> dict[str, Any]:
        """As the paper's template takes it."""
        return {
            "title": self.title,
            "foot": foot,
            "sections": [
                {"title": s.title, "level": s.level, "blocks": [vars(b) for b in s.blocks]}
                for s in self.sections
            ],
        }


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a report is made of."""

    title: str
    cohort: Cohort
    themes: Sequence[ThemeFound]
    written: Mapping[str, str]  # the evaluator's parts, by name
    facts: Mapping[str, str]
    checklist: Mapping[str, Sequence[Ticked]] = field(default_factory=dict)


FACTS_UNDER = {  # what the data say in a part, after the evaluator's own words
    "team": ("reflexive",),
    "sampling": ("interviewed", "declined"),
    "collection": ("duration",),
    "analysis": ("coders", "codebook", "saturation", "software"),
    "trust": ("agreement",),
}
FINDINGS_BEFORE = "Discussion"
NOT_WRITTEN = "Not written yet."


def report(content: Content) -> Report:
    return Report(title=content.title, sections=list(sections(content)))


def sections(content: Content) -> Iterator[Section]:
    under = ""
    for part in parts().values():
        if part.under == FINDINGS_BEFORE != under:
            yield from findings(content)
        if part.under and part.under != under:
            yield Section(part.under, 2)
        under = part.under
        if part.title != part.under:
            yield Section(part.title, 3 if part.under else 2, said(content, part.name), part.name)
        else:
            yield Section("Interpretation and prior work", 3, said(content, part.name), part.name)
    yield from checklists(content)


def said(content: Content, name: str) -> list[Block]:
    """The evaluator's paragraphs, then what the data say."""
    text = content.written.get(name, "")
    blocks = [Block("words", line) for line in text.splitlines() if line.strip()]
    facts = [content.facts.get(fact, "") for fact in FACTS_UNDER.get(name, ())]
    blocks += [Block("words", fact) for fact in facts if fact]
    return blocks or [Block("words", NOT_WRITTEN)]


def findings(content: Content) -> Iterator[Section]:
    cohort = content.cohort
    rows = [[IN_WORDS[g].capitalize(), str(cohort.in_group(g))] for g in GROUPS]
    yield Section("Findings", 2)
    yield Section(
        "Participants",
        3,
        [
            Block("words", cohort.sentence()),
            Block("table", "Participants", columns=("Group", "Interviewed"), rows=rows),
            *([Block("list", "Not counted", rows=[[e] for e in cohort.exclusions])]
              if cohort.exclusions else []),
        ],
    )  # fmt: skip
    for theme in content.themes:
        yield Section(f"Theme {theme.number}: {theme.title}", 3, theme_blocks(theme))


def theme_blocks(theme: ThemeFound) -> list[Block]:
    blocks = [Block("words", line) for line in theme.summary.splitlines() if line.strip()]
    if theme.rows:
        caption = f"Theme {theme.number}: how many said it, of whom"
        blocks.append(Block("table", caption, columns=TABLE, rows=as_table(theme.rows)))
    blocks += [Block("quote", quote.words, quote.who) for quote in theme.quotes]
    return blocks


def checklists(content: Content) -> Iterator[Section]:
    if content.checklist:
        yield Section("Checklists", 2)
    for name, items in content.checklist.items():
        rows = [[t.item.number, t.item.asks, t.how.value, t.said] for t in items]
        columns = ("Item", "What it asks", "Answered", "How")
        yield Section(name, 3, [Block("table", name, columns=columns, rows=rows)])
