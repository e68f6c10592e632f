"""What the page of a questionnaire shows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clinlead.access.policies import Button
from clinlead.evaluation.filling import is_open
from clinlead.evaluation.models import (
    Opening,
    QuestionnaireVersion,
    Round,
    RoundComment,
)
from clinlead.evaluation.policies import (
    RELEVANT_FROM,
    VersionState,
    why_not_edit,
    why_not_open_form,
    why_not_use,
)
from clinlead.evaluation.questions import Content, Purpose, content_of
from clinlead.evaluation.results import validity
from clinlead.evaluation.versions import version_facts

COLOURS = {VersionState.DRAFT: "yellow", VersionState.IN_USE: "green", VersionState.RETIRED: "grey"}


@dataclass(frozen=True)
class Rated:
    """How relevant a question was found, by how many."""

    text: str
    by: int
    share: float | None


@dataclass(frozen=True)
class RoundLine:
    round: Round
    comments: list[RoundComment]
    rated: list[Rated]

    @classmethod
    def of(cls, round_: Round, content: Content) -> "RoundLine":
        comments = list(round_.comments.all())
        return cls(round_, comments, rated(comments, content))


def rated(comments: Sequence[RoundComment], content: Content) -> list[Rated]:
    by_question: dict[str, list[int]] = defaultdict(list)
    for each in comments:
        if each.relevance is not None:
            by_question[each.question].append(each.relevance)
    texts = {each.key: each.text for each in content.questions} | {"": "The whole"}
    return [
        Rated(texts.get(key, key), len(given), validity(given, relevant_from=RELEVANT_FROM))
        for key, given in by_question.items()
    ]


@dataclass(frozen=True)
class VersionPage:
    version: QuestionnaireVersion
    content: Content
    colour: str
    is_form: bool
    edits: bool
    use: Button
    rounds: list[RoundLine]
    running: Round | None
    others: list[QuestionnaireVersion]
    openings: list[tuple[Opening, bool, int]]
    opens: bool

    @classmethod
    def of(cls, version: QuestionnaireVersion, at: datetime) -> "VersionPage":
        facts, content = version_facts(version), content_of(version.content)
        rounds = list(version.rounds.prefetch_related("comments"))
        openings = [
            (one, is_open(one, at), one.filled_in.count()) for one in version.openings.all()
        ]
        is_form = version.questionnaire.purpose == Purpose.FORM
        running = any(now for _, now, _ in openings)
        return cls(
            version=version,
            content=content,
            colour=COLOURS[facts.state],
            is_form=is_form,
            edits=why_not_edit(facts) is None,
            use=Button.guarded("Put it into use", why_not_use(facts)),
            rounds=[RoundLine.of(one, content) for one in rounds],
            running=next((one for one in rounds if one.ended_at is None), None),
            others=list(version.questionnaire.versions.exclude(pk=version.pk).defer("content")),
            openings=openings,
            opens=why_not_open_form(facts, is_form=is_form, open_now=running) is None,
        )
