"""A person's request to erase, answered in words; and the register of what was disclosed."""

from datetime import UTC, date, datetime

import pytest

from clinlead.access.actions import grant_sight
from clinlead.access.policies import NotAllowed
from clinlead.dataprotection import actions
from clinlead.dataprotection.actions import Said
from clinlead.dataprotection.models import Disclosure, ErasureRequest
from clinlead.dataprotection.policies import Answer, Basis, Outcome
from clinlead.dataprotection.queries import disclosures_about
from clinlead.history.actions import record_reading
from clinlead.history.models import Entry
from clinlead.history.queries import readings_about, verify
from clinlead.notices.actions import tell
from clinlead.notices.models import Notice

pytestmark = pytest.mark.django_db
EARLIER = datetime(2025, 3, 1, 9, 0, tzinfo=UTC)
AT = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
UP_TO = date(2025, 12, 31)


@pytest.fixture
def asked(trust) -> ErasureRequest:
    """Dr Clinician was read about, alone and with a colleague, and asks for erasure."""
    me, peer = trust.person("clinician").pk, trust.person("peer").pk
    for at in (EARLIER, AT):
        record_reading(at=at, by_id=trust.director.pk, about=[me], object_kind="figure",
                       object_id="x", reason="A complaint about Dr Clinician")  # fmt: skip
    record_reading(at=EARLIER, by_id=trust.director.pk, about=[me, peer], object_kind="figure",
                   object_id="y", reason="Both")  # fmt: skip
    tell([trust.clinician], key="old", words="Something was ready", href="/", at=EARLIER)
    return actions.ask_for_erasure(
        account=trust.clinician, says="All about me", received_on=AT.date(), by=trust.clinician,
        at=AT,
    )  # fmt: skip


def answered(trust, asked, **more) -> ErasureRequest:
    said = {"outcome": Outcome.ERASED, "reason": "No use left", "kept": "Releases", "up_to": UP_TO}
    answer = Answer(**{**said, **more})
    return actions.answer_request(request_id=asked.pk, answer=answer, by=trust.dpo, at=AT)


def test_what_is_theirs_alone_goes_and_the_chain_holds(trust, asked):
    done = answered(trust, asked)
    assert done.erased == {"notices": 1, "details in the record of acts": 1}
    before = Entry.objects.filter(act="read").order_by("number")
    assert [entry.facts is None for entry in before] == [True, False, False]
    assert readings_about(trust.person("clinician").pk).count() == 3  # who looked, is still read
    assert verify() is None
    assert [one.href for one in Notice.objects.filter(account=trust.clinician)] == ["/me/erasure/"]


def test_refused_with_a_reason_nothing_is_erased_and_the_person_reads_why(client, trust, asked):
    answered(trust, asked, outcome=Outcome.REFUSED, reason="A claim is open", up_to=None)
    assert not Entry.objects.filter(facts__isnull=True).exists()
    client.force_login(trust.clinician)
    said = client.get("/me/erasure/").content.decode()
    assert "A claim is open" in said
    assert "Kept:</strong> Releases" in said


def test_only_the_officer_answers_and_never_their_own(trust, asked):
    answer = Answer(outcome=Outcome.REFUSED, reason="x", kept="y")
    with pytest.raises(NotAllowed):
        actions.answer_request(request_id=asked.pk, answer=answer, by=trust.director, at=AT)
    own = actions.ask_for_erasure(
        account=trust.dpo, says="Mine", received_on=AT.date(), by=trust.dpo, at=AT
    )
    with pytest.raises(NotAllowed):
        actions.answer_request(request_id=own.pk, answer=answer, by=trust.dpo, at=AT)


def test_the_officer_is_told_and_answers_on_the_page(client, trust, asked):
    client.force_login(trust.dpo)
    assert "Answer a request to erase" in client.get("/").content.decode()
    page = asked.get_absolute_url()
    empty = client.post(page, {"outcome": "erased", "reason": "x", "kept": "y"})
    assert empty.status_code == 422
    assert "Name the last day erased" in empty.content.decode()
    sent = {"outcome": "erased", "up_to": "2025-12-31", "reason": "No use left", "kept": "Releases"}
    assert client.post(page, sent).status_code == 302
    said = client.get(page).content.decode()
    assert "details in the record of acts" in said
    assert "Answer a request to erase" not in client.get("/").content.decode()


def entered(trust, *people: str, basis=Basis.LAW) -> Disclosure:
    said = Said(
        to_whom="The regulator", what="Stays, January to March 2026", basis=basis,
        because="=Order 12", on=date(2026, 6, 1),
        people=tuple(trust.person(login).pk for login in people),
    )  # fmt: skip
    return actions.note_disclosure(said=said, by=trust.dpo, at=AT)


def test_whoever_is_named_in_a_disclosure_reads_it_and_nobody_else(client, trust):
    entered(trust, "clinician")
    for login, reads in (("clinician", True), ("peer", False)):
        client.force_login(trust.accounts[login])
        assert ("The regulator" in client.get("/me/readings/").content.decode()) is reads


def test_the_register_is_a_page_and_a_file(client, trust):
    entered(trust, "clinician")
    client.force_login(trust.dpo)
    assert "1 person in it" in client.get("/data-protection/disclosures/").content.decode()
    file = client.get("/data-protection/disclosures.csv")
    header, line = file.content.decode().splitlines()
    assert header == "on,to whom,what,basis,because,people,noted by,automatic"
    assert "'=Order 12" in line  # no formula for a spreadsheet


def granted(trust, *, named: bool) -> None:
    grant_sight(
        to=trust.operations,
        department=trust.cardiology,
        named=named,
        reason="Rota",
        agreement="Meeting of 3 June",
        until=date(2026, 9, 1),
        by=trust.lead,
        at=AT,
    )


def test_a_grant_stands_in_the_register_by_itself(trust):
    granted(trust, named=False)
    team = Disclosure.objects.get()
    assert (team.basis, team.automatic, team.people.count()) == (Basis.GRANT, True, 0)
    assert team.because == "Rota (Meeting of 3 June)"
    granted(trust, named=True)
    assert disclosures_about(trust.person("clinician").pk).count() == 1


def test_an_export_that_the_officer_hands_over_stands_there_too(client, trust):
    client.force_login(trust.dpo)
    asked = {"account": trust.clinician.pk, "purpose": "Request 7"}
    assert client.post("/data-protection/exports/", asked).status_code == 200
    made = Disclosure.objects.get()
    assert (made.basis, made.because) == (Basis.OWN, "Request 7")
    assert list(made.people.all()) == [trust.person("clinician")]
    client.force_login(trust.clinician)
    client.post("/me/export/")
    assert Disclosure.objects.count() == 1
