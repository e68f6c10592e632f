"""The loop of figure 2: real objects in a circle, the present one lit. No database."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinlead.access.policies import Reader, Role
from clinlead.workstreams.checks import CHECKS
from clinlead.workstreams.circle import NARROW, WIDE, circle
from clinlead.workstreams.facts import Aim, Measured, Outcome, Place, StreamFacts
from clinlead.workstreams.loop import STEP_OF_CHECK, Light, Step, further_on, furthest, loop_of

READER = Reader(account_id=1, on=date(2026, 7, 1), roles=frozenset({Role.ANALYST}))
STAFF = replace(READER, roles=frozenset({Role.STAFF}))
OUTCOME = Outcome(title="Short stays", address="/o/", aim=Aim("Home on time", "/a/"))
STAY = Measured(code="stay", title="Length of stay", grade="B")
PLACE = Place(
    pk=1,
    code="cardiology",
    name="Cardiology",
    bi_checked=True,
    released=2,
    decided=True,
    cycled=True,
    opens=(4, 5),
    decision=6,
    cycle=7,
)
ALL = StreamFacts(places=(PLACE,), outcomes=(OUTCOME,), measures=(STAY,))
NAMES = [
    *("Strategic objective", "Outcome (SCO)", "Measure (KPI)", "Data specification", "Extract"),
    *("BI check", "Sign-off", "Release", "Interpretation", "Decision", "PDSA cycle"),
    "Measured again",
]
LAST = len(NAMES) - 1


def test_the_loop_has_the_steps_of_figure_two_in_order():
    assert [step.name for step in loop_of(ALL, READER, LAST)] == NAMES


def test_each_real_object_is_one_link_away():
    assert [step.address for step in loop_of(ALL, READER, LAST)] == [
        *("/a/", "/o/", "/strategy/measures/stay/", "/measures/stay/", "/quality/"),
        *["/releases/5/"] * 4,
        *("/improvement/decisions/6/", "/improvement/cycles/7/", "/releases/5/"),
    ]


def test_what_a_reader_may_not_open_is_named_and_is_no_link():
    hidden = replace(PLACE, opens=(), decision=None, cycle=None)
    steps = loop_of(replace(ALL, places=(hidden,)), STAFF, LAST)
    assert all(step.there for step in steps)
    assert [step.name for step in steps if step.address] == NAMES[:4]


@pytest.mark.parametrize(
    ("facts", "lit"),
    [
        (ALL, "Measured again"),
        (StreamFacts(), None),
        (replace(ALL, measures=()), "Outcome (SCO)"),
        (replace(ALL, measures=(replace(STAY, grade=""),)), "Data specification"),
        (replace(ALL, places=(replace(PLACE, decided=False),)), "Interpretation"),
    ],
)
def test_the_last_step_before_the_first_gap_is_lit(facts, lit):
    steps = loop_of(facts, READER, LAST)
    assert [step.name for step in steps if step.light is Light.HERE] == ([lit] if lit else [])


@pytest.mark.parametrize(
    ("asked", "lit"),
    [
        (["engaged", "outcomes"], "Outcome (SCO)"),
        (["outcomes", "measures", "definitions"], "Data specification"),
        (["definitions", "decision", "cycle"], "PDSA cycle"),
        (["engaged"], "Strategic objective"),
    ],
)
def test_a_stream_stands_no_further_than_its_stage(asked, lit):
    steps = loop_of(ALL, READER, furthest(asked))
    assert [step.name for step in steps if step.light is Light.HERE] == [lit]
    assert further_on(steps)
    assert not further_on(loop_of(ALL, READER, LAST))


def test_every_check_that_a_stage_can_ask_is_placed_in_the_loop_or_at_its_beginning():
    assert STEP_OF_CHECK.keys() <= CHECKS.keys()


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cc"]))


@given(
    st.lists(
        st.builds(Step, WORDS, WORDS, st.sampled_from(["", "/x/"])),
        min_size=1,
        max_size=12,
    )
)
def test_any_words_make_a_drawing_without_style_or_script(steps):
    for size in (WIDE, NARROW):
        drawing = circle(steps, size)
        root = ET.fromstring(drawing)
        assert len([e for e in root.iter() if e.tag.endswith("}a")]) == sum(
            1 for one in steps if one.address
        )
        assert not [e for e in root.iter() if "style" in e.attrib or e.tag.endswith("script")]


def test_steps_stay_inside_the_drawing():
    for size in (WIDE, NARROW):
        root = ET.fromstring(circle(loop_of(ALL, READER, LAST), size))
        dots = list(root.iter("{http://www.w3.org/2000/svg}circle"))
        assert len(dots) == 1 + len(NAMES)  # the ring, and a dot a step
        for dot in dots:
            x, y, r = (float(dot.get(name)) for name in ("cx", "cy", "r"))
            assert r <= x <= size.width - r
            assert r <= y <= size.height - r
