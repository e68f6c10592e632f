"""Corrections lie on top of what the source says, and one field has one at a time."""

import pytest

from clinlead.history.models import Entry
from clinlead.intake.actions import correct, revoke_correction
from clinlead.intake.models import CorrectionState
from clinlead.intake.queries import activity, corrections_table

pytestmark = pytest.mark.django_db


def make(now, trust, old="C1", new="C2"):
    return correct(
        dataset="spells",
        key="S1",
        field="discharging_consultant",
        old=old,
        new=new,
        reason="not mine",
        by=trust.lead,
        at=now,
    )


def test_a_correction_reaches_the_engine_and_the_record_of_acts(trust, now):
    make(now, trust)
    assert corrections_table().to_pylist() == [
        {
            "dataset": "spells",
            "key": "S1",
            "field": "discharging_consultant",
            "old": "C1",
            "new": "C2",
        }
    ]
    assert activity().corrections.num_rows == 1
    assert Entry.objects.filter(act="record corrected", object_id="spells:S1").exists()


def test_a_second_correction_takes_the_firsts_place_and_keeps_the_sources_word(trust, now):
    first = make(now, trust)
    second = make(now, trust, old="C2", new="C3")
    first.refresh_from_db()
    assert first.state == CorrectionState.REVOKED
    assert (second.old, second.new) == ("C1", "C3")
    assert corrections_table().num_rows == 1


def test_a_revoked_correction_leaves_the_source_alone(trust, now):
    revoke_correction(correction_id=make(now, trust).pk, by=trust.lead, at=now)
    assert corrections_table().num_rows == 0


def test_the_codes_of_people_and_pools_reach_the_engine(trust):
    units = dict(
        zip(*[activity().codes[name].to_pylist() for name in ("code", "unit")], strict=True)
    )
    assert units["C-clinician"] == trust.person("clinician").code
    assert units["POOL"] == "pool:cardiology"
