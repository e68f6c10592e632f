"""A conversation as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from clinlead.access.policies import Button, Reader, whoever_leads
from clinlead.conversations.explaining import Explanation, explanations, interpreted
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.policies import TalkFacts, What, is_owner, why_not_confirm
from clinlead.conversations.queries import agreed_facts
from clinlead.measures.models import MeasureVersion
from clinlead.measures.queries import read_definition
from clinlead.releases.figure_views import drawn
from clinlead.releases.models import Interpretation, Release, ReleaseState
from clinlead.releases.out import months_of
from clinlead.releases.presenters import Said as SaidThen
from clinlead.releases.presenters import address, beside_words, said_of


@dataclass(frozen=True, kw_only=True)
class FigureShown:
    """The figure they talk about, frozen as it was released."""

    sentence: str
    reading: str
    beside: str
    title: str
    href: str
    records: str
    why: str
    chart: dict
    rows: list
    said: Sequence[SaidThen]
    newer: Release | None  # a later edition of the same months

    @classmethod
    def of(
        cls, talk: Conversation, said: Sequence[Interpretation], *, own: bool
    ) -> "FigureShown | None":
        figure = talk.figure
        if figure is None:
            return None
        register = MeasureVersion.objects.get(code=figure.measure, version=figure.version)
        definition = read_definition(register.definition)
        base = live_address(talk, own=own)
        pictures = drawn(figure, definition, months_of(figure))
        return cls(
            sentence=figure.statistics["sentence"],
            reading=figure.statistics["reading"],
            beside=beside_words(figure.beside),
            title=figure.title,
            href=address(figure.release, figure.key),
            records=f"{base}records/",
            why=f"{base}why/",
            chart=pictures["chart"],
            rows=pictures["rows"],
            said=said_of(said, figure.digest),
            newer=newer_edition(figure.release),
        )


def live_address(talk: Conversation, *, own: bool) -> str:
    """Where the figure is today, with its records, for each of the two."""
    assert talk.figure is not None, "only a figure has such a page"
    measure = talk.figure.measure
    if own:
        return f"/me/figures/{measure}/"
    return f"/departments/{talk.department.code}/people/{talk.person.code}/figures/{measure}/"


def newer_edition(release: Release) -> Release | None:
    """The edition that stands now, where it is a later one."""
    if release.state != ReleaseState.SUPERSEDED:
        return None
    same = Release.objects.filter(
        department=release.department_id,
        first_month=release.first_month,
        last_month=release.last_month,
        state=ReleaseState.RELEASED,
    )
    return same.select_related("department").order_by("-edition").first()


@dataclass(frozen=True, kw_only=True)
class TalkPage:
    """Everything the two see, in the order in which to talk."""

    talk: Conversation
    own: bool
    other: str  # the other of the two, in words
    takes_up: bool  # writing makes this reader the one who holds it
    figure: FigureShown | None
    explanations: Sequence[Explanation]
    said: Sequence[Said]
    agreed: Said | None
    confirm: Button | None

    @classmethod
    def of(cls, talk: Conversation, facts: TalkFacts, reader: Reader) -> "TalkPage":
        own = is_owner(reader, facts.owner)
        entries = list(talk.said.select_related("by__person", "confirmed_by__person"))
        agreed = next((one for one in reversed(entries) if one.what == What.AGREED), None)
        then = interpreted(talk.figure)
        about_figure = talk.figure_id is not None
        return cls(
            talk=talk,
            own=own,
            other=other_of(talk, facts, own=own),
            takes_up=not own and talk.held_by_id != reader.account_id,
            figure=FigureShown.of(talk, then, own=own),
            explanations=explanations(then, entries) if about_figure else others(entries),
            said=[one for one in entries if one.what != What.TRIED],
            agreed=agreed,
            confirm=confirm_button(agreed, facts, reader),
        )


def others(entries: Sequence[Said]) -> list[Explanation]:
    """Without a figure there is no evidence to show: only what was tried."""
    return [each for each in explanations((), entries) if each.tried]


def other_of(talk: Conversation, facts: TalkFacts, *, own: bool) -> str:
    if not own:
        return talk.person.name
    if facts.holder_decides:
        return str(talk.held_by)
    return f"{whoever_leads(facts.owner)}; nobody has taken it up yet"


def confirm_button(agreed: Said | None, facts: TalkFacts, reader: Reader) -> Button | None:
    """For the other of the two, while it is not confirmed."""
    if agreed is None or agreed.confirmed_at or agreed.by_id == reader.account_id:
        return None
    refusal = why_not_confirm(reader, facts, agreed_facts(agreed, agreed))
    return Button.guarded("Yes, that is what we agreed", refusal)
