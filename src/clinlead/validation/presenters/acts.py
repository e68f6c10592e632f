"""What may be done on a page: buttons, each with the rule's own words where it is refused."""

from clinlead.access.policies import Button


def buttons(**refusals) -> dict[str, Button]:
    """Buttons by name, each greyed with the rule's own words where it is refused."""
    return {name: Button.guarded(said, why) for name, (said, why) in refusals.items()}
