"""The evaluator has the published study as an example, coded in part by two, and staff read what
it found."""

from datetime import datetime
from typing import TYPE_CHECKING

from clinlead.access.models import Account
from clinlead.coding.comparing import Choice, Likeness
from clinlead.coding.example.including import include_example
from clinlead.coding.marking import code_passage, finish
from clinlead.coding.models import Code, Coding
from clinlead.coding.opening import open_to
from clinlead.coding.queries import codes_in_use, transcripts_in_use, with_work
from clinlead.coding.reconciling import decide, differences_of, reconcile
from clinlead.coding.results.publishing import Preface, publish
from clinlead.demo.keeping_time import no_earlier
from clinlead.evaluation.models import Study, Transcript

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

BEFORE = (
    "The evaluation that this way of working comes from. The counts are the published study’s; the "
    "quotes are invented, one line each."
)
CODED_BY_TWO = 6  # transcripts
MISSES, SEES_ANOTHER = 5, 7  # every so many codings
BECAUSE = {
    Likeness.FIRST_ONLY: "It is said in other words than the definition’s, but it is said.",
    Likeness.SECOND_ONLY: "The definition asks for more than a hint; it has an example now.",
    Likeness.OTHER_WORDS: "The sentence before it says the same.",
}
CHOSEN = {
    Likeness.FIRST_ONLY: Choice.FIRST,
    Likeness.SECOND_ONLY: Choice.NEITHER,
    Likeness.OTHER_WORDS: Choice.FIRST,
}


def include_study(making: "Making") -> None:
    evaluator = Account.objects.get(username="evaluator")
    at = no_earlier(making.went_live_at)
    study = include_example(by=evaluator, at=at)
    code_by_two(study, Account.objects.get(username="secondcoder"), at)
    preface = Preface(introduction=BEFORE, read_through=True)
    publish(study=study, preface=preface, by=evaluator, at=at)


def code_by_two(study: Study, second: Account, at: datetime) -> None:
    """The first transcripts, blind to each other, then settled; every count stays as it was."""
    codes = list(codes_in_use(study))
    for each in transcripts_in_use(study)[:CODED_BY_TWO]:
        own = list(each.codings.filter(coder=study.evaluator).select_related("code"))
        open_to(transcript=each, coder=second, by=study.evaluator, at=at)
        code_otherwise(each, own, codes, second, at)
        finish(transcript=each, by=second, at=at)
        settle(each, study.evaluator, at)


def code_otherwise(
    transcript: Transcript, own: list[Coding], codes: list[Code], by: Account, at: datetime
) -> None:
    """Mostly as the evaluator did, for the words are plain."""
    for place, one in enumerate(own, start=transcript.participant.number):
        code = codes[(place * 3) % len(codes)] if place % SEES_ANOTHER == 0 else one.code
        if place % MISSES:
            code_passage(
                transcript=transcript, code=code, start=one.start, end=one.end, by=by, at=at
            )


def settle(transcript: Transcript, by: Account, at: datetime) -> None:
    found = with_work(Transcript.objects.filter(pk=transcript.pk)).get()
    for each in differences_of(found):
        likeness = each.pair.likeness
        decide(
            transcript=found,
            key=each.key,
            choice=CHOSEN[likeness],
            because=BECAUSE[likeness],
            by=by,
            at=at,
        )
    reconcile(transcript=found, by=by, at=at)
