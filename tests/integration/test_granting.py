from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinlead.access.actions import (
    agree_to_names,
    grant_role,
    grant_sight,
    revoke_sight,
    withdraw_from_names,
)
from clinlead.access.deciding import leads_of, owner_facts
from clinlead.access.models import Grant
from clinlead.access.policies import NotAllowed, Reason, Role
from clinlead.access.queries import names_are_shown, places_of, reader_of, readers_of, rows_about
from clinlead.history.queries import entries_about
from conftest import NOW, TODAY


def give_sight(trust, by, **change):
    facts = {
        "to": trust.operations,
        "department": trust.cardiology,
        "named": True,
        "reason": "To plan beds together until the new ward opens",
        "agreement": "Minutes of the department meeting, 12 June",
        "until": TODAY + timedelta(days=90),
        "by": by,
        "at": NOW,
    }
    return grant_sight(**{**facts, **change})


def test_a_grant_opens_named_figures_and_the_people_named_are_told(trust):
    give_sight(trust, trust.lead)
    assert reader_of(trust.operations, TODAY).granted_named == {trust.cardiology.pk}
    told = entries_about(trust.person("clinician").pk).filter(act="sight granted")
    assert told.get().by == trust.lead


def test_a_grant_ends_on_its_day_and_can_be_revoked_at_once(trust):
    grant = give_sight(trust, trust.lead)
    later = TODAY + timedelta(days=91)
    assert not reader_of(trust.operations, later).granted_named
    revoke_sight(grant_id=grant.pk, by=trust.lead, at=NOW)
    assert not reader_of(trust.operations, TODAY).granted_named


@pytest.mark.parametrize("login", ["clinician", "otherlead", "chief", "analyst", "operations"])
def test_only_the_departments_lead_grants_sight(trust, login):
    with pytest.raises(NotAllowed) as refused:
        give_sight(trust, trust.accounts[login])
    assert refused.value.refusal.reason is Reason.NOT_A_LEAD
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"reason": " "}, Reason.NO_REASON_GIVEN), ({"agreement": ""}, Reason.NOT_AGREED)],
)
def test_a_grant_says_why_and_where_it_was_agreed(trust, change, reason):
    with pytest.raises(NotAllowed) as refused:
        give_sight(trust, trust.lead, **change)
    assert refused.value.refusal.reason is reason


def test_a_deputy_leads_for_their_dates_only(trust):
    until = TODAY + timedelta(days=14)
    grant_role(
        account=trust.peer,
        role=Role.LEAD,
        department=trust.cardiology,
        starts_on=TODAY,
        ends_on=until,
        by=trust.chief,
        seconded_by=trust.director,
        at=NOW,
    )
    assert trust.peer in leads_of(trust.cardiology, TODAY)
    assert trust.peer not in leads_of(trust.cardiology, until + timedelta(days=1))


def test_a_director_is_a_clinician_too(trust):
    reader = reader_of(trust.lead, TODAY)
    assert {Role.LEAD, Role.CLINICIAN} <= reader.roles
    assert owner_facts(trust.person("lead"), TODAY).owner_leads


def test_the_chief_sees_over_the_division_and_no_further(trust):
    assert reader_of(trust.chief, TODAY).chief_of == {trust.cardiology.pk}


def test_a_colleague_elsewhere_has_no_standing_here(trust):
    reader = reader_of(trust.stranger, TODAY)
    standing = reader.departments | reader.leads | reader.chief_of | reader.granted_team
    assert trust.cardiology.pk not in standing


MEMBERS = ("clinician", "peer", "lead", "second", "third", "fourth", "fifth")


def everybody_agrees(trust, members=MEMBERS):
    for login in members:
        agree_to_names(department=trust.cardiology, by=trust.accounts[login], at=NOW)


def test_names_show_inside_a_department_only_when_every_member_has_agreed(trust):
    everybody_agrees(trust, MEMBERS[:-1])
    assert not names_are_shown(trust.cardiology, TODAY)
    everybody_agrees(trust)
    assert names_are_shown(trust.cardiology, TODAY)


def test_any_member_can_withdraw_and_names_go_at_once(trust):
    everybody_agrees(trust)
    withdraw_from_names(department=trust.cardiology, by=trust.peer, at=NOW)
    assert not names_are_shown(trust.cardiology, TODAY)


@pytest.mark.parametrize("login", ["stranger", "chief", "analyst"])
def test_nobody_agrees_for_a_department_that_is_not_theirs(trust, login):
    with pytest.raises(NotAllowed):
        agree_to_names(department=trust.cardiology, by=trust.accounts[login], at=NOW)
    assert not trust.cardiology.names_agreements.exists()


def test_the_question_that_is_kept_as_sql_finds_what_the_models_find(trust):
    for day in (TODAY, TODAY + timedelta(days=4000)):
        for account in trust.accounts.values():
            found = defaultdict(set)
            for kind, pk in rows_about(account.pk, day):
                found[kind].update({pk} - {None})
            assert places_of(account, day) == found


def test_what_is_known_of_several_people_is_asked_in_one_question(trust):
    with CaptureQueriesContext(connection) as asked:
        found = readers_of(trust.accounts.values(), TODAY)
        assert readers_of([], TODAY) == {}
    assert len(asked) == 1
    assert found == {each.pk: reader_of(each, TODAY) for each in trust.accounts.values()}
