"""Exit criteria judge what is really there: pure, a table of what is missing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Role
from clinlead.workstreams.checks import CHECKS, names_of
from clinlead.workstreams.facts import Aim, Measured, Outcome, Place, StreamFacts
from clinlead.workstreams.policies import Precondition, Status
from clinlead.workstreams.template import shipped

AIM = Aim("Home on time", "/strategy/objectives/home-on-time/")
PLACE = Place(
    pk=1,
    code="cardiology",
    name="Cardiology",
    leads=frozenset({10}),
    mandated=frozenset({10}),
    in_figures=True,
    records_checked=True,
    bi_checked=True,
    released=2,
    tabled=2,
    decided=True,
    cycled=True,
    spread=True,
)
OUTCOME = Outcome(
    title="Short stays",
    address="/strategy/outcomes/short-stays/",
    departments=frozenset({1}),
    aim=AIM,
    measures=frozenset({"stay"}),
)
STAY = Measured(
    code="stay",
    title="Length of stay",
    needed_by=frozenset({1}),
    used_by=frozenset({1}),
    grade="B",
)
THERE = StreamFacts(
    stream_id=7,
    places=(PLACE,),
    outcomes=(OUTCOME,),
    measures=(STAY,),
    objective=True,
    definition=True,
    status=Status.ENGAGED,
    sponsored=True,
    managed=True,
    preconditions=frozenset(Precondition),
)
OTHER = replace(PLACE, pk=2, code="surgery", name="Surgery", leads=frozenset({20}))


def with_place(**change) -> StreamFacts:
    return replace(THERE, places=(replace(PLACE, **change),))


@pytest.mark.parametrize("key", CHECKS)
def test_where_all_is_there_every_check_holds(key):
    assert CHECKS[key].find(THERE) is None


MISSING = [
    ("objective", replace(THERE, objective=False), "No objective", Role.EXECUTIVE),
    ("definition", replace(THERE, definition=False), "No definition", Role.EXECUTIVE),
    ("mandate", with_place(mandated=frozenset()), "Cardiology", Role.CHIEF),
    ("mandate", with_place(mandated=frozenset({99})), "Cardiology", Role.CHIEF),  # a former lead's
    ("mandate", with_place(leads=frozenset()), "Cardiology", Role.CHIEF),
    ("sponsor", replace(THERE, sponsored=False), "No sponsor", Role.PROJECT_TEAM),
    ("engaged", replace(THERE, status=Status.APPROACHED), "said yes", Role.PROJECT_TEAM),
    ("engaged", replace(THERE, status=Status.DID_NOT_ENGAGE), "said yes", Role.PROJECT_TEAM),
    ("managers", replace(THERE, managed=False), "No manager", Role.PROJECT_TEAM),
    ("stream-lead", with_place(leads=frozenset()), "no clinical", Role.SYSTEM_ADMINISTRATOR),
    ("stream-lead", replace(THERE, places=(PLACE, OTHER)), "Nobody", Role.SYSTEM_ADMINISTRATOR),
    ("staff-side", replace(THERE, preconditions=frozenset()), "staff side", Role.HR),
    ("impact-assessment", replace(THERE, preconditions=frozenset()), "assessment", Role.DPO),
    ("privacy-notice", replace(THERE, preconditions=frozenset()), "privacy", Role.DPO),
    ("caldicott", replace(THERE, preconditions=frozenset()), "caldicott", Role.DPO),
    ("outcomes", replace(THERE, outcomes=()), "Cardiology", Role.LEAD),
    ("outcomes", replace(THERE, outcomes=(replace(OUTCOME, aim=None),)), "Cardio", Role.LEAD),
    ("outcomes", replace(THERE, places=(PLACE, OTHER)), "Surgery", Role.LEAD),
    ("measures", replace(THERE, outcomes=()), "No outcome", Role.LEAD),
    (
        "measures",
        replace(THERE, outcomes=(replace(OUTCOME, measures=frozenset()),)),
        "Short stays",
        Role.LEAD,
    ),
    ("measures", replace(THERE, most_measures=0), "1 measures; 0 is the most", Role.LEAD),
    ("definitions", replace(THERE, measures=()), "No measure", Role.LEAD),
    ("definitions", replace(THERE, measures=(replace(STAY, approved=False),)), "no", Role.ANALYST),
    (
        "definitions",
        replace(THERE, measures=(replace(STAY, used_by=frozenset({9})),)),
        "not used yet by Cardiology",
        Role.LEAD,
    ),
    ("extracts", replace(THERE, measures=()), "No measure", Role.LEAD),
    ("extracts", replace(THERE, measures=(replace(STAY, grade=""),)), "No extract", Role.ANALYST),
    ("extracts", replace(THERE, measures=(replace(STAY, grade="D"),)), "grade D", Role.ANALYST),
    ("covered", with_place(in_figures=False), "no patient", Role.ANALYST),
    ("records-checked", with_place(records_checked=False), "records to check", Role.LEAD),
    ("bi-check", with_place(bi_checked=False), "BI check", Role.ANALYST),
    ("released", with_place(released=0), "Nothing is released", Role.LEAD),
    ("interpreted", with_place(uninterpreted=True), "interpreted", Role.LEAD),
    ("interpreted", with_place(released=0), "interpreted", Role.LEAD),
    ("tabled", with_place(tabled=0), "governance", Role.LEAD),
    ("decision", with_place(decided=False), "No decision", Role.LEAD),
    ("cycle", with_place(cycled=False), "No PDSA cycle", Role.LEAD),
    ("spread", with_place(spread=False), "learn and spread", Role.LEAD),
    ("measured-again", with_place(released=1), "second release", Role.LEAD),
    ("tabled-again", with_place(tabled=1), "second release", Role.LEAD),
]


@pytest.mark.parametrize(("key", "facts", "words", "role"), MISSING)
def test_a_check_says_what_is_missing_and_who_can_meet_it(key, facts, words, role):
    missing = CHECKS[key].find(facts)
    assert missing is not None
    assert words in missing.what
    assert role in missing.roles
    assert missing.who
    assert missing.address


def test_every_check_is_in_that_table():
    assert {key for key, *_ in MISSING} == set(CHECKS)


def test_a_stream_lead_leads_across_departments():
    across = replace(THERE, places=(PLACE, OTHER), led=True)
    assert CHECKS["stream-lead"].find(across) is None


def test_the_shipped_template_uses_every_check_once():
    keys = [one.key for stage in shipped() for one in stage.criteria]
    assert sorted(keys) == sorted(CHECKS)
    assert len(shipped()) == 8
    assert all(stage.criteria for stage in shipped())


@given(st.lists(st.sampled_from(["in_figures", "records_checked", "bi_checked"]), min_size=1))
def test_more_evidence_never_takes_a_criterion_away(fields):
    """A stream that gains evidence meets whatever it met before."""
    bare = with_place(**dict.fromkeys(("in_figures", "records_checked", "bi_checked"), False))
    facts, met = bare, {key for key, check in CHECKS.items() if check.find(bare) is None}
    for field in fields:
        facts = replace(facts, places=(replace(facts.places[0], **{field: True}),))
        now = {key for key, check in CHECKS.items() if check.find(facts) is None}
        assert met <= now
        met = now


def test_names_read_as_a_sentence():
    assert names_of([PLACE]) == "Cardiology"
    assert names_of([PLACE, OTHER]) == "Cardiology and Surgery"
    assert names_of([PLACE, OTHER, PLACE]) == "Cardiology, Surgery and Cardiology"
