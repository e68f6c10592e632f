"""The pages of a release, as each person meets them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinlead.access.policies import Role
from clinlead.figures.models import TallyMonth
from clinlead.framework.models import FirstLook
from clinlead.history.queries import readings_about
from clinlead.learning.actions import set_wait
from clinlead.learning.policies import Right
from clinlead.releases.models import Release, ReleaseState
from clinlead.releases.standing import team_figures
from people import give
from small_release import AT, Quarter

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(prepared, db) -> Quarter:
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    return prepared


def page(client, ready: Quarter, login: str, path: str = "", expected: int = 200, **data) -> str:
    """The page as this person gets it; with data, it is posted."""
    client.force_login(ready.trust.accounts[login])
    address = path if path.startswith("/") else f"/releases/{ready.release.pk}/{path}"
    response = client.post(address, data) if data else client.get(address)
    assert response.status_code == expected, response.content.decode()[:2000]
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def own_figure(ready: Quarter, login: str) -> str:
    return f"figures/length-of-stay/discharging/{ready.trust.person(login).code}/"


def test_the_lead_sees_the_path_the_minutes_and_what_needs_thought_first(client, ready):
    said = words(page(client, ready, "lead"))
    for step in ("Settle challenges", "Sign off the others together", "Table at governance"):
        assert step in said
    assert re.search(r"About \d+ minutes? left", said)
    assert "chance alone would give about" in said
    left = len(ready.now().to_interpret)
    assert f"{left} figure{'' if left == 1 else 's'} with a signal" in said
    assert said.index("These need thought first") < said.index("What must hold")


def test_the_gate_names_what_is_missing_and_who_can_do_it(client, ready):
    said = words(page(client, ready, "lead"))
    assert "no control total entered" in said
    assert "A BI analyst enters and explains them." in said
    assert "5 passed." in said


def test_whoever_may_not_know_of_a_release_finds_nothing(client, ready):
    for login in ("clinician", "peer", "stranger", "otherlead", "hr", "executive", "dpo",
                  "operations", "projectteam", "evaluator", "wardstaff", "sysadmin"):  # fmt: skip
        page(client, ready, login, expected=404)
        page(client, ready, login, own_figure(ready, "clinician"), expected=404)


def test_the_chief_sees_the_leads_own_figures_and_no_others(client, ready):
    said = page(client, ready, "chief")
    assert own_figure(ready, "lead") in said
    assert own_figure(ready, "clinician") not in said
    page(client, ready, "chief", own_figure(ready, "lead"))
    page(client, ready, "chief", own_figure(ready, "clinician"), expected=404)


def test_the_analyst_builds_with_codes_and_not_with_names(client, ready):
    said = words(page(client, ready, "analyst"))
    assert "Dr Clinician" not in said
    assert ready.trust.person("clinician").code in said


def test_opening_named_figures_is_recorded_once_a_page_and_the_owner_sees_it(client, ready):
    page(client, ready, "lead")
    entry = readings_about(ready.trust.person("clinician").pk).get()
    assert entry.by == ready.trust.lead
    assert not readings_about(ready.trust.person("lead").pk).exists()


def test_a_quarter_goes_out_through_the_pages_alone(client, ready):
    team = {"died-in-hospital": 219, "length-of-stay": 219}
    totals = {f"{code}-theirs": number for code, number in team.items()}
    totals |= {f"{code}-source": "Board report" for code in team}
    page(client, ready, "analyst", "totals/", 302, **totals)
    page(client, ready, "analyst", "check/", 302, note="Counted again.")
    for login in ("lead", "chief"):
        now = ready.now()
        reader_ids = {"lead": False, "chief": True}
        for draft in now.to_interpret:
            if now.facts_of(draft).owner_leads is reader_ids[login]:
                path = f"figures/{'/'.join(draft.key)}/interpret/"
                page(client, ready, login, path, 302, text="A new ward opened.")
        page(client, ready, login, "sign-off/", 302, together="yes")
    page(client, ready, "lead", "release/", 302, invitation="My door is open on Tuesday.")
    said = words(page(client, ready, "clinician"))
    assert "My door is open on Tuesday." in said
    assert "Your figures" in said
    assert "Dr Peer" not in said
    page(client, ready, "lead", "table/", 302, on="2026-07-31", note="Minute 4")
    assert "31 July 2026" in words(page(client, ready, "lead"))


def test_a_form_without_its_words_comes_back_and_says_what_to_write(client, ready):
    html = page(client, ready, "lead", "release/", 422, invitation=" ")
    assert "Write an invitation" in html
    html = page(client, ready, "analyst", "check/", 422, note="")
    assert "Say what you checked." in html
    html = page(client, ready, "analyst", "totals/", 422, **{"length-of-stay-theirs": "many"})
    assert "Write the total as a whole number" in html
    html = page(client, ready, "lead", own_figure(ready, "clinician") + "interpret/", 422, text=" ")
    assert "Write what you make of this figure." in html


def test_every_wrong_total_is_shown_at_its_own_field_and_nothing_is_saved(client, ready):
    wrong = {"length-of-stay-theirs": "many", "died-in-hospital-theirs": "12"}
    html = page(client, ready, "analyst", "totals/", 422, **wrong)
    for field, error in (
        ("length-of-stay-theirs", "Write the total as a whole number"),
        ("died-in-hospital-source", "Say where their total is from."),
    ):
        assert re.search(rf'id="id_{field}-error"[^>]*>.*?{error}', html), field
        assert f'href="#id_{field}"' in html
    assert "Nothing was saved." in html
    assert 'value="many"' in html
    assert not ready.release.control_totals.exists()


def test_a_measure_left_blank_is_neither_wrong_nor_saved(client, ready):
    html = page(client, ready, "analyst", "totals/", 422, **{"length-of-stay-theirs": "many"})
    assert "died-in-hospital-theirs-error" not in html
    right = {"length-of-stay-theirs": "219", "length-of-stay-source": "Board report"}
    page(client, ready, "analyst", "totals/", 302, **right)
    assert ready.release.control_totals.get().measure == "length-of-stay"


def test_a_total_is_asked_for_the_months_that_go_out_and_said_of_them(client, ready):
    TallyMonth.objects.shown().filter(measure="died-in-hospital", month="2026-03").update(
        complete=False
    )
    (died,) = (d for d in team_figures(ready.now().figures) if d.key.measure == "died-in-hospital")
    asked = words(page(client, ready, "analyst"))
    assert f"Their total for January to February 2026 (ours is {died.records})" in asked
    assert "Their total for January to March 2026 (ours is" in asked, "of the other measure"
    given = {"died-in-hospital-theirs": died.records, "died-in-hospital-source": "Board report"}
    page(client, ready, "analyst", "totals/", 302, **given)
    said = words(page(client, ready, "analyst"))
    assert (
        f"January to February 2026: ours is {died.records} and theirs {died.records}, the same."
        in said
    )
    page(client, ready, "analyst", "totals/", 302, **{**given, "died-in-hospital-theirs": 1})
    assert "the difference is not explained" in words(page(client, ready, "lead"))


def test_a_shut_gate_is_explained_and_nothing_changes(client, ready):
    html = page(client, ready, "lead", "release/", 403, invitation="Come and talk.")
    assert "The BI check is not done." in html
    ready.release.refresh_from_db()
    assert ready.release.state == ReleaseState.PREPARING


def test_signing_off_waits_on_a_lesson_where_the_project_team_says_so(client, ready):
    set_wait(
        right=Right.SIGN_OFF,
        lesson="small-numbers",
        because="Nine patients",
        by=ready.trust.projectteam,
        at=AT,
    )
    said = page(client, ready, "lead", "sign-off/", 403, together="yes")
    assert "the lesson “Small numbers”" in said
    assert "Nine patients" in said
    assert not ready.release.sign_offs.exists()


def test_the_lead_is_told_that_their_own_figure_goes_to_the_chief(client, ready):
    said = words(page(client, ready, "lead", own_figure(ready, "lead")))
    assert "Nobody decides their own case" in said
    page(client, ready, "lead", own_figure(ready, "lead") + "interpret/", 403, text="Mine")


def test_a_chiefs_own_figures_go_past_the_lead_to_the_medical_director(client, ready):
    trust = ready.trust
    page(client, ready, "director", expected=404)
    give(trust, "peer", Role.CHIEF, division=trust.surgery.division)
    ready.enter_totals()
    ready.check()
    ready.decide()
    left = {draft.person for draft in (*ready.now().to_interpret, *ready.now().to_sign_off)}
    assert left == {trust.person("peer")}
    page(client, ready, "lead", own_figure(ready, "peer") + "sign-off/", 403, x="y")
    said = words(page(client, ready, "lead"))
    assert "2 of a chief of service’s or medical director’s own go to a medical director" in said
    seen = page(client, ready, "director")
    assert own_figure(ready, "peer") in seen
    assert own_figure(ready, "clinician") not in seen
    for draft in ready.now().to_interpret:
        path = f"figures/{'/'.join(draft.key)}/interpret/"
        page(client, ready, "director", path, 302, text="A new ward opened.")
    page(client, ready, "director", "sign-off/", 302, together="yes")
    assert not ready.now().to_sign_off
    page(client, ready, "lead", "release/", 302, invitation="My door is open.")


def test_the_chief_and_the_medical_director_read_at_home_what_only_they_decide(client, ready):
    trust, own = ready.trust, "/home/own-figures/"
    assert f'hx-get="{own}"' in page(client, ready, "chief", "/")
    assert "Cardiology, January to March 2026" in words(page(client, ready, "chief", own))
    ready.enter_totals()
    ready.check()
    lead = trust.person("lead")
    theirs = [draft for draft in ready.now().figures.drafts if draft.person == lead]
    to_interpret = sum(draft in ready.now().to_interpret for draft in theirs)
    said = words(page(client, ready, "chief", f"{own}{ready.release.pk}/"))
    assert f"{len(theirs) - to_interpret} figure" in said
    assert "to sign off" in said
    page(client, ready, "director", f"{own}{ready.release.pk}/", 404)
    give(trust, "peer", Role.CHIEF, division=trust.surgery.division)
    assert "to sign off" in words(page(client, ready, "director", f"{own}{ready.release.pk}/"))
    ready.decide()
    assert "nothing waits for you" in words(
        page(client, ready, "chief", f"{own}{ready.release.pk}/")
    )


def test_the_figures_page_gives_the_evidence_for_each_reason(client, ready):
    said = words(page(client, ready, "lead", own_figure(ready, "clinician")))
    for reason in ("Chance", "Volumes", "Data quality", "How cases are attributed", "Case mix",
                   "Role", "Leave", "A change of service or recording"):  # fmt: skip
        assert reason in said
    assert "grade B" in said
    assert re.search(r"Average age: [\d.]+ years; [\d.]+ years in the year before", said)
    assert re.search(r"Of \d+ records: 100% accepted by silence", said)
    assert "No leave is recorded in these months." in said
    assert "only a difference of" in said


def test_after_the_release_each_reader_sees_what_is_theirs(client, ready):
    ready.through()
    own = own_figure(ready, "clinician")
    for login in ("clinician", "lead", "analyst"):
        page(client, ready, login, own)
    for login in ("peer", "chief", "stranger", "otherlead", "hr", "operations", "executive"):
        page(client, ready, login, own, expected=404)
    team = "figures/length-of-stay/discharging/department:cardiology/"
    for login in ("peer", "chief", "operations", "projectteam", "director"):
        page(client, ready, login, team)
    for login in ("stranger", "hr", "executive", "dpo", "evaluator"):
        page(client, ready, login, team, expected=404)
    looked = FirstLook.objects.filter(release=ready.release).values_list("person__code", flat=True)
    assert ready.trust.person("clinician").code in looked  # for the share; nobody is shown who


def test_the_medical_director_states_a_purpose_before_names_are_shown_and_the_owner_reads_it(
    client, ready
):
    ready.through()
    own = own_figure(ready, "clinician")
    assert "statutory purpose" in page(client, ready, "director", own)
    assert not readings_about(ready.trust.person("clinician").pk).exists()
    assert own not in page(client, ready, "director")
    address = f"/releases/{ready.release.pk}/?purpose=Revalidation+in+May"
    assert own in page(client, ready, "director", address)
    entry = readings_about(ready.trust.person("clinician").pk).get()
    assert entry.facts["details"] == {"reason": "Revalidation in May"}


def test_the_owner_writes_their_own_words_beside_the_figure(client, ready):
    ready.through()
    own = own_figure(ready, "clinician")
    page(client, ready, "clinician", own + "words/", 302, text="I was on leave in March.")
    for login in ("clinician", "lead"):
        assert "I was on leave in March." in page(client, ready, login, own)
    page(client, ready, "lead", own + "words/", 403, text="Not mine")


def test_a_small_teams_total_counts_as_named(client, ready):
    ready.through()
    ready.release.figures.filter(person=None).update(contributors=5)
    team = "figures/length-of-stay/discharging/department:cardiology/"
    for login in ("peer", "operations", "projectteam", "chief"):
        page(client, ready, login, team, expected=404)
    page(client, ready, "lead", team)
    assert "Fewer than six people" in words(page(client, ready, "operations"))


def test_the_list_says_how_many_and_what_is_due(client, ready):
    said = words(page(client, ready, "lead", "/releases/"))
    assert "1 release" in said
    assert "January to March 2026" in said
    empty = words(page(client, ready, "stranger", "/releases/"))
    assert "There is no release that you can open yet." in empty
    assert "Cardiology" not in empty


def test_the_manifest_is_there_once_it_is_released(client, ready):
    page(client, ready, "lead", "manifest/", expected=404)
    release = ready.through()
    client.force_login(ready.trust.clinician)
    answer = client.get(f"/releases/{release.pk}/manifest/").json()
    assert answer["digest"] == release.digest


def test_a_new_edition_says_what_changed(client, ready):
    from clinlead.figures.models import Tally

    ready.through()
    unit = ready.trust.person("clinician").code
    rows = Tally.objects.filter(
        unit=unit, tally_month__month="2026-02", tally_month__measure="length-of-stay"
    )
    rows.update(numerator=1_000_000)
    first = ready.release.pk
    page(client, ready, "lead", "again/", 302, because="A stay was not theirs.")
    ready.release = Release.objects.get(edition=2)
    ready.through()
    said = words(page(client, ready, "clinician"))
    assert "A stay was not theirs." in said
    assert "February 2026" in said
    assert "replaces this one" in words(page(client, ready, "clinician", f"/releases/{first}/"))


@pytest.mark.parametrize("state", ["preparing", "released"])
def test_a_page_asks_the_database_at_most_twenty_times(client, ready, state):
    if state == "released":
        ready.through()
    for path in ("", own_figure(ready, "clinician"), "/releases/"):
        page(client, ready, "lead", path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path if path.startswith("/") else f"/releases/{ready.release.pk}/{path}")
        counted = [q for q in queries if "SAVEPOINT" not in q["sql"]]
        assert 2 < len(counted) <= 20, [q["sql"][:160] for q in counted]
