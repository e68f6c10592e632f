"""The way to talk, beside a figure or a safety signal: settings.TALK_ABOUT."""

from dataclasses import dataclass, field

from clinlead.access.policies import Button, Reader
from clinlead.conversations import subjects
from clinlead.conversations.models import Conversation
from clinlead.conversations.policies import why_not_join, why_not_open
from clinlead.conversations.queries import facts_of
from clinlead.releases.models import ReleasedFigure
from clinlead.safety.models import Signal

BEGIN = "Talk it through"


@dataclass(frozen=True)
class Way:
    """A link to the conversation there is, or the button that begins one: greyed, with the reason,
    where another who decides for the clinician holds it.
    """

    href: str = ""
    button: Button | None = None
    fields: dict[str, object] = field(default_factory=dict)


def way_to_talk(thing: ReleasedFigure | Signal, reader: Reader) -> Way | None:
    """Nothing for whoever is not one of the two, and beside a figure without a signal."""
    figure = isinstance(thing, ReleasedFigure)
    about = (
        subjects.of_figure(thing)
        if isinstance(thing, ReleasedFigure)
        else subjects.of_signal(thing)
    )
    if about is None or why_not_open(reader, about.facts(reader.on)):
        return None
    talk = Conversation.objects.select_related("held_by__person").filter(topic=about.topic).first()
    if talk is None:
        fields: dict[str, object] = {"figure" if figure else "signal": thing.pk}
        return Way(button=Button(BEGIN, enabled=True), fields=fields)
    if held := why_not_join(reader, facts_of(talk, reader.on), str(talk.held_by)):
        return Way(button=Button.guarded(BEGIN, held))
    return Way(href=talk.get_absolute_url())
