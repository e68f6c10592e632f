"""What stands in the forum of the small trust: Dr Clinician's, one shown and one held."""

from clinlead.learning.models import Post
from clinlead.learning.policies import Kind
from clinlead.learning.posting import Words, begin
from people import AT, Trust


def shown(trust: Trust, login: str = "clinician") -> Post:
    words = Words(
        kind=Kind.QUESTION,
        topic="small-numbers",
        title="How few patients are too few?",
        text="My colleague has nine patients and a rate of nothing. What do I say?",
    )
    return begin(words=words, by=trust.accounts[login], at=AT)


def held(trust: Trust) -> Post:
    """It names a colleague and a patient's number."""
    words = Words(
        kind=Kind.CASE,
        topic="conversation",
        title="A talk that went wrong",
        text="Dr Otherlead asked me about a patient, NHS number 943 476 5919. What now?",
    )
    return begin(words=words, by=trust.clinician, at=AT)
