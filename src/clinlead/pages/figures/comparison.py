"""A figure beside colleagues', and how well such a comparison tells people apart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings

from clinlead.access.policies import Refusal
from clinlead.casemix.pooling import pool_for
from clinlead.figures.charting import case_word
from clinlead.figures.comparing import OWN, Compared, alike, beside_peers, enough
from clinlead.figures.expected import (
    Pool,
    limits_words,
    shrunken,
    shrunken_words,
    stands_beside,
)
from clinlead.figures.left_out import left_out_words
from clinlead.figures.policies import PeerFacts, why_not_compare
from clinlead.figures.presenters import usual_period, within
from clinlead.figures.queries import department_units, peers
from clinlead.figures.sums import MonthSums, Sums, total
from clinlead.figures.telling import one_apart
from clinlead.organisation.models import RoleProfile
from clinlead.organisation.queries import profiles_among, unlike_among
from clinlead.pages.figures.drawing import Picture, alone, alone_words, beside
from clinlead.pages.figures.released import beside_released, released_peers
from clinlead.pages.figures.subject import Subject
from clinlead.releases.out import Out, as_released

NOT_RELEASED = (
    "Colleagues' figures stand beside this one, unnamed, once the department's lead has "
    "released them."
)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Own figure beside colleagues', unnamed unless all have agreed; or why it is not drawn."""

    period: str
    rule: str = ""
    reading: str = ""
    said: Sequence[str] = ()  # how reliable it is, what could have shown, and what chance makes
    picture: Picture | None = None  # none where it is too unreliable to draw
    alone: Picture | None = None  # then: what the own figure could be
    refusal: str = ""
    caveat: str = ""
    left_out: str = ""  # how many colleagues are not in it, and why
    named: Sequence[int] = ()  # people whose figures it shows by name


def compared_with_peers(
    subject: Subject,
    rule: str,
    out: Out | None,
    months: Sequence[MonthSums],
    today: date,
) -> Comparison:
    """Released figures beside released ones; the lead compares what is there now."""
    if subject.own or not subject.builds:
        if out is None:
            return Comparison(period="", refusal=NOT_RELEASED)
        months = out.months
        subject = replace(subject, choice=as_released(subject.choice, out.figure))
    else:
        out = None
    period = usual_period(months)
    here = [each for each in within(months, period) if each.complete]
    own = total(here)
    everybody = others_of(subject, rule, out, [each.month for each in here])
    days = (today, out.release.period.ends_on) if out else (today,)
    profiles = profiles_among([subject.unit, *everybody], *days)
    profile, unlike = profiles.get(subject.unit), unlike_among(profiles.values())
    others = standing_beside(everybody, unlike, subject, out, here)
    told = Comparison(
        period=period.in_words if period else "",
        rule=rule,
        caveat=profile.caveat if profile else "",
        left_out=left_out_words(everybody, others, subject.definition, unlike=unlike),
    )
    if subject.unit in unlike:
        told = replace(told, left_out="")  # nobody stands beside it, whoever they are
    refusal = why_not_compare(peer_facts(others, profile))
    if refusal or not own.n:
        return replace(told, refusal=refusal_words(refusal))
    salt = out.release.digest if out else f"{subject.unit} {here[-1].month}"
    return drawn(told, subject, own, others, salt)


def standing_beside(
    others: Mapping[str, Sums],
    unlike: Collection[str],
    subject: Subject,
    out: Out | None,
    months: Sequence[MonthSums],
) -> dict[str, Sums]:
    """Those of like work with enough cases; what is released, so that nobody can be subtracted."""
    if out is None:
        return enough(alike(others, unlike), subject.definition)
    here = [each.month for each in months]
    return beside_released(out, here, subject.definition, others, unlike)


def drawn(
    told: Comparison, subject: Subject, own: Sums, others: Mapping[str, Sums], salt: str
) -> Comparison:
    """The reading, how reliable it is, and the picture where that is enough to draw one."""
    definition = subject.definition
    names = {code: each for code, each in subject.names.items() if code in others}
    called = {code: each.name for code, each in names.items()}
    pool = pool_for(definition, told.rule)
    found = beside_peers(own, others, definition, salt, called, pool=pool)
    apart = one_apart(
        own,
        list(others.values()),
        definition,
        found.found,
        threshold=settings.CONFIGURATION.reliability_threshold,
        case_word=case_word(definition),
    )
    together = drawn_words(found, pool) if stands_beside(definition) else []
    told = replace(told, reading=found.reading, said=[*together, *apart.said])
    if not apart.drawn:
        return replace(
            told, reading=alone_words(found) or found.reading, alone=alone(found, prefix="alone")
        )
    picture = beside(found, own_label=subject.label, prefix="peers", named=bool(names))
    return replace(told, picture=picture, named=[each.pk for each in names.values()])


def drawn_words(found: Compared, pool: Pool | None) -> list[str]:
    """The raw ratio beside the one that leans on the others; what the limits allow for."""
    people = {OWN: found.own, **found.others}
    both = shrunken(people, OWN, found.definition, pool)
    said = [shrunken_words(both)] if both else []
    return said + ([limits_words(found.found, pool)] if found.found else [])


def refusal_words(refusal: Refusal | None) -> str:
    return refusal.because if refusal else "There is no complete month to compare yet."


def others_of(
    subject: Subject, rule: str, out: Out | None, months: Sequence[str]
) -> Mapping[str, Sums]:
    """Colleagues' totals over the same months: as released, or as they are for whoever builds."""
    if not months:
        return {}
    if out is not None:
        return released_peers(out, months)
    wanted = subject.wanted(rule)
    department, who = subject.choice.department, subject.here
    found = department_units(department, [wanted], who=who, first=months[0], last=months[-1])
    return peers(found[wanted], months, without=subject.unit)


def peer_facts(others: Mapping[str, Sums], profile: RoleProfile | None) -> PeerFacts:
    if profile is None:
        return PeerFacts(others=len(others))
    because = profile.caveat or profile.role
    return PeerFacts(others=len(others), comparable=profile.comparable, because=because)
