"""Two coders' work as pages show it: side by side, and their agreement code by code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clinlead.access.models import Account
from clinlead.coding.comparing import Choice, Likeness, agreed, choices_for
from clinlead.coding.models import Code, Decision
from clinlead.coding.policies import TranscriptFacts
from clinlead.coding.reconciling import (
    Difference,
    coders_of,
    differences_of,
    finished_by,
    pairs_of,
    readings_of,
)
from clinlead.coding.spans import Span
from clinlead.evaluation.models import Study, Transcript
from clinmeasures.agreement import Agreement

AROUND = 60  # characters of context on each side


@dataclass(frozen=True)
class Side:
    """A difference as the two had it, with the words around."""

    key: str
    code: str
    first: str
    second: str
    before: str
    after: str
    choices: Sequence[Choice]
    decision: Decision | None


@dataclass(frozen=True)
class ComparePage:
    names: tuple[str, str]
    same: int
    sides: Sequence[Side]
    reconciled: bool

    @property
    def left(self) -> int:
        return sum(side.decision is None for side in self.sides)

    @classmethod
    def of(cls, transcript: Transcript, facts: TranscriptFacts) -> "ComparePage":
        differences = differences_of(transcript)
        wanted = {each.pair.code for each in differences}
        codes = dict(Code.objects.filter(pk__in=wanted).values_list("pk", "name"))
        accounts = Account.objects.select_related("person").in_bulk(coders_of(transcript))
        first, second = (str(accounts[pk]) for pk in coders_of(transcript))
        return cls(
            (first, second),
            sum(pair.likeness is Likeness.SAME for pair in pairs_of(transcript)),
            [side_of(each, codes, transcript.text) for each in differences],
            facts.reconciled,
        )


def side_of(each: Difference, codes: dict[int, str], text: str) -> Side:
    pair = each.pair
    return Side(
        key=each.key,
        code=codes.get(pair.code, ""),
        first=words_of(text, pair.first.span if pair.first else None),
        second=words_of(text, pair.second.span if pair.second else None),
        before=text[max(0, pair.span.start - AROUND) : pair.span.start],
        after=text[pair.span.end : pair.span.end + AROUND],
        choices=choices_for(pair),
        decision=each.decision,
    )


def words_of(text: str, span: Span | None) -> str:
    return text[span.start : span.end] if span else ""


@dataclass(frozen=True)
class AgreedPage:
    """Agreement by code, in the codebook's order, and over all."""

    transcripts: int
    lines: int
    rows: Sequence[tuple[str, Agreement]]
    overall: Agreement


def agreement_of(
    study: Study, finished: Mapping[int, Sequence[int]] | None = None
) -> AgreedPage | None:
    """Of every transcript that two have finished; `finished_by`, where it is known already."""
    readings = readings_of(study, finished_by(study) if finished is None else finished)
    found = agreed(readings)
    if found is None:
        return None
    names = study.codes.filter(pk__in=found.codes).values_list("pk", "name")
    return AgreedPage(
        len(readings), found.lines, [(name, found.codes[pk]) for pk, name in names], found.overall
    )
