"""What work weighs is brought whole or not at all, and a release says by which weights."""

from datetime import timedelta

import pytest

from clinlead.history.models import Entry
from clinlead.intake.queries import weights_now
from clinlead.intake.weighing import bring_weights
from clinlead.releases.models import Release
from clinlead.releases.verifying import weighed_otherwise
from clinmeasures.errors import BadInput

pytestmark = pytest.mark.django_db
HEAD = "source,record,field,code,weight\n"
NATIONAL = "national-2026,clinics,attendance_type,first,1500\n"
FOLLOW_UP = "national-2026,clinics,attendance_type,follow_up,750\n"


@pytest.fixture
def said(tmp_path, settings):
    """Writes a file of weights; the data directory is empty."""
    changed = {"data_dir": tmp_path / "data"}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=changed)

    def write(*rows: str):
        file = tmp_path / "weights.csv"
        file.write_text(HEAD + "".join(rows))
        return file

    return write


def test_weights_are_brought_and_the_act_recorded_once(said, now):
    assert weights_now() == {}
    brought = bring_weights(file=said(NATIONAL, FOLLOW_UP), at=now)
    assert (brought.source, brought.rows, brought.changed) == ("national-2026", 2, True)
    again = bring_weights(file=said(FOLLOW_UP, NATIONAL), at=now + timedelta(days=1))
    assert not again.changed
    entry = Entry.objects.get(act="weights brought")
    assert entry.object_id == "national-2026"


@pytest.mark.parametrize(
    "rows",
    [
        [NATIONAL, NATIONAL],
        [NATIONAL.replace("1500", "much")],
        [NATIONAL, FOLLOW_UP.replace("national", "other")],
        [NATIONAL.replace("clinics", "letters")],
        [],
    ],
    ids=["a code twice", "not a number", "two sources", "not weighed", "no row"],
)
def test_weights_that_are_wrong_leave_those_before(said, now, rows):
    bring_weights(file=said(NATIONAL), at=now)
    before = weights_now()
    with pytest.raises(BadInput, match=r"weights\.csv"):
        bring_weights(file=said(*rows), at=now)
    assert weights_now() == before
    assert Entry.objects.filter(act="weights brought").count() == 1


def test_a_file_that_is_no_table_is_one_sentence(said, now):
    file = said()
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read as a table"):
        bring_weights(file=file, at=now)


def test_verifying_says_where_work_is_weighed_otherwise_since(said, now, monkeypatch):
    release = Release(manifest={"digested": {"measures": [{"record": "jobplans"}]}})
    reread = "clinlead.releases.verifying.definition_of"
    monkeypatch.setattr(reread, lambda each: type("Definition", (), each))
    bring_weights(file=said(NATIONAL), at=now)
    release.inputs = {"weights": weights_now()}
    assert weighed_otherwise(release) == ""
    bring_weights(file=said(NATIONAL.replace("national-2026", "national-2027")), at=now)
    assert weighed_otherwise(release) == (
        "work was weighed by national-2026; other weights are in use now (national-2027)"
    )
    release.inputs = {}  # of a release made before weights were named
    assert weighed_otherwise(release) == ""
    release.inputs = {"weights": {}}
    release.manifest["digested"]["measures"] = [{"record": "spells"}]
    assert weighed_otherwise(release) == ""
