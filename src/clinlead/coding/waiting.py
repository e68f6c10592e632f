"""What waits for somebody who codes, for their home page."""

from django.db.models import Exists, OuterRef

from clinlead.coding.models import Work


def waiting(account_id: int) -> tuple[int, int]:
    """Transcripts opened to them that they have not finished; those that both are to settle."""
    mine = Work.objects.filter(coder=account_id, closed_at=None, transcript__reconciled=None)
    opened = mine.exclude(transcript__study__evaluator=account_id).filter(finished_at=None)
    others = Work.objects.filter(transcript=OuterRef("transcript"), closed_at=None).exclude(
        coder=account_id
    )
    settle = mine.filter(
        Exists(others), ~Exists(others.filter(finished_at=None)), finished_at__isnull=False
    )
    return opened.count(), settle.count()
