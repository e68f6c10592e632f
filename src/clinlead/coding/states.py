"""Where a transcript stands, in a word and a colour."""

from clinlead.coding.policies import both_finished
from clinlead.coding.queries import facts_of
from clinlead.evaluation.models import Transcript


def state_of(transcript: Transcript) -> tuple[str, str]:
    """Of a transcript that came `with_work`."""
    facts = facts_of(transcript)
    begun = bool(transcript.open_work)  # type: ignore[attr-defined]
    if facts.reconciled:
        return "settled by both", "green"
    if both_finished(facts):
        return "to be settled", "yellow"
    if facts.opened_to:
        return f"{len(facts.finished)} of 2 have finished", "blue"
    if facts.finished:
        return "coded to the end", "green"
    return ("begun", "blue") if begun else ("not begun", "grey")
