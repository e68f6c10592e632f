"""Who may open which pack, and which conversation a pack suggests."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Reader, Reason, Role
from clinlead.packs.conversation import Topic, suggested
from clinlead.packs.policies import (
    PackFacts,
    fewest_behind,
    why_not_choose,
    why_not_open_department,
    why_not_open_division,
    why_not_open_personal,
    why_not_open_team,
    why_not_plan,
)

ON, HERE, OWNER = date(2026, 7, 1), 1, 5
OUT = PackFacts(department_id=HERE, out=True, person_id=OWNER)
NOT_OUT = dataclasses.replace(OUT, out=False)


def somebody(*roles: Role, **more) -> Reader:
    return Reader(account_id=1, on=ON, roles=frozenset(roles), **more)


OWN = somebody(Role.CLINICIAN, person_id=OWNER, departments=frozenset({HERE}))
PEER = somebody(Role.CLINICIAN, person_id=6, departments=frozenset({HERE}))
LEAD = somebody(Role.LEAD, person_id=7, leads=frozenset({HERE}))
OTHER_LEAD = somebody(Role.LEAD, person_id=8, leads=frozenset({2}))
CHIEF = somebody(Role.CHIEF, chief_of=frozenset({HERE}))
OPERATIONS = somebody(Role.OPERATIONS)
EXECUTIVE = somebody(Role.EXECUTIVE)
OTHERS = [somebody(role) for role in (Role.ANALYST, Role.DIRECTOR, Role.HR, Role.PROJECT_TEAM)]
EVERYBODY = [OWN, PEER, LEAD, OTHER_LEAD, CHIEF, OPERATIONS, EXECUTIVE, *OTHERS]


@pytest.mark.parametrize(
    ("rule", "may"),
    [
        (why_not_plan, [OWN]),
        (why_not_open_personal, [OWN, LEAD]),
        (why_not_open_department, [LEAD]),
        (why_not_open_team, [LEAD, CHIEF, OPERATIONS]),
    ],
)
def test_who_opens_a_pack_of_a_release(rule, may):
    assert [one for one in EVERYBODY if rule(one, OUT) is None] == may
    assert {rule(one, NOT_OUT).reason for one in may} == {Reason.WRONG_STAGE}


def test_a_divisions_pack_is_the_chiefs_and_the_executives():
    here = frozenset({HERE})
    assert [r for r in EVERYBODY if not why_not_open_division(r, here)] == [CHIEF, EXECUTIVE]
    assert (fewest_behind(CHIEF, here), fewest_behind(EXECUTIVE, here)) == (6, 10)


def test_only_a_clinician_has_a_comparator_to_choose():
    assert why_not_choose(OWN) is None
    assert why_not_choose(EXECUTIVE) is not None


QUIET = Topic(title="Length of stay")


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({}, "No figure has a signal in these months."),
        ({"readable": False}, "Length of stay rests on too few cases"),
        ({"changed": True}, "Length of stay changed since"),
        ({"beside": "unusually high"}, "Length of stay is unusually high beside colleagues."),
        ({"signal": "unusually low in May 2026"}, "Length of stay was unusually low in May 2026."),
        ({"in_question": 1}, "Length of stay: 1 record behind it is still in question."),
    ],
)
def test_the_conversation_follows_from_what_was_released(changes, begins):
    assert suggested([QUIET, dataclasses.replace(QUIET, **changes)]).startswith(begins)


topics = st.builds(
    Topic,
    title=st.just("Length of stay"),
    in_question=st.integers(0, 3),
    signal=st.sampled_from(["", "unusually high in May 2026"]),
    beside=st.sampled_from(["", "unusually low"]),
    changed=st.booleans(),
    readable=st.booleans(),
)


@given(st.lists(topics, max_size=6))
def test_there_is_always_one_conversation_and_it_judges_nobody(some):
    said = suggested(some)
    assert said.count("?") >= 1
    assert not {"concern", "fail", "poor", "good", "bad", "worse", "better"} & set(
        said.lower().replace(".", " ").split()
    )
