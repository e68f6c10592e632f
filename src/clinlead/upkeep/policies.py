"""Who may have everything that is held about a person: pure."""

from clinlead.access.policies import Reader, Reason, Refusal, Role

PURPOSE = "Say for which request: its number or date. The person reads it."


def why_not_export_for_others(reader: Reader) -> Refusal | None:
    if reader.has(Role.DPO):
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE, "The data protection officer answers subject access requests."
    )


def why_not_export(reader: Reader, account_id: int, purpose: str) -> Refusal | None:
    """One's own is there at any time; another's for a stated request."""
    if account_id == reader.account_id:
        return None
    refusal = why_not_export_for_others(reader)
    if refusal is None and not purpose.strip():
        return Refusal(Reason.NO_REASON_GIVEN, PURPOSE)
    return refusal
