"""Who reads the framework's own measures: pure rules. Default is no."""

from clinlead.access.policies import Reader, Reason, Refusal, Role

READS = (Role.PROJECT_TEAM, Role.EXECUTIVE)
LEAST = 10  # clinicians behind a month of a series


def why_not_read(reader: Reader) -> Refusal | None:
    """Why this person may not read how the framework itself is doing."""
    if reader.has(*READS):
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE, "The project team and executives read the framework’s own counts."
    )


def why_not_draw(contributors: int) -> Refusal | None:
    """Why a stream's series is not shown: a total of few people is as good as named."""
    if contributors >= LEAST:
        return None
    return Refusal(
        Reason.NOT_THEIRS_TO_SEE,
        f"Fewer than {LEAST} clinicians stand behind it, so it would say too much about each.",
    )
