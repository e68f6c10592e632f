"""A team's measure is shown for one person only after the department's recorded decision."""

import pytest

from clinlead.history.models import Entry
from clinlead.measures.actions import choose_measure, register
from clinlead.measures.models import DepartmentMeasure
from small_release import AT, HEAD

pytestmark = pytest.mark.django_db
PAGE = "/departments/cardiology/measures/summary-sent/"
OWN = "/me/figures/summary-sent/"
TEAM = (
    HEAD.replace('"individual"', '"team"')
    + 'code = "summary-sent"\ntitle = "Summary sent"\nkind = "proportion"\ndirection = "higher"\n'
    + 'influence = "The ward sends it."\n'
    + 'numerator = [{ field = "hours_to_summary", at_most = 24 }]\nlooks_ahead_days = 1\n'
    + 'month_of = "discharged_at"\n'
)


@pytest.fixture
def trust(prepared, db):
    choose_measure(
        department=prepared.trust.cardiology,
        measure=register(text=TEAM, source="test", at=AT, by=None),
        rule="discharging",
        shown_individually=False,
        reason="",
        at=AT,
        by=None,
    )
    return prepared.trust


def ask(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data) if data else client.get(address)


def test_nobody_has_a_figure_of_their_own_until_the_department_decided(client, trust):
    assert ask(client, trust, "clinician", OWN).status_code == 404
    said = ask(client, trust, "lead", PAGE).content.decode()
    assert "For the team alone. Others make most of this measure" in said
    assert "The ward sends it." in said
    answer = ask(client, trust, "lead", PAGE, reason="Agreed by all on 3 March.")
    assert answer.status_code == 302
    assert ask(client, trust, "clinician", OWN).status_code == 200
    entry = Entry.objects.get(act="measure shown for individuals")
    assert entry.by == trust.lead
    assert entry.facts["details"]["reason"] == "Agreed by all on 3 March."
    for login in ("clinician", "stranger", "executive"):
        said = ask(client, trust, login, PAGE).content.decode()
        assert "Agreed by all on 3 March." in said
        assert "Record the decision" not in said

    ask(client, trust, "lead", PAGE, reason="It told nobody anything.")
    assert ask(client, trust, "clinician", OWN).status_code == 404
    assert Entry.objects.filter(act="measure shown for the team").count() == 1


def test_whoever_does_not_lead_and_whoever_gives_no_reason_changes_nothing(client, trust):
    before = list(DepartmentMeasure.objects.order_by("pk").values())
    refused = ask(client, trust, "clinician", PAGE, reason="I would like it.")
    assert refused.status_code == 403
    assert "clinical director records" in refused.content.decode()
    assert ask(client, trust, "lead", PAGE, reason=" ").status_code == 200
    assert list(DepartmentMeasure.objects.order_by("pk").values()) == before


def test_a_measure_that_the_department_does_not_use_has_no_such_page(client, trust):
    assert ask(client, trust, "lead", PAGE.replace("cardiology", "surgery")).status_code == 404
    own = ask(client, trust, "lead", "/departments/cardiology/measures/length-of-stay/")
    assert "needs no decision" in own.content.decode()
