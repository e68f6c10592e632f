"""Who codes, who compares, and who writes what is found: pure rules. Default is no."""

from collections.abc import Collection
from dataclasses import dataclass, field

from clinlead.access.policies import Reader, Reason, Refusal, Role

NOT_SHOWN = Refusal(Reason.NOT_THEIRS_TO_SEE, "There is nothing here for you to see.")
ITS_EVALUATOR = "Only the study’s evaluator does this."


@dataclass(frozen=True, kw_only=True)
class StudyFacts:
    """What the rules need to know of a study that is coded."""

    evaluator_id: int
    codes: int = 1


@dataclass(frozen=True, kw_only=True)
class TranscriptFacts:
    """What the rules need to know of a transcript."""

    evaluator_id: int
    opened_to: frozenset[int] = field(default_factory=frozenset)  # second coders, by account
    finished: frozenset[int] = field(default_factory=frozenset)
    reconciled: bool = False
    in_use: bool = True  # there is no newer version of it

    @property
    def coders(self) -> frozenset[int]:
        return self.opened_to | {self.evaluator_id}


def may_read_study(reader: Reader, evaluator_id: int) -> bool:
    return reader.has(Role.EVALUATOR) and reader.account_id == evaluator_id


def why_not_read_study(reader: Reader, study: StudyFacts) -> Refusal | None:
    """Why this person may not know of a study’s codes and findings."""
    return None if may_read_study(reader, study.evaluator_id) else NOT_SHOWN


def why_not_edit_codebook(reader: Reader, study: StudyFacts, because: str) -> Refusal | None:
    """Why this person may not change the codebook. Every change says why."""
    refusal = why_not_read_study(reader, study)
    if refusal:
        return refusal
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the codebook’s history keeps it.")
    return None


def why_not_retire(theme: str) -> Refusal | None:
    """Why a code that a theme counts is not retired: its row would say that nobody said it."""
    if not theme:
        return None
    return Refusal(
        Reason.WRONG_STAGE,
        f"The theme “{theme}” counts it, or counts within it. Take that row out of its table "
        "first.",
    )


def why_not_write_findings(reader: Reader, study: StudyFacts) -> Refusal | None:
    """Why this person may not write themes, rows, quotes and the report."""
    refusal = why_not_read_study(reader, study)
    if refusal:
        return refusal
    if not study.codes:
        return Refusal(Reason.WRONG_STAGE, "Findings rest on codes: write the codebook first.")
    return None


@dataclass(frozen=True, kw_only=True)
class PublishFacts:
    """What the rules need to know of findings that staff are to read."""

    themes: int = 1  # that say something
    before: int = 0  # versions published already
    new: str = ""  # what is new since the last
    read_through: bool = False


def why_not_publish(reader: Reader, study: StudyFacts, facts: PublishFacts) -> Refusal | None:
    """Why this person may not publish findings to staff."""
    refusal = why_not_write_findings(reader, study)
    if refusal:
        return refusal
    if not facts.themes:
        return Refusal(Reason.WRONG_STAGE, "There is nothing to publish: write a theme first.")
    if facts.before and not facts.new.strip():
        return Refusal(Reason.NO_REASON_GIVEN, f"Say what is new since version {facts.before}.")
    if not facts.read_through:
        return Refusal(Reason.NOT_AGREED, "Read it through first, and say that you did.")
    return None


def why_not_take_back(
    reader: Reader, study: StudyFacts, because: str, *, standing: int
) -> Refusal | None:
    """Why this person may not take published results back. Staff read why."""
    refusal = why_not_read_study(reader, study)
    if refusal:
        return refusal
    if not standing:
        return Refusal(Reason.ALREADY_DONE, "Nothing of this study is published now.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; staff read it in place of the results.")
    return None


def why_not_include_example(reader: Reader, included: bool) -> Refusal | None:
    """Why this person may not have the published study as an example."""
    if not reader.has(Role.EVALUATOR):
        return NOT_SHOWN
    if included:
        return Refusal(Reason.ALREADY_DONE, "You have the example already.")
    return None


# ---- from one evaluator to the next --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class HandingFacts:
    """What the rules need to know of a study that passes to somebody."""

    evaluator_id: int
    to_id: int
    to_roles: Collection[Role] = ()
    unsettled: int = 0  # transcripts that they code blind
    offered_to: int | None = None
    left: bool = False  # its evaluator is none any more


def why_not_hand_on(reader: Reader, study: HandingFacts) -> Refusal | None:
    """Why this person may not offer a study to another evaluator."""
    if not may_read_study(reader, study.evaluator_id):
        return NOT_SHOWN
    if study.to_id == study.evaluator_id:
        return Refusal(Reason.OWN_WORK, "It is yours already.")
    if Role.EVALUATOR not in study.to_roles:
        return Refusal(Reason.EXCLUSIVE_ROLE, "Only another independent evaluator may have it.")
    return why_not_while_blind(study)


def why_not_take_over(reader: Reader, study: HandingFacts) -> Refusal | None:
    """Why this person may not have a study, whatever code they know: it was offered to somebody
    else, or its evaluator is still there."""
    if not reader.has(Role.EVALUATOR) or reader.account_id == study.evaluator_id:
        return NOT_SHOWN
    if study.offered_to != reader.account_id and not study.left:
        return NOT_SHOWN
    return why_not_while_blind(study)


def why_not_while_blind(study: HandingFacts) -> Refusal | None:
    if not study.unsettled:
        return None
    many = "a transcript" if study.unsettled == 1 else f"{study.unsettled} transcripts"
    return Refusal(
        Reason.WRONG_STAGE,
        f"They code {many} of it as second coder, blind. Settle that with them first, or close it "
        "to them.",
    )


# ---- transcripts and their coders ----------------------------------------------------------------


def why_not_read(reader: Reader, transcript: TranscriptFacts) -> Refusal | None:
    """Why this person may not know of a transcript: the evaluator's, and whom it is opened to."""
    if reader.has(Role.EVALUATOR) and reader.account_id in transcript.coders:
        return None
    return NOT_SHOWN


def why_not_code(reader: Reader, transcript: TranscriptFacts) -> Refusal | None:
    """Why this person may not code a transcript now."""
    refusal = why_not_read(reader, transcript)
    if refusal:
        return refusal
    if not transcript.in_use:
        return Refusal(Reason.WRONG_STAGE, "There is a newer version of this transcript.")
    if transcript.reconciled:
        return Refusal(Reason.ALREADY_DONE, "This transcript is reconciled; its codes stay.")
    if reader.account_id in transcript.finished:
        return Refusal(Reason.ALREADY_DONE, "You have finished this transcript. Take it up again.")
    return None


def why_not_finish(reader: Reader, transcript: TranscriptFacts) -> Refusal | None:
    return why_not_code(reader, transcript)


def why_not_take_up(reader: Reader, transcript: TranscriptFacts) -> Refusal | None:
    """Why this person may not go on coding: once both have finished, both have seen both."""
    refusal = why_not_read(reader, transcript)
    if refusal:
        return refusal
    if reader.account_id not in transcript.finished:
        return Refusal(Reason.ALREADY_DONE, "You have not finished this transcript.")
    if both_finished(transcript):
        return Refusal(
            Reason.WRONG_STAGE, "Both of you have finished, so both can see both. Settle it now."
        )
    return None


def both_finished(transcript: TranscriptFacts) -> bool:
    return bool(transcript.opened_to) and transcript.coders <= transcript.finished


def why_not_compare(reader: Reader, transcript: TranscriptFacts) -> Refusal | None:
    """Why this person may not see the other's codes: coders are blind until both have finished."""
    refusal = why_not_read(reader, transcript)
    if refusal:
        return refusal
    if not transcript.opened_to:
        return Refusal(Reason.WRONG_STAGE, "Nobody else codes this transcript.")
    if not both_finished(transcript):
        return Refusal(
            Reason.WRONG_STAGE, "Until both of you have finished, neither sees the other’s codes."
        )
    return None


def why_not_decide(reader: Reader, transcript: TranscriptFacts, because: str) -> Refusal | None:
    """Why this person may not settle a difference. Every decision says why."""
    refusal = why_not_compare(reader, transcript)
    if refusal:
        return refusal
    if transcript.reconciled:
        return Refusal(Reason.ALREADY_DONE, "This transcript is reconciled.")
    if not because.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Say why; the record of decisions keeps it.")
    return None


@dataclass(frozen=True, kw_only=True)
class CoderFacts:
    """What the rules need to know of somebody who is to code as well."""

    account_id: int
    roles: Collection[Role] = ()
    has_it: bool = False


def why_not_open_to(
    reader: Reader, transcript: TranscriptFacts, coder: CoderFacts
) -> Refusal | None:
    """Why this person may not open a transcript to a second coder."""
    if not may_read_study(reader, transcript.evaluator_id):
        return NOT_SHOWN
    if coder.account_id == transcript.evaluator_id:
        return Refusal(Reason.OWN_WORK, "Somebody else codes beside you.")
    if Role.EVALUATOR not in coder.roles:
        return Refusal(
            Reason.EXCLUSIVE_ROLE,
            "Only another independent evaluator may read what participants said. A system "
            "administrator gives that role.",
        )
    if coder.has_it:
        return Refusal(Reason.ALREADY_DONE, "It is opened to them already.")
    if transcript.opened_to:
        return Refusal(Reason.ALREADY_DONE, "Somebody else codes this transcript with you.")
    return None


def why_not_close(reader: Reader, transcript: TranscriptFacts, account_id: int) -> Refusal | None:
    """Why this person may not take a transcript back from a second coder."""
    if not may_read_study(reader, transcript.evaluator_id):
        return NOT_SHOWN
    if account_id not in transcript.opened_to:
        return Refusal(Reason.ALREADY_DONE, "It is not opened to them.")
    return None


# ---- memos ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MemoFacts:
    """What the rules need to know of a memo."""

    by_id: int | None
    transcript: TranscriptFacts | None = None  # that it is about
    evaluator_id: int = 0


def why_not_read_memo(reader: Reader, memo: MemoFacts) -> Refusal | None:
    """Why this person may not read a memo: blind as codes are, or the evaluator's own."""
    if memo.transcript is None:
        return None if may_read_study(reader, memo.evaluator_id) else NOT_SHOWN
    if reader.account_id == memo.by_id:
        return why_not_read(reader, memo.transcript)
    return why_not_compare(reader, memo.transcript)
