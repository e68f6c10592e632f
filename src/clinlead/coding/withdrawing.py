"""What goes besides the transcripts, with all on them, when somebody takes consent back."""

from clinlead.coding.models import Cell, LeftOut
from clinlead.evaluation.models import Participant


def forget(*, participant: Participant) -> None:
    """What they said in the evaluator’s words, and why they were left out (ON_WITHDRAWAL)."""
    Cell.objects.filter(participant=participant).delete()
    LeftOut.objects.filter(participant=participant).delete()
