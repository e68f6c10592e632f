"""What a watch sees in the figures as they are now: of everybody, or of some clinicians."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from clinlead.figures.queries import latest_generation, membership_among
from clinlead.measures.queries import read_definition
from clinlead.organisation.models import Department
from clinlead.organisation.queries import pool_unit
from clinlead.safety.finding import Found, Organised, of_clinicians, of_departments, organised
from clinlead.safety.foretelling import foretold
from clinlead.safety.models import Expectation
from clinlead.safety.sequences import Cases, cases_of, mature_to
from clinlead.safety.watching import Watch, expectation_for, in_force


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Every climb there is, of these places; what was kept of them is compared with it."""

    watch: Watch
    expectation: Expectation
    found: Sequence[Found]
    people: frozenset[int] | None  # clinicians looked at; None: everybody
    departments: frozenset[int]  # departments whose own cases were looked at


def everything(watch: Watch, *, at: datetime) -> Seen | None:
    """None while too few events happened to expect anything of anybody.

    Where no case is left (its load was withdrawn), no climb is.
    """
    cases = mature_cases(watch)
    if cases:
        expectation = expectation_for(watch.measure, cases, at=at)
    else:
        expectation = in_force(watch.measure.code, watch.measure.version)
    if expectation is None:
        return None
    found = found_in(watch, cases, watch.departments, expectation, organised())
    here = frozenset(one.pk for one in watch.departments)
    return Seen(watch=watch, expectation=expectation, found=found, people=None, departments=here)


def some_of_it(watch: Watch, units: Collection[str]) -> Seen | None:
    """The same of some clinicians and the departments they ever worked in, as is expected now."""
    who = organised()
    departments = [one for one in watch.departments if has_any(one, units, who)]
    members = {p.person.code for p in who.posts if p.department in departments}
    pools = {pool_unit(one.code) for one in departments}
    cases = mature_cases(watch, {*units, *members, *pools})
    expectation = in_force(watch.measure.code, watch.measure.version)
    if expectation is None:
        return None
    found = found_in(watch, cases, departments, expectation, who)
    people = frozenset(who.people[unit].pk for unit in units if unit in who.people)
    return Seen(
        watch=watch,
        expectation=expectation,
        found=[each for each in found if each.place[1] is None or each.place[1] in people],
        people=people,
        departments=frozenset(one.pk for one in departments),
    )


def mature_cases(watch: Watch, units: Collection[str] | None = None) -> Cases | None:
    last = mature_to(read_definition(watch.measure.definition), latest_generation())
    return cases_of(watch.wanted, last=last, units=units) if last else None


def has_any(department: Department, units: Collection[str], who: Organised) -> bool:
    """Whether one of these clinicians ever worked there, or its pool is meant."""
    mine = membership_among(who.posts, department).units()
    return bool(np.isin(mine, list(units)).any())


def found_in(
    watch: Watch,
    cases: Cases | None,
    departments: Sequence[Department],
    expectation: Expectation,
    who: Organised,
) -> list[Found]:
    if cases is None:
        return []
    known = foretold(cases, expectation)
    here = {one.pk for one in watch.departments}
    own = [one for one in of_clinicians(known, expectation, who) if one.place[0] in here]
    return own + of_departments(known, expectation, departments, who)
