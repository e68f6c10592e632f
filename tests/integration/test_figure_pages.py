"""Figure pages: who may open which, what they say, and that readings are logged."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinlead.figures.models import FactsMonth
from clinlead.figures.queries import Wanted, series
from clinlead.figures.sums import MILLION, Sums, total
from clinlead.history.queries import readings_about
from clinlead.pages.figures import comparison
from small_activity import computed_trust

MEASURES = ("length-of-stay", "emergency-readmission-30d", "discharge-summary-24h")
STAY = Wanted("length-of-stay", 1, "discharging")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    with computed_trust(django_db_blocker, tmp_path_factory.mktemp("data"), MEASURES) as made:
        yield made


@pytest.fixture
def figures(world, db):
    return world


def get(client, trust, login, address):
    client.force_login(trust.accounts[login])
    return client.get(address)


def words(answer) -> str:
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


EVERYBODY = (
    *("clinician", "peer", "lead", "stranger", "otherlead", "chief", "director", "operations"),
    *("hr", "analyst", "projectteam", "executive", "evaluator", "wardstaff", "dpo", "sysadmin"),
)
CLINICIANS = {"clinician", "peer", "lead", "stranger", "otherlead"}
OPEN_TEAM = {"clinician", "peer", "lead", "chief", "director", "operations", "analyst"} | {
    "projectteam",
    "executive",
}


def opened_by(client, trust, address) -> set[str]:
    answers = {login: get(client, trust, login, address).status_code for login in EVERYBODY}
    assert set(answers.values()) <= {200, 404}
    return {login for login, status in answers.items() if status == 200}


def test_who_opens_which_figure_page(client, figures):
    code = figures.person("clinician").code
    person = f"/departments/cardiology/people/{code}/figures/"
    assert opened_by(client, figures, "/me/figures/") == CLINICIANS
    assert opened_by(client, figures, "/me/figures/length-of-stay/") == CLINICIANS
    assert opened_by(client, figures, "/departments/cardiology/figures/") == OPEN_TEAM
    team = opened_by(client, figures, "/departments/cardiology/figures/length-of-stay/")
    assert team == OPEN_TEAM
    named = {"clinician", "lead", "analyst", "director"}  # the director is asked for a purpose
    assert opened_by(client, figures, person) == named
    assert opened_by(client, figures, f"{person}length-of-stay/") == named
    records = opened_by(client, figures, f"{person}length-of-stay/records/?reason=Coding")
    assert records == {"clinician", "lead", "analyst"}


def test_somebody_elses_department_does_not_have_the_person(client, figures):
    code = figures.person("clinician").code
    answer = get(client, figures, "otherlead", f"/departments/surgery/people/{code}/figures/")
    assert answer.status_code == 404


def test_my_figures_say_each_figure_with_its_denominator(client, figures):
    text = words(get(client, figures, "clinician", "/me/figures/"))
    months = series(figures.person("clinician").code, STAY)
    complete = [m for m in months if m.complete][-12:]
    assert f"on average over {total(complete).n} stays" in text
    assert "Length of stay" in text
    assert "Shown for the team only" in text
    assert "Discharge summary sent within 24 hours" in text


def test_a_team_measure_has_no_page_for_one_person(client, figures):
    answer = get(client, figures, "clinician", "/me/figures/discharge-summary-24h/")
    assert answer.status_code == 404


def test_a_figures_page_has_its_six_parts(client, figures):
    text = words(get(client, figures, "clinician", "/me/figures/emergency-readmission-30d/"))
    for part in (
        "Beside colleagues",
        "Why might it look like this?",
        "The figure under each way of attributing cases",
        "The records behind it",
        "How this is worked out",
        "Who has seen this",
        "The lead’s interpretation",
        "This is not right",
        "Not released",
        "provisional",
    ):
        assert part in text


def test_colleagues_wait_for_a_release(client, figures):
    text = words(get(client, figures, "clinician", "/me/figures/length-of-stay/"))
    assert "once the department's lead has released them" in text.replace("&#39;", "'")


def test_the_lead_sees_unnamed_peers_and_no_rank(client, figures):
    code = figures.person("clinician").code
    address = f"/departments/cardiology/people/{code}/figures/emergency-readmission-30d/"
    text = words(get(client, figures, "lead", address))
    assert "Colleague A" in text
    assert "Colleague F" in text
    assert "Colleague G" not in text
    assert "Dr Peer" not in text


def test_a_reading_of_a_named_page_is_logged_and_one_of_ones_own_is_not(client, figures):
    person = figures.person("clinician")
    get(client, figures, "clinician", "/me/figures/")
    get(client, figures, "clinician", "/me/figures/length-of-stay/")
    assert readings_about(person.pk).count() == 0
    get(client, figures, "lead", f"/departments/cardiology/people/{person.code}/figures/")
    get(client, figures, "lead", "/departments/cardiology/figures/length-of-stay/")
    seen = readings_about(person.pk)
    assert [entry.by for entry in seen] == [figures.lead, figures.lead]


def test_the_lead_says_why_before_records_are_listed(client, figures):
    person = figures.person("clinician")
    address = f"/departments/cardiology/people/{person.code}/figures/length-of-stay/records/"
    asked = get(client, figures, "lead", address)
    assert "Why do you need to see these records?" in words(asked)
    assert "S000" not in words(asked)
    listed = get(client, figures, "lead", f"{address}?reason=A+complaint")
    assert "records" in words(listed)
    assert readings_about(person.pk).first().facts["details"] == {"reason": "A complaint"}


def test_the_director_states_a_purpose_and_sees_nothing_unreleased(client, figures):
    person = figures.person("clinician")
    address = f"/departments/cardiology/people/{person.code}/figures/"
    assert "statutory purpose" in words(get(client, figures, "director", address))
    text = words(get(client, figures, "director", f"{address}?purpose=Revalidation"))
    assert "Nothing of this clinician has been released yet" in text


def test_nobody_but_lead_and_builder_sees_an_unreleased_total(client, figures):
    address = "/departments/cardiology/figures/length-of-stay/"
    for login in ("clinician", "chief", "operations", "executive"):
        text = words(get(client, figures, login, address))
        assert "have not been released yet" in text
        assert "on average" not in text
    assert "on average over" in words(get(client, figures, "lead", address))


def test_the_analyst_works_with_codes(client, figures):
    person = figures.person("peer")
    text = words(get(client, figures, "analyst", "/departments/cardiology/figures/length-of-stay/"))
    assert person.code in text
    assert person.name not in text


def test_filters_stay_in_the_address_and_narrow_the_records(client, figures):
    query = "?from=2025-10&to=2025-12&admission_method=emergency"
    page = get(client, figures, "clinician", f"/me/figures/length-of-stay/{query}")
    assert f'href="/me/figures/length-of-stay/records/{query}"'.replace("&", "&amp;") in (
        page.content.decode()
    )
    count = re.search(r"See the (\d+) records behind it", words(page)).group(1)
    listed = words(get(client, figures, "clinician", f"/me/figures/length-of-stay/records/{query}"))
    assert f"{count} records" in listed
    assert "October to December 2025" in listed
    assert "elective" not in listed


def test_the_filters_are_folded_and_say_what_they_are_set_to(client, figures):
    query = "?from=2025-10&to=2025-12&admission_method=emergency"
    page = get(client, figures, "clinician", f"/me/figures/length-of-stay/{query}")
    assert re.search(r"<details class=\"[^\"]*app-fold\">.*<form.*name=\"from\"", page.text, re.S)
    said = "Now: October 2025 to December 2025, counted for the consultant at discharge, Emergency."
    assert said in words(page)


def test_an_address_that_makes_no_sense_is_read_as_none(client, figures):
    query = "?from=2025-13&to=x&rule=ranked&admission_method=%27;--&page=99"
    assert (
        get(client, figures, "clinician", f"/me/figures/length-of-stay/{query}").status_code == 200
    )
    listed = get(client, figures, "clinician", f"/me/figures/length-of-stay/records/{query}")
    assert listed.status_code == 200


def test_the_owner_takes_the_records_as_a_file_without_patients(client, figures):
    answer = get(client, figures, "clinician", "/me/figures/length-of-stay/records.csv")
    rows = answer.content.decode().splitlines()
    months = series(figures.person("clinician").code, STAY)
    assert len(rows) - 1 == total([m for m in months if m.complete][-12:]).n
    assert rows[0].startswith("record,month,share,")
    assert "patient" not in rows[0].replace("patient_class", "")


def test_each_months_data_have_a_grade_under_the_chart_and_in_its_table(client, figures):
    said = words(get(client, figures, "lead", "/departments/cardiology/figures/length-of-stay/"))
    assert "Data of 24 months: 24 of grade A." in said
    assert "A: use it" in said
    poor = FactsMonth.objects.get(dataset="spells", month="2026-02")
    poor.checks["checks"]["consultant-at-discharge"] = [100, 40]
    poor.save()
    html = get(client, figures, "lead", "/departments/cardiology/figures/length-of-stay/")
    assert "Data of 24 months: 23 of grade A, 1 of grade D." in words(html)
    assert "February 2026, grade D: 40 of 100 rows fail" in words(html)
    assert "Bars over the axis: data of grade C or D." in html.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/me/figures/",
        "/me/figures/emergency-readmission-30d/",
        "/me/figures/length-of-stay/records/",
        "/departments/cardiology/figures/",
        "/departments/cardiology/figures/length-of-stay/",
    ],
)
def test_a_page_takes_at_most_twenty_queries(client, figures, address):
    client.force_login(figures.lead)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    made = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(made) <= 20, made


FIGURE = "emergency-readmission-30d"


def colleagues(*events: int) -> dict[str, Sums]:
    """So many events of each, among a hundred cases."""
    whole = {"denominator": 100 * MILLION, "weight": 100 * MILLION}
    return {
        f"X{place}": Sums(n=100, numerator=k * MILLION, weight_squared=100 * MILLION**2, **whole)
        for place, k in enumerate(events)
    }


def their_figure(client, figures, monkeypatch, *events: int) -> str:
    """What the lead reads of a doctor beside these colleagues, who are not in the small trust."""
    monkeypatch.setattr(comparison, "others_of", lambda *_: colleagues(*events))
    address = f"/departments/cardiology/people/{figures.person('clinician').code}/figures/{FIGURE}/"
    return words(get(client, figures, "lead", address)).replace("&#39;", "'")


def test_below_ten_people_a_comparison_says_that_its_reliability_cannot_be_estimated(
    client, figures
):
    address = f"/departments/cardiology/people/{figures.person('clinician').code}/figures/{FIGURE}/"
    text = words(get(client, figures, "lead", address))
    assert "cannot be estimated: that takes at least 10 with figures, and here there are 7" in text
    assert "Of 7 clinicians, chance alone would put about 0.01 outside the 99.8% limits." in text


def test_a_colleague_whose_work_is_not_alike_stands_beside_nobody_and_no_limit_rests_on_them(
    client, figures
):
    theirs = f"/departments/cardiology/people/{figures.person('clinician').code}/figures/{FIGURE}/"
    team = f"/departments/cardiology/figures/{FIGURE}/"
    before = words(get(client, figures, "lead", team))
    assert "Of 7 clinicians" in words(get(client, figures, "lead", theirs))
    assert "of 7 clinicians are outside the 99.8% limits" in before
    not_alike(figures, "peer")
    text = words(get(client, figures, "lead", theirs)).replace("&#39;", "'")
    assert "Of 6 clinicians, chance alone" in text
    assert (
        "1 colleague is left out: 1 whose role profile says that the work is not like the others'."
        in text
    )
    assert "Dr Peer" not in text
    text = words(get(client, figures, "lead", team)).replace("&#39;", "'")
    assert "1 clinician is left out: 1 whose role profile says" in text
    assert "of 6 clinicians are outside the 99.8% limits" in text
    assert "7 clinicians" in text, "the list by name is everybody's"


def not_alike(trust, login: str) -> None:
    person = trust.person(login)
    person.profiles.create(
        starts_on="2026-01-01", role="Locum", comparable=False, caveat="Sees the sickest."
    )


def test_an_unreliable_figure_is_not_drawn_and_the_department_is_offered(
    client, figures, monkeypatch
):
    text = their_figure(client, figures, monkeypatch, *([9, 10, 11, 10] * 3))
    assert "At least 0.70 is asked for." in text
    assert (
        "So it is not drawn beside the figures of colleagues. See the department’s figure instead"
        in text
    )
    assert "Colleague A" not in text
    assert re.search(r"Cannot tell yet: with \d+ stays, anything from .* could be behind", text)
    assert "What could this figure be?" in text


def test_a_reliable_figure_is_drawn_with_what_reliability_is_not(client, figures, monkeypatch):
    text = their_figure(client, figures, monkeypatch, *([1, 30, 60, 90] * 3))
    assert "Reliable does not mean right" in text
    assert "Colleague A" in text


def test_the_lead_reads_how_well_the_departments_figures_tell_people_apart(client, figures):
    text = words(get(client, figures, "lead", f"/departments/cardiology/figures/{FIGURE}/"))
    assert "How well this tells clinicians apart cannot be estimated" in text
    text = words(get(client, figures, "lead", "/departments/cardiology/figures/length-of-stay/"))
    assert "there is no method here for this kind of figure" in text
