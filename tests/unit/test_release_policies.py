import dataclasses
from datetime import date

import pytest

from clinlead.access.policies import Reader, Reason, Role
from clinlead.releases.gate import Criterion
from clinlead.releases.policies import (
    MOVES,
    FigureFacts,
    ReleaseFacts,
    Stage,
    why_not_append,
    why_not_check,
    why_not_decide,
    why_not_interpret,
    why_not_prepare,
    why_not_release,
    why_not_release_again,
    why_not_see_figure,
    why_not_sign_off,
    why_not_table,
)

TODAY = date(2026, 7, 22)
HERE, ELSEWHERE = 1, 2
OWNER, LEAD_PERSON, OTHER_PERSON = 11, 12, 13


def reader(account_id: int, **facts) -> Reader:
    return Reader(account_id=account_id, on=TODAY, **facts)


OWN = reader(1, person_id=OWNER, departments=frozenset({HERE}))
COLLEAGUE = reader(2, person_id=OTHER_PERSON, departments=frozenset({HERE}))
LEAD = reader(
    3, person_id=LEAD_PERSON, departments=frozenset({HERE}), leads=frozenset({HERE}),
    roles=frozenset({Role.LEAD}),
)  # fmt: skip
DEPUTY = dataclasses.replace(LEAD, account_id=4, person_id=OTHER_PERSON)
OTHER_LEAD = dataclasses.replace(LEAD, account_id=5, person_id=99, leads=frozenset({ELSEWHERE}),
                                 departments=frozenset({ELSEWHERE}))  # fmt: skip
CHIEF = reader(6, roles=frozenset({Role.CHIEF}), chief_of=frozenset({HERE}))
DIRECTOR = reader(7, roles=frozenset({Role.DIRECTOR}))
ANALYST = reader(8, roles=frozenset({Role.ANALYST}))
OPERATIONS = reader(9, roles=frozenset({Role.OPERATIONS}))
PROJECT = reader(10, roles=frozenset({Role.PROJECT_TEAM}))
EXECUTIVE = reader(11, roles=frozenset({Role.EXECUTIVE}))
HR = reader(12, roles=frozenset({Role.HR}))
DPO = reader(13, roles=frozenset({Role.DPO}))
STRANGER = reader(14, person_id=98, departments=frozenset({ELSEWHERE}))
GRANTED = reader(15, granted_named=frozenset({HERE}), granted_team=frozenset({HERE}))
GRANTED_TEAM = reader(16, granted_team=frozenset({HERE}))
EVERYBODY = (
    OWN, COLLEAGUE, LEAD, DEPUTY, OTHER_LEAD, CHIEF, DIRECTOR, ANALYST, OPERATIONS, PROJECT,
    EXECUTIVE, HR, DPO, STRANGER, GRANTED, GRANTED_TEAM,
)  # fmt: skip

READY = ReleaseFacts(department_id=HERE, stage=Stage.PREPARING)
OUT = ReleaseFacts(department_id=HERE, stage=Stage.RELEASED)
FIGURE = FigureFacts(department_id=HERE, stage=Stage.PREPARING, person_id=OWNER)
LEADS_OWN = FigureFacts(
    department_id=HERE, stage=Stage.PREPARING, person_id=LEAD_PERSON, owner_leads=True
)
CHIEFS_OWN = dataclasses.replace(FIGURE, owner_goes_to_director=True)
TEAM = FigureFacts(department_id=HERE, stage=Stage.PREPARING, person_id=None, contributors=6)


def allowed(rule, *facts) -> set[int]:
    return {each.account_id for each in EVERYBODY if rule(*facts, each) is None}


def ids(*readers: Reader) -> set[int]:
    return {each.account_id for each in readers}


def released(figure: FigureFacts, **changes) -> FigureFacts:
    return dataclasses.replace(figure, stage=Stage.RELEASED, **changes)


@pytest.mark.parametrize(
    ("rule", "facts", "expected"),
    [
        (why_not_prepare, (HERE,), (LEAD, DEPUTY, ANALYST)),
        (why_not_check, (READY,), (ANALYST,)),
        (why_not_check, (OUT,), ()),
        (why_not_decide, (FIGURE,), (LEAD, DEPUTY)),
        (why_not_decide, (LEADS_OWN,), (CHIEF, DIRECTOR)),
        (why_not_decide, (CHIEFS_OWN,), (DIRECTOR,)),
        (why_not_decide, (dataclasses.replace(CHIEFS_OWN, owner_leads=True),), (DIRECTOR,)),
        (why_not_decide, (TEAM,), (LEAD, DEPUTY)),
        (why_not_interpret, (FIGURE, "It was the new ward."), (LEAD, DEPUTY)),
        (why_not_interpret, (FIGURE, " "), ()),
        (why_not_interpret, (released(FIGURE), "Too late."), ()),
        (why_not_sign_off, (FIGURE,), (LEAD, DEPUTY)),
        (why_not_sign_off, (LEADS_OWN,), (CHIEF, DIRECTOR)),
        (why_not_sign_off, (CHIEFS_OWN,), (DIRECTOR,)),
        (why_not_interpret, (CHIEFS_OWN, "It was the new ward."), (DIRECTOR,)),
        (why_not_sign_off, (released(FIGURE),), ()),
        (why_not_release, (READY,), (LEAD, DEPUTY)),
        (why_not_release, (OUT,), ()),
        (why_not_release_again, (OUT, "A correction"), (LEAD, DEPUTY, ANALYST)),
        (why_not_release_again, (OUT, ""), ()),
        (why_not_release_again, (READY, "A correction"), ()),
        (why_not_table, (OUT,), (LEAD, DEPUTY)),
        (why_not_table, (READY,), ()),
        (why_not_append, (released(FIGURE), "My view"), (OWN,)),
        (why_not_append, (FIGURE, "My view"), ()),
        (why_not_append, (released(TEAM), "My view"), ()),
    ],
)
def test_each_act_is_open_to_these_people_and_nobody_else(rule, facts, expected):
    assert allowed(rule, *facts) == ids(*expected)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (FIGURE, (OWN, LEAD, DEPUTY, ANALYST)),
        (LEADS_OWN, (LEAD, DEPUTY, ANALYST, CHIEF, DIRECTOR)),
        (CHIEFS_OWN, (OWN, LEAD, DEPUTY, ANALYST, DIRECTOR)),
        (TEAM, (LEAD, DEPUTY, ANALYST)),
        (released(FIGURE), (OWN, LEAD, DEPUTY, ANALYST, DIRECTOR, GRANTED)),
        (released(LEADS_OWN), (LEAD, DEPUTY, ANALYST, DIRECTOR, GRANTED, CHIEF)),
        (
            released(TEAM),
            (OWN, COLLEAGUE, LEAD, DEPUTY, ANALYST, CHIEF, DIRECTOR, OPERATIONS, PROJECT,
             GRANTED, GRANTED_TEAM),
        ),
        (released(TEAM, contributors=5), (LEAD, DEPUTY, ANALYST, DIRECTOR, GRANTED)),
    ],
)  # fmt: skip
def test_each_figure_is_seen_by_these_people_and_nobody_else(figure, expected):
    assert allowed(why_not_see_figure, figure) == ids(*expected)


def test_a_figure_with_a_signal_is_interpreted_before_it_is_signed_off():
    figure = dataclasses.replace(FIGURE, needs_interpretation=True)
    assert why_not_sign_off(figure, LEAD).reason is Reason.GATE_NOT_PASSED


def test_nobody_signs_off_a_figure_that_is_no_longer_there():
    figure = dataclasses.replace(FIGURE, exists=False)
    assert why_not_sign_off(figure, LEAD).reason is Reason.WRONG_STAGE


def test_a_shut_gate_refuses_the_release_in_its_own_words():
    shut = Criterion(code="check", words="checked", passed=False, missing="Not checked.")
    refusal = why_not_release(dataclasses.replace(READY, gate=(shut,)), LEAD)
    assert (refusal.reason, refusal.because) == (Reason.GATE_NOT_PASSED, "Not checked.")


def test_an_analyst_does_not_check_the_department_they_work_in():
    insider = dataclasses.replace(ANALYST, departments=frozenset({HERE}))
    assert why_not_check(READY, insider).reason is Reason.OWN_WORK


def test_only_the_newest_edition_is_released_again():
    old = dataclasses.replace(OUT, newest=False)
    assert why_not_release_again(old, "A correction", LEAD).reason is Reason.ALREADY_DONE


def test_a_release_is_tabled_once():
    tabled = dataclasses.replace(OUT, tabled=True)
    assert why_not_table(tabled, LEAD).reason is Reason.ALREADY_DONE


def test_every_stage_says_where_it_may_go():
    assert set(MOVES) == set(Stage)
