"""A clinician's released figure beside what they chose, under the rules of the figure pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from clinlead.casemix.pooling import pool_for
from clinlead.figures.charting import case_word, next_month
from clinlead.figures.comparing import beside_peers
from clinlead.figures.left_out import left_out_words
from clinlead.figures.policies import why_not_compare
from clinlead.figures.presenters import PERIOD, usual_period, value_words, within
from clinlead.figures.presenters import Period as Months
from clinlead.figures.sums import Sums, total
from clinlead.figures.telling import one_apart
from clinlead.organisation.queries import unlike_among
from clinlead.packs.gathering import Gathered
from clinlead.packs.goals import goal_words
from clinlead.packs.policies import Comparator
from clinlead.pages.figures.comparison import peer_facts, refusal_words
from clinlead.pages.figures.drawing import beside
from clinlead.pages.figures.released import beside_released
from clinlead.printing import Picture
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.out import Out
from clinlead.releases.policies import FEWEST_IN_A_TEAM
from clinmeasures.wording.telling_apart import chance_among

SMALL_TEAM = (
    f"Fewer than {FEWEST_IN_A_TEAM} clinicians stand behind the department's figure, so it is not "
    "shown."
)


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What standing beside the comparator says, how far to trust it, and a drawing of it."""

    own: str  # the figure that is compared, and of which months
    said: str
    trust: Sequence[str] = ()
    chance: str = ""  # how many of all that are compared chance alone would put outside
    picture: Picture | None = None


def beside_chosen(gathered: Gathered, figure: ReleasedFigure, comparator: Comparator) -> Beside:
    """The figure beside the comparator of its owner's choice."""
    own = f"{gathered.release.period}: {figure.statistics['figure']}."
    if comparator is Comparator.OWN_PAST:
        return Beside(own=own, said=beside_own_past(gathered, figure))
    if comparator is Comparator.GOAL:
        return Beside(own=own, said=beside_goal(gathered, figure))
    if comparator is Comparator.DEPARTMENT:
        return Beside(own=own, said=beside_department(gathered, figure))
    return beside_colleagues(gathered, figure)


def beside_own_past(gathered: Gathered, figure: ReleasedFigure) -> str:
    """The twelve months before the period, as they are in this release."""
    first = gathered.release.first_month
    before = Months(first=next_month(first, -PERIOD), last=next_month(first, -1))
    sums = total(within(gathered.months[figure.key], before))
    if not sums.n:
        return "Nothing of yours was counted in the twelve months before."
    definition = gathered.definition(figure)
    return f"{before.in_words}: {value_words(sums, definition)}."


def beside_goal(gathered: Gathered, figure: ReleasedFigure) -> str:
    """What its owner wants it to be."""
    goal = gathered.goals.get((figure.person_id or 0, figure.measure))
    if goal is None:
        return "You have set no goal for this measure. Its page under My figures has the place."
    return f"Your goal: {goal_words(goal, gathered.definition(figure))}."


def beside_department(gathered: Gathered, figure: ReleasedFigure) -> str:
    """The department's own figure of the same months, where enough people stand behind it."""
    unit = gathered.release.team_unit
    team = gathered.figures.get(figure.key._replace(unit=unit))
    if team is None:
        return "The department's own figure is not part of this release."
    if team.contributors < FEWEST_IN_A_TEAM:
        return SMALL_TEAM
    return f"{gathered.release.department.name}: {team.statistics['figure']}."


def beside_colleagues(gathered: Gathered, figure: ReleasedFigure) -> Beside:
    """Unnamed colleagues over the last settled year, as the figure's own page compares."""
    definition = gathered.definition(figure)
    months = gathered.months[figure.key]
    year = usual_period(months)
    here = [each.month for each in within(months, year) if each.complete]
    own = total(each for each in months if each.month in set(here))
    out = Out(figure, months)
    everybody = colleagues(gathered, figure, here)
    unlike = unlike_among(gathered.profiles.values())
    others = beside_released(out, here, definition, everybody, unlike)
    left_out = left_out_words(everybody, others, definition, unlike=unlike)
    profile = gathered.profiles.get(figure.person_id or 0)
    refusal = why_not_compare(peer_facts(others, profile))
    said = f"{year.in_words}: {value_words(own, definition)}." if year and own.n else ""
    if refusal or not own.n:
        more = [left_out] if left_out and figure.unit not in unlike else []
        return Beside(own=said, said=refusal_words(refusal), trust=more)
    pool = pool_for(definition, figure.rule)
    found = beside_peers(own, others, definition, gathered.release.digest, pool=pool)
    apart = one_apart(
        own,
        list(others.values()),
        definition,
        found.found,
        threshold=settings.CONFIGURATION.reliability_threshold,
        case_word=case_word(definition),
    )
    caveat = [profile.caveat] if profile and profile.caveat else []
    picture = None
    if apart.drawn:
        drawn = beside(found, own_label="You", prefix=f"peers-{figure.measure}")
        picture = Picture(svg=drawn.narrow, words=f"{figure.title}. {found.reading}")
    return Beside(
        own=said,
        said=found.reading,
        # What would show is in the reading already.
        trust=[*filter(None, [left_out]), apart.said[0], *caveat],
        chance=chance_among(len(found.found.units)) if found.found else "",
        picture=picture,
    )


def colleagues(
    gathered: Gathered, figure: ReleasedFigure, months: Sequence[str]
) -> Mapping[str, Sums]:
    """The other clinicians' released totals over some months."""
    wanted = set(months)
    same = [
        other
        for other in gathered.figures.values()
        if (other.measure, other.rule) == (figure.measure, figure.rule)
        and other.person_id not in {None, figure.person_id}
    ]
    sums = {o.unit: total(m for m in gathered.months[o.key] if m.month in wanted) for o in same}
    return {unit: each for unit, each in sums.items() if each.n}
