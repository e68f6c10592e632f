"""The demonstration's organisation and accounts, made by the same actions as a hospital's own."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import Role
from clinlead.access.queries import reader_of
from clinlead.demo.actions import Making
from clinlead.demo.people import make_accounts, make_organisation
from clinlead.demo.reviewing import ask_colleagues, review_colleagues
from clinlead.demo.trust import Plan, make_trust
from clinlead.history.models import Entry
from clinlead.organisation.models import ClinicianCode, CodeKind, Department, Person, Post
from clinlead.reviews.models import Review

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
DEPARTMENTS = ("cardiology", "respiratory", "general-surgery", "orthopaedics")
PLAN = Plan(today=date(2026, 11, 1), months=6, departments=DEPARTMENTS)

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("invented trust")]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    made = tmp_path_factory.mktemp("demonstration")
    make_trust(made / "trust", PLAN)
    return made


@pytest.fixture
def organisation(directory):
    make_organisation(directory, at=AT)
    make_accounts(directory, at=AT)


def reader(login: str):
    return reader_of(Account.objects.get(username=login), date(2026, 11, 20))


@pytest.mark.usefixtures("organisation")
class TestWhoIsThere:
    def test_people_posts_and_codes_are_there(self):
        assert set(Department.objects.values_list("code", flat=True)) == set(DEPARTMENTS)
        assert Post.objects.filter(department__code="cardiology").count() >= 12
        pools = ClinicianCode.objects.exclude(kind=CodeKind.PERSON)
        assert pools.count() == 3 * len(DEPARTMENTS)
        assert not pools.exclude(person=None).exists()

    def test_second_posts_and_moves_are_dated(self):
        several = [person for person in Person.objects.all() if person.posts.count() > 1]
        assert several

    def test_the_lead_leads_cardiology_and_is_a_clinician_too(self):
        lead = reader("lead")
        cardiology = Department.objects.get(code="cardiology")
        assert lead.leads == {cardiology.pk}
        assert lead.roles == {Role.LEAD, Role.CLINICIAN}

    def test_the_chief_is_over_cardiology_and_leads_nothing(self):
        cardiology = Department.objects.get(code="cardiology")
        assert cardiology.pk in reader("chief").chief_of
        assert not reader("chief").leads

    def test_the_stranger_shares_neither_department_nor_division(self):
        own = Department.objects.get(pk=next(iter(reader("stranger").departments)))
        assert own.division != Department.objects.get(code="cardiology").division

    @pytest.mark.parametrize("login", ["dpo", "evaluator", "sysadmin", "hr", "executive"])
    def test_those_who_see_no_results_hold_one_role_and_no_post(self, login):
        assert len(reader(login).roles) == 1
        assert not reader(login).departments

    def test_every_role_was_recorded_when_it_was_granted(self):
        granted = Entry.objects.filter(act="role granted").count()
        assert granted == RoleHolding.objects.count() > 10


@pytest.mark.usefixtures("organisation")
class TestSigningIn:
    def test_the_demonstration_s_accounts_have_the_password(self):
        for login in ("clinician", "lead", "dpo"):
            assert Account.objects.get(username=login).check_password("demo")

    def test_nobody_else_can_sign_in(self):
        others = Account.objects.exclude(username__in=["clinician", "peer", "stranger", "lead"])
        colleague = others.filter(person__posts__department__code="cardiology").first()
        assert not colleague.has_usable_password()

    def test_the_sign_in_page_lets_them_in(self):
        answer = Client().post("/sign-in/", {"login": "clinician", "password": "demo"})
        assert answer.status_code == 302


@pytest.mark.usefixtures("organisation")
def test_one_review_is_signed_and_one_in_preparation_with_feedback_from_colleagues(directory):
    making = Making(directory, PLAN, AT, far=lambda *_: None)
    ask_colleagues(making)
    review_colleagues(making)
    signed, running = Review.objects.order_by("pk")
    assert (signed.state, running.state) == ("signed", "open")
    assert running.handed_over == {"clinician"}
    (feedback,) = [one for one in signed.gatherings.get().sections if one["key"] == "feedback"]
    assert any("colleagues say often or always" in one["text"] for one in feedback["lines"])
