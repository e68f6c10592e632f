"""What each role's home says, and that it says nothing to anybody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinlead.access.disclosing import NOT_SHOWN
from clinlead.access.policies import Role
from clinlead.access.queries import reader_of
from clinlead.history.actions import record_reading
from clinlead.pages.homes import PARTS, home_of
from clinlead.releases.models import Release
from clinlead.validation.models import Challenge, Window
from people import OFFICES
from planned_work import asked


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def window(trust, today):
    return Window.objects.create(
        department=trust.cardiology,
        first_month="2026-04",
        last_month="2026-06",
        opens_on=today - timedelta(days=3),
        closes_on=today + timedelta(days=10),
    )


@pytest.fixture
def challenge(trust, today):
    return Challenge.objects.create(
        department=trust.cardiology,
        dataset="spells",
        key="S1",
        month="2026-05",
        reason="not mine",
        raised_by=trust.clinician,
        person=trust.person("clinician"),
        raised_at=timezone.now(),
        due_on=today - timedelta(days=1),
    )


def home(trust, login: str, today):
    return home_of(reader_of(trust.accounts[login], today))


def said(page) -> str:
    lines = [*page.tasks, *page.news]
    return " | ".join(line.text for line in lines)


def test_every_role_has_a_home():
    assert set(PARTS) == set(Role)


@pytest.mark.parametrize("login", ["clinician", "lead", *OFFICES])
def test_every_home_has_a_way_in_and_names_its_role(trust, today, login):
    page = home(trust, login, today)
    assert page.ways
    assert page.roles


def test_a_clinician_reads_how_many_people_looked(trust, today):
    about = [trust.person("clinician").pk]
    for who in (trust.lead, trust.lead, trust.analyst):
        record_reading(
            at=timezone.now(), by_id=who.pk, about=about, object_kind="figure", object_id="x"
        )
    assert "2 people looked at your results" in said(home(trust, "clinician", today))


def test_an_overdue_challenge_stands_first_on_the_leads_home(trust, today, window, challenge):
    page = home(trust, "lead", today)
    assert page.tasks[0].late
    assert "Settle 1 overdue challenge" in said(page)
    assert "overdue" not in said(home(trust, "otherlead", today))


def test_a_chief_hears_of_overdue_challenges_in_the_division_without_names(trust, today, challenge):
    words = said(home(trust, "chief", today))
    assert "Cardiology: 1 challenge overdue" in words
    assert "Dr " not in words


def test_an_analyst_is_asked_to_check_a_release(trust, today):
    Release.objects.create(
        department=trust.cardiology,
        first_month="2026-04",
        last_month="2026-06",
        due_on=today,
        prepared_at=timezone.now(),
    )
    assert "Check Cardiology’s figures" in said(home(trust, "analyst", today))


@pytest.mark.parametrize("login", ["executive", "hr", "evaluator", "dpo", "sysadmin", "wardstaff"])
def test_no_name_of_a_clinician_is_on_a_home_that_sees_no_results(
    client, trust, today, window, challenge, login
):
    client.force_login(trust.accounts[login])
    text = client.get("/").content.decode()
    assert not [p.name for p in map(trust.person, ("clinician", "peer", "lead")) if p.name in text]


def test_somebody_without_a_role_is_told_what_to_do(client, trust):
    trust.operations.roles.all().delete()
    client.force_login(trust.operations)
    assert "You hold no role and no post today" in client.get("/").content.decode()


def challenges(trust, today, *, late: int, in_time: int) -> None:
    Challenge.objects.bulk_create(
        Challenge(
            department=trust.cardiology,
            dataset="spells",
            key=f"S{number}",
            month="2026-05",
            reason="not mine",
            raised_by=trust.clinician,
            person=trust.person("clinician"),
            raised_at=timezone.now(),
            due_on=today + timedelta(days=-1 if number < late else 1),
        )
        for number in range(late + in_time)
    )


def counted_for_the_executive(trust, today) -> dict[str, str]:
    facts = home(trust, "executive", today).facts
    return {each.label: each.value for each in facts if each.label.startswith("Challenges")}


def test_an_executive_is_not_shown_small_counts_nor_what_gives_them_away(trust, today):
    challenges(trust, today, late=2, in_time=9)
    assert counted_for_the_executive(trust, today) == {
        "Challenges raised by clinicians": "11",
        "Challenges that corrected the data": "0",
        "Challenges overdue": NOT_SHOWN,
    }


def test_an_executive_is_shown_counts_that_are_large_enough(trust, today):
    challenges(trust, today, late=5, in_time=9)
    found = counted_for_the_executive(trust, today)
    assert found["Challenges overdue"] == "5"
    assert found["Challenges raised by clinicians"] == "14"


def test_what_colleagues_and_hr_ask_waits_on_the_home_page_until_it_is_answered(client, trust):
    question = asked(trust, at=timezone.now())
    client.force_login(trust.lead)
    here, words = "/home/asked/", "HR’s question about the job plan of Dr Clinician"
    assert f'hx-get="{here}"' in client.get("/").content.decode()
    assert words in client.get(here).content.decode()
    client.force_login(trust.clinician)  # told of it, and not the one who answers
    assert "Nothing waits for your answer." in client.get(here).content.decode()
    client.force_login(trust.lead)
    client.post(f"/job-plans/questions/{question.pk}/", {"text": "Ten; the plan is old."})
    question.refresh_from_db()
    assert question.answered_at is not None
    assert words not in client.get(here).content.decode()
    client.force_login(trust.peer)
    assert f'hx-get="{here}"' not in client.get("/").content.decode()
