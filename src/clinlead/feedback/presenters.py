"""A round as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clinlead.access.policies import Button, Reader, is_owner, whoever_leads
from clinlead.feedback import policies
from clinlead.feedback.facts import GROUPS, Group, RoundFacts, Scored, unbalanced
from clinlead.feedback.models import Rater, Round
from clinlead.feedback.queries import QuestionShown, answers_of, own_words_of
from clinlead.feedback.questionnaire import questionnaire

SOME_DAY = date.max  # any to come
FEW = "too few could say"


@dataclass(frozen=True, kw_only=True)
class RoundPage:
    """Everything that this reader, one of the two, may know."""

    round: Round
    own: bool
    other: str
    state: str
    raters: Sequence[tuple[Rater, str]]
    unbalanced: str
    chooses: bool
    asks: Button
    asks_longer: bool
    assesses: bool
    answered: int
    chosen: int
    why_not_shown: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    agrees: bool
    agreed: Sequence[tuple[str, str]]
    why_no_words: str
    well: Sequence[str]
    better: Sequence[str]

    @classmethod
    def of(cls, found: Round, facts: RoundFacts, reader: Reader) -> "RoundPage":
        own = is_owner(reader, facts.two.owner)
        reads = policies.why_not_read(reader, facts)
        words = policies.why_not_read_words(reader, facts)
        answers = [] if reads else answers_of(found)
        well, better = ([], []) if words else own_words_of(found)
        return cls(
            round=found,
            own=own,
            other=other_of(found, facts, own=own),
            state=state_of(facts, reader),
            raters=[(one, GROUPS[Group(one.group)]) for one in raters_of(found)],
            unbalanced=unbalanced(facts.groups),
            chooses=policies.why_not_choose(reader, facts) is None,
            asks=Button.guarded("Ask them", policies.why_not_ask(reader, facts, SOME_DAY)),
            asks_longer=policies.why_not_ask_longer(reader, facts, SOME_DAY) is None,
            assesses=policies.why_not_assess_oneself(reader, facts) is None,
            answered=facts.answered,
            chosen=facts.chosen,
            why_not_shown=reads.because if reads else "",
            columns=columns(),
            rows=[row_of(one) for one in answers],
            groups=tables_of(answers),
            agrees=policies.why_not_agree(reader, facts, "words") is None,
            agreed=[
                (who, said)
                for who, said in (
                    ("The clinician", found.clinician_reads),
                    ("The reviewer", found.reviewer_reads),
                )
                if said
            ],
            why_no_words=words.because if words and not reads else "",
            well=well,
            better=better,
        )


@dataclass(frozen=True, kw_only=True)
class EscalatedPage:
    """What HR reads of a round once a concern has brought them in: what was said, and no names."""

    round: Round
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]]
    why_no_words: str
    well: Sequence[str]
    better: Sequence[str]

    @classmethod
    def of(cls, found: Round, facts: RoundFacts) -> "EscalatedPage":
        held_back = policies.why_words_held_back(facts)
        answers = answers_of(found)
        well, better = ([], []) if held_back else own_words_of(found)
        return cls(
            round=found,
            columns=columns(),
            rows=[row_of(one) for one in answers],
            groups=tables_of(answers),
            why_no_words=held_back.because if held_back else "",
            well=well,
            better=better,
        )


def raters_of(found: Round) -> list[Rater]:
    return list(found.raters.select_related("account__person"))


def other_of(found: Round, facts: RoundFacts, *, own: bool) -> str:
    if not own:
        return found.person.name
    return str(found.held_by) if facts.two.holder_decides else whoever_leads(facts.two.owner)


def state_of(facts: RoundFacts, reader: Reader) -> str:
    if not facts.asked:
        return "choosing colleagues"
    return "answers are in" if facts.over(reader.on) else "colleagues answer"


def columns() -> list[str]:
    return ["Question", "Answers", *questionnaire().scale.values(), "Cannot say", "Own view"]


def row_of(one: QuestionShown) -> list[str]:
    return [one.question.text, *cells(one.everybody), one.own or "–"]


def cells(found: Scored) -> list[str]:
    """How many answers there are, and how many of each; a question that few could answer is not
    shown."""
    if not found.shown:
        return [FEW, *("–" for _ in found.counts), "–"]
    return [str(found.answers), *map(str, found.counts.values()), str(found.cannot_say)]


def tables_of(answers: Sequence[QuestionShown]) -> list[tuple[str, list[list[str]]]]:
    """A table for each group that may stand apart: how many said often or always, of how many."""
    groups = {group for one in answers for group, _ in one.apart}
    return [
        (
            GROUPS[group],
            [[one.question.text, share(dict(one.apart).get(group))] for one in answers],
        )
        for group in Group
        if group in groups
    ]


def share(found: Scored | None) -> str:
    if found is None:
        return FEW
    high = sorted(found.counts)[-2:]
    return f"{sum(found.counts[step] for step in high)} of {found.answers}"
