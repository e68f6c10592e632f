"""Who may open, see, explore, escalate and end a concern: rules, with no database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import OwnerFacts, Reader, Reason, Role
from clinlead.concerns import policies
from clinlead.concerns.counting import TOGETHER, groups_of
from clinlead.concerns.facts import EXPLORES, Bypass, ConcernFacts, Part, Seat, State, StepKind
from clinlead.concerns.policies import OpeningFacts
from clinlead.concerns.routing import RouteText, StepText, step_of, wrong_with
from clinlead.concerns.steps import shipped
from clinlead.concerns.waiting import turn_at

HERE, DAY = frozenset({1}), date(2026, 7, 1)
OWNER = Reader(account_id=11, on=DAY, person_id=1, roles=frozenset({Role.CLINICIAN}),
               departments=HERE)  # fmt: skip
LEAD = Reader(account_id=13, on=DAY, person_id=3, roles=frozenset({Role.LEAD}), leads=HERE,
              departments=HERE)  # fmt: skip
NEXT_LEAD = replace(LEAD, account_id=23, person_id=9)
CHIEF = Reader(account_id=14, on=DAY, roles=frozenset({Role.CHIEF}), chief_of=HERE)
DIRECTOR = Reader(account_id=16, on=DAY, roles=frozenset({Role.DIRECTOR}))
OTHER_DIRECTOR = replace(DIRECTOR, account_id=26)
OUTSIDE = Reader(account_id=17, on=DAY, person_id=7, roles=frozenset({Role.LEAD}),
                 leads=frozenset({2}), departments=frozenset({2}))  # fmt: skip
HR = Reader(account_id=18, on=DAY, roles=frozenset({Role.HR}))
PEER = replace(OWNER, account_id=12, person_id=2)
COUNTS = Reader(account_id=19, on=DAY, roles=frozenset({Role.EXECUTIVE, Role.PROJECT_TEAM}))
ANALYST = Reader(account_id=20, on=DAY, roles=frozenset({Role.ANALYST}))
EVERYBODY = {"owner": OWNER, "lead": LEAD, "next lead": NEXT_LEAD, "chief": CHIEF, "hr": HR,
             "director": DIRECTOR, "outside": OUTSIDE, "peer": PEER, "counts": COUNTS,
             "analyst": ANALYST}  # fmt: skip

THEIRS = OwnerFacts(person_id=1, departments=HERE, released=True)
LEADS_OWN = OwnerFacts(person_id=3, departments=HERE, released=True, owner_leads=True)
SAT = Seat(Part.LEAD, 13, in_office=True)
WITH_CHIEF = (SAT, Seat(Part.CHIEF, 14, in_office=True))
REVIEWED = (*WITH_CHIEF, Seat(Part.REVIEWER, 17, in_office=True), Seat(Part.HR, 18, in_office=True))
CONCERN = ConcernFacts(owner=THEIRS, seats=(SAT,), answered=True)
OPENING = OpeningFacts(owner=THEIRS, discussions=2, needed=2)


@pytest.mark.parametrize(
    ("concern", "seen_by"),
    [
        (CONCERN, {"owner", "lead"}),
        (replace(CONCERN, seats=WITH_CHIEF), {"owner", "lead", "chief"}),
        (replace(CONCERN, seats=REVIEWED), {"owner", "lead", "chief", "outside", "hr"}),
        # the lead left the office: whoever leads now finds it and takes it up, and nothing is lost
        (replace(CONCERN, seats=(replace(SAT, account_id=99, in_office=False),)),
         {"owner", "lead", "next lead"}),
        (replace(CONCERN, bypass=Bypass.PENDING, bypass_by_id=13), {"owner", "lead", "director"}),
        (replace(CONCERN, bypass=Bypass.UPHELD, bypass_by_id=13), {"owner", "lead"}),
        (replace(CONCERN, state=State.CLOSED), {"owner", "lead"}),
        (ConcernFacts(owner=LEADS_OWN, seats=(Seat(Part.LEAD, 14, in_office=True),)),
         {"lead", "chief"}),  # a clinical director's own, with the chief
    ],
)  # fmt: skip
def test_nobody_finds_a_concern_who_is_not_in_it(concern, seen_by):
    found = {who for who, one in EVERYBODY.items() if policies.why_not_see(one, concern) is None}
    assert found == seen_by


@pytest.mark.parametrize(
    ("reader", "opening", "why", "reason"),
    [
        (LEAD, OPENING, "After two talks", None),
        (OWNER, OPENING, "After two talks", Reason.OWN_CASE),
        (CHIEF, OPENING, "After two talks", Reason.NOT_A_LEAD),
        (ANALYST, OPENING, "After two talks", Reason.NOT_A_LEAD),
        (LEAD, replace(OPENING, owner=LEADS_OWN), "After two talks", Reason.OWN_CASE),
        (CHIEF, replace(OPENING, owner=LEADS_OWN), "After two talks", None),
        (LEAD, replace(OPENING, defined=False), "After two talks", Reason.NOT_AGREED),
        (LEAD, replace(OPENING, discussions=1), "After two talks", Reason.WRONG_STAGE),
        (LEAD, replace(OPENING, another=True), "After two talks", Reason.ALREADY_DONE),
        (LEAD, OPENING, " ", Reason.NO_REASON_GIVEN),
    ],
)
def test_a_concern_is_opened_by_whoever_decides_after_talking(reader, opening, why, reason):
    refusal = policies.why_not_open(reader, opening, why)
    assert (refusal and refusal.reason) is reason


AT = {kind: replace(CONCERN, kind=kind, supported=True) for kind in StepKind}
WAITING = replace(CONCERN, answered=False, answer_by=DAY)
BYPASSED = replace(CONCERN, seats=WITH_CHIEF, bypass=Bypass.PENDING, bypass_by_id=16)


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        *((policies.why_not_record(LEAD, AT[kind], "Found", "Rota"), None) for kind in EXPLORES),
        (policies.why_not_record(LEAD, AT[StepKind.SUPPORT], "Found", "Notes"), None),
        (policies.why_not_record(LEAD, CONCERN, "", "Rota"), Reason.NO_REASON_GIVEN),
        (policies.why_not_record(LEAD, CONCERN, "Found", " "), Reason.NO_REASON_GIVEN),
        (policies.why_not_record(OWNER, CONCERN, "Found", "Rota"), Reason.OWN_CASE),
        (policies.why_not_record(PEER, CONCERN, "Found", "Rota"), Reason.NOT_THEIRS_TO_SEE),
        (policies.why_not_record(LEAD, AT[StepKind.CHIEF], "Found", "Rota"), Reason.WRONG_STAGE),
        (
            policies.why_not_record(
                LEAD, replace(CONCERN, kind=StepKind.SUPPORT), "It helped", "Notes"
            ),
            Reason.WRONG_STAGE,
        ),
        # the clinician's time to answer
        (policies.why_not_record(LEAD, WAITING, "Found", "Rota"), Reason.WINDOW_CLOSED),
        (
            policies.why_not_record(
                LEAD, replace(WAITING, answer_by=DAY - timedelta(days=1)), "Found", "Rota"
            ),
            None,
        ),
        (
            policies.why_not_record(LEAD, replace(WAITING, answer_by=None), "Found", "Rota"),
            Reason.WINDOW_CLOSED,
        ),
        # bringing in
        (policies.why_not_escalate(LEAD, CONCERN, "Why"), Reason.WRONG_STAGE),
        (policies.why_not_escalate(LEAD, AT[StepKind.CHIEF], "Why"), None),
        (policies.why_not_escalate(LEAD, AT[StepKind.CHIEF], ""), Reason.NO_REASON_GIVEN),
        (policies.why_not_escalate(LEAD, AT[StepKind.OUTSIDE], "Why"), Reason.NOT_YOURS),
        (
            policies.why_not_escalate(
                CHIEF, replace(AT[StepKind.OUTSIDE], seats=WITH_CHIEF), "Why"
            ),
            None,
        ),
        # the bypass
        (policies.why_not_bypass(LEAD, THEIRS, "Now", pending=False), None),
        (policies.why_not_bypass(CHIEF, THEIRS, "Now", pending=False), None),
        (policies.why_not_bypass(HR, THEIRS, "Now", pending=False), Reason.NOT_A_LEAD),
        (policies.why_not_bypass(LEAD, LEADS_OWN, "Now", pending=False), Reason.OWN_CASE),
        (policies.why_not_bypass(LEAD, THEIRS, "", pending=False), Reason.NO_REASON_GIVEN),
        (policies.why_not_review_bypass(OTHER_DIRECTOR, BYPASSED, "Read"), None),
        (policies.why_not_review_bypass(DIRECTOR, BYPASSED, "Read"), Reason.OWN_WORK),
        (policies.why_not_review_bypass(CHIEF, BYPASSED, "Read"), Reason.NOT_YOURS),
        (policies.why_not_record(CHIEF, BYPASSED, "Found", "Rota"), None),  # any step, in order
        (policies.why_not_escalate(CHIEF, BYPASSED, "Why"), None),
        # ending
        (policies.why_not_close(LEAD, CONCERN, "Learned"), None),
        (policies.why_not_close(LEAD, CONCERN, ""), Reason.NO_REASON_GIVEN),
        (policies.why_not_close(OWNER, CONCERN, "Learned"), Reason.OWN_CASE),
        (
            policies.why_not_close(LEAD, replace(CONCERN, seats=WITH_CHIEF), "Learned"),
            Reason.NOT_YOURS,
        ),
        (policies.why_not_close(CHIEF, BYPASSED, "Learned"), Reason.NEEDS_TWO),
        (policies.why_not_hand_over(LEAD, CONCERN, "Capability"), Reason.NOT_YOURS),
        (policies.why_not_hand_over(HR, replace(CONCERN, seats=REVIEWED), "Capability"), None),
        # the clinician answers at every step, and after the end
        (policies.why_not_answer(OWNER, CONCERN, "My words"), None),
        (policies.why_not_answer(OWNER, replace(CONCERN, state=State.CLOSED), "My words"), None),
        (
            policies.why_not_answer(LEAD, replace(CONCERN, state=State.CLOSED), "More"),
            Reason.WRONG_STAGE,
        ),
    ],
)
def test_each_act_is_allowed_or_refused_with_its_reason(refusal, reason):
    assert (refusal and refusal.reason) is reason


def test_nobody_in_their_own_case_has_any_seat():
    both = replace(OWNER, roles=frozenset(Role), leads=HERE, chief_of=HERE)
    assert all(policies.why_not_hold(both, part, THEIRS) for part in Part)
    assert all(policies.why_not_hold(both, part, LEADS_OWN) for part in [Part.REVIEWER])


def test_a_chiefs_own_begins_with_the_medical_director_and_another_divisions_chief_may_follow():
    own = replace(THEIRS, owner_goes_to_director=True)
    elsewhere = replace(CHIEF, chief_of=frozenset({2}))
    assert policies.why_not_hold(DIRECTOR, Part.LEAD, own) is None
    assert policies.why_not_hold(elsewhere, Part.CHIEF, own) is None
    for reader, part in ((LEAD, Part.LEAD), (CHIEF, Part.LEAD), (CHIEF, Part.CHIEF)):
        assert policies.why_not_hold(reader, part, own) is not None
    assert policies.why_not_hold(elsewhere, Part.CHIEF, THEIRS) is not None


def test_nobody_below_sits_in_a_medical_directors_own_concern():
    own = replace(THEIRS, owner_goes_to_director=True, owner_is_director=True)
    elsewhere = replace(CHIEF, chief_of=frozenset({2}))
    for part in (Part.LEAD, Part.CHIEF, Part.REVIEWER, Part.SECOND):
        assert policies.why_not_hold(DIRECTOR, part, own) is None
        for below in (LEAD, CHIEF, elsewhere):
            assert policies.why_not_hold(below, part, own) is not None


@pytest.mark.parametrize(
    ("kind", "mine", "filled", "turn"),
    [
        (StepKind.DATA, {Part.LEAD}, {Part.LEAD}, "Take the next step"),
        (StepKind.CHIEF, {Part.LEAD}, {Part.LEAD}, "bring somebody in"),
        (StepKind.CHIEF, {Part.LEAD}, {Part.LEAD, Part.CHIEF}, ""),
        (StepKind.CHIEF, {Part.CHIEF}, {Part.LEAD, Part.CHIEF}, "Take the next step"),
        (StepKind.OUTSIDE, {Part.HR}, {Part.CHIEF, Part.REVIEWER, Part.HR}, "Take the next step"),
        (StepKind.OUTSIDE, {Part.LEAD}, {Part.LEAD, Part.REVIEWER}, ""),
        (None, {Part.REVIEWER}, {Part.LEAD, Part.REVIEWER}, "hand it over"),
        (None, {Part.LEAD}, {Part.LEAD, Part.REVIEWER}, ""),
    ],
)
def test_home_pages_say_whose_turn_it_is(kind, mine, filled, turn):
    said = turn_at(kind, mine, filled)
    assert turn in said
    assert bool(said) is bool(turn)


def test_the_shipped_steps_are_sound_and_no_step_can_be_left_out_or_come_too_early():
    route = shipped()
    assert wrong_with(route) == ""
    for place in range(len(route.steps)):
        assert "missing" in wrong_with(
            replace(route, steps=route.steps[:place] + route.steps[place + 1 :])
        )
    assert "order" in wrong_with(replace(route, steps=route.steps[::-1]))
    more = StepText(StepKind.STRUCTURE, "Handover", "Who handed over to whom?")
    assert wrong_with(replace(route, steps=(*route.steps[:3], more, *route.steps[3:]))) == ""
    assert wrong_with(replace(route, answer_days=0))
    assert wrong_with(replace(route, discussions=0))


@pytest.mark.parametrize("line", ["data | Title", "gossip | Title | About", "data | | About"])
def test_a_line_that_is_no_step_is_named(line):
    with pytest.raises(ValueError, match="Line 4"):
        step_of(4, line)


GROUPS = st.dictionaries(st.text("abcde", min_size=1, max_size=2), st.integers(0, 30), max_size=6)


@given(sizes=GROUPS, least=st.integers(1, 12))
def test_no_group_of_fewer_people_is_ever_shown_and_nobody_is_in_two(sizes, least):
    people, start = {}, 0
    for name, size in sizes.items():
        people[name] = set(range(start, start + size))
        start += size
    found = groups_of(people, least)
    assert all(len(members) >= least for _, members in found)
    placed = [one for _, members in found for one in members]
    assert len(placed) == len(set(placed))
    assert len(placed) in {0, start}  # all of them, or too few for one group
    assert sum(name == TOGETHER for name, _ in found) <= 1


def test_a_route_text_is_what_its_lines_say():
    assert isinstance(shipped(), RouteText)
    assert shipped().discussions == 2
