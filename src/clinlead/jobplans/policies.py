"""Who may see a job plan, and who asks and answers about it: pure rules. Default is no."""

from dataclasses import dataclass

from clinlead.access.policies import (
    OwnerFacts,
    Reader,
    Reason,
    Refusal,
    Role,
    why_not_decide_for,
    why_not_see_profile,
)

LEAST_IN_AN_AGGREGATE = 10  # clinicians behind a number that an executive reads
LEAST_PEERS = 5  # others, before their work is summed up beside one's own
NOT_YOURS_TO_SEE = Refusal(Reason.NOT_THEIRS_TO_SEE, "This job plan is not yours to see.")


def why_not_see_plan(reader: Reader, owner: OwnerFacts) -> Refusal | None:
    """Why this person may not read a clinician's job plan.

    Their own, their lead, their division's chief, HR; a clinical director's and a chief's the
    medical director too, who answers for a chief.
    """
    if reader.has(Role.DIRECTOR) and (owner.owner_leads or owner.owner_goes_to_director):
        return None
    return why_not_see_profile(reader, owner) and NOT_YOURS_TO_SEE


def why_not_see_plans(reader: Reader, department_id: int) -> Refusal | None:
    """Why this person may not read the job plans of a department, by name."""
    if department_id in reader.leads | reader.chief_of or reader.has(Role.HR):
        return None
    return NOT_YOURS_TO_SEE


def why_not_see_aggregate(reader: Reader, people: int) -> Refusal | None:
    """Why an executive may not read a department's planned and delivered sessions, unnamed."""
    if not reader.has(Role.EXECUTIVE):
        return NOT_YOURS_TO_SEE
    if people < LEAST_IN_AN_AGGREGATE:
        return Refusal(
            Reason.NOT_THEIRS_TO_SEE,
            f"Fewer than {LEAST_IN_AN_AGGREGATE} clinicians stand behind this number.",
        )
    return None


@dataclass(frozen=True, kw_only=True)
class QuestionFacts:
    """What the rules need to know of a question about somebody's job plan."""

    owner: OwnerFacts
    answered: bool = False
    closed: bool = False


def why_not_ask(reader: Reader, owner: OwnerFacts, text: str) -> Refusal | None:
    """Why this person may not ask the lead about a clinician's job plan."""
    if not reader.has(Role.HR):
        return Refusal(Reason.NOT_YOURS, "HR checks job plans against contract and activity.")
    if reader.person_id == owner.person_id:
        return Refusal(Reason.OWN_CASE, "Somebody else in HR checks your own job plan.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write what you want to know.")
    return None


def why_not_answer(reader: Reader, question: QuestionFacts, text: str) -> Refusal | None:
    """Why this person may not answer HR's question. Nobody answers for their own plan."""
    refusal = why_not_decide_for(reader, question.owner)
    if refusal:
        return refusal
    if question.closed:
        return Refusal(Reason.ALREADY_DONE, "HR has closed this question.")
    if question.answered:
        return Refusal(Reason.ALREADY_DONE, "This question has been answered already.")
    if not text.strip():
        return Refusal(Reason.NO_REASON_GIVEN, "Write your answer before you send it.")
    return None


def why_not_close(reader: Reader, question: QuestionFacts) -> Refusal | None:
    """Why this person may not close a question: HR reads the answer first."""
    if not reader.has(Role.HR):
        return Refusal(Reason.NOT_YOURS, "HR asked, and HR closes the question.")
    if reader.person_id == question.owner.person_id:
        return Refusal(Reason.OWN_CASE, "Somebody else in HR closes a question about you.")
    if question.closed:
        return Refusal(Reason.ALREADY_DONE, "This question is closed already.")
    if not question.answered:
        return Refusal(Reason.WRONG_STAGE, "It has not been answered yet.")
    return None
