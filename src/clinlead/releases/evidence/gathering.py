"""Gathers what there is to say on each possible explanation, in the order to think of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clinlead.figures.charting import charted
from clinlead.figures.facts import files_by_month
from clinlead.figures.keeping import department_months
from clinlead.figures.presenters import ByRule, Period, by_rule
from clinlead.figures.queries import Wanted, tallies
from clinlead.figures.sums import MonthSums
from clinlead.releases.evidence.casemix import case_mix
from clinlead.releases.evidence.circumstances import change, leave, role
from clinlead.releases.evidence.examined import Examined
from clinlead.releases.evidence.quality import quality
from clinlead.releases.evidence.tallied import attribution, chance, volumes
from clinlead.releases.live import Draft
from clinlead.releases.loads import loads_read
from clinlead.releases.reasons import Evidence, Reason
from clinlead.releases.standing import Standing
from clinlead.releases.statistics import kept_breaks
from clinlead.validation.queries import away_spans

GATHERED: Mapping[Reason, Callable[[Examined], tuple[str, ...]]] = {
    Reason.CHANCE: chance,
    Reason.VOLUMES: volumes,
    Reason.QUALITY: quality,
    Reason.ATTRIBUTION: attribution,
    Reason.CASE_MIX: case_mix,
    Reason.ROLE: role,
    Reason.LEAVE: leave,
    Reason.CHANGE: change,
}


def evidence_for(figure: Examined) -> list[Evidence]:
    return [Evidence(reason, gather(figure)) for reason, gather in GATHERED.items()]


def examined_draft(now: Standing, draft: Draft) -> Examined:
    """A figure of a release that is being prepared."""
    people = people_behind(now, draft)
    breaks = kept_breaks(draft.statistics)
    bare = Examined(
        department=now.release.department,
        definition=draft.definition,
        wanted=Wanted(draft.key.measure, draft.version, draft.key.rule),
        is_team=draft.key.is_team,
        units=people,
        colleagues=[code for code in colleagues(now, draft) if code not in people],
        months=draft.months,
        period=draft.period,
        chart=charted(draft.months, draft.definition, team=draft.key.is_team, breaks=breaks),
        breaks=breaks,
        reading=draft.statistics["reading"],
        loads=loads_read([draft.definition], [draft.key.rule], now.release.period),
        rules=rules_of(now, draft),
        on=now.on,
        beside=draft.beside,
    )
    return with_records(bare)


def with_records(bare: Examined) -> Examined:
    """The same with where its records are, and when its people were away."""
    months = [*bare.year_before, *bare.period]
    return replace(
        bare,
        files=files_by_month(bare.definition.record, months),
        away=away_spans(list(bare.units.values())),
    )


def people_behind(now: Standing, draft: Draft) -> dict[str, int]:
    """Code and number of everyone whose records are in it."""
    if draft.person is not None:
        return {draft.person.code: draft.person.pk}
    codes = {code for month in draft.period for code in draft.composition.get(month, ())}
    known = now.figures.people
    return {code: known[code].pk for code in sorted(codes) if code in known}


def colleagues(now: Standing, draft: Draft) -> Sequence[str]:
    """Everyone else with a figure of the same measure."""
    same = (each for each in now.figures.drafts if each.key[:2] == draft.key[:2])
    return [each.person.code for each in same if each.person is not None]


def rules_of(now: Standing, draft: Draft) -> Sequence[ByRule]:
    """The figure of the period under each rule; kept with the figures while they are the same."""
    kept = now.figures.by_rules
    if draft.key not in kept:
        kept[draft.key] = read_by_rule(now, draft)
    return kept[draft.key]


def read_by_rule(now: Standing, draft: Draft) -> list[ByRule]:
    """The figure of the period under each rule that the definition allows."""
    return by_rule(
        under_each_rule(now, draft),
        draft.definition,
        draft.key.rule,
        Period(first=draft.period[0], last=draft.period[-1]),
        said=draft.statistics["reading"],
        team=draft.key.is_team,
        breaks=kept_breaks(draft.statistics),
    )


def under_each_rule(now: Standing, draft: Draft) -> Mapping[str, Sequence[MonthSums]]:
    """The months under each rule, up to the release's last; one query."""
    rules, last = draft.definition.attribution, now.release.last_month
    wanted = {rule: Wanted(draft.key.measure, draft.version, rule) for rule in rules}
    if draft.key.is_team:
        kept = department_months(now.figures.who, wanted.values()).months
        return {
            rule: [month for month in kept[each] if month.month <= last]
            for rule, each in wanted.items()
        }
    found = tallies(wanted.values(), [draft.key.unit], last=last)
    return {rule: found[each].get(draft.key.unit, []) for rule, each in wanted.items()}
