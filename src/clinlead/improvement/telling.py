"""What this room knows of dated changes: evidence beside a figure of a release."""

from clinlead.improvement.models import Cycle
from clinlead.releases.evidence import Examined
from clinlead.releases.gate import in_words


def changes(figure: Examined) -> list[str]:
    """The department's cycles on this measure that began before these months were over."""
    begun = Cycle.objects.filter(
        department=figure.department,
        measure=figure.definition.code,
        started_at__isnull=False,
        starts_on__lte=figure.span.ends_on,
    )
    return [
        f"From {in_words(each.starts_on)}: the team tried “{each.title}”; {each.state}."
        for each in begun.order_by("starts_on", "pk")
    ]
