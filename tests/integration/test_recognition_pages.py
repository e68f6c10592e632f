"""Thanks and contributions through their pages: who reads what, and who no longer does."""

import re
from datetime import date

import pytest

from clinlead.notices.models import Notice
from clinlead.recognition.models import Contribution, Thanks
from clinlead.recognition.queries import for_review
from people import START

pytestmark = pytest.mark.django_db
WORDS = "You stayed with the family until morning."
TEACHES = "I teach fourth-year students on Thursdays."


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def readers(client, trust, said: str, address: str = "/recognition/") -> set[str]:
    logins = ("clinician", "peer", "lead", "stranger", "chief", "wardstaff")
    return {who for who in logins if said in words(client, trust, who, address)}


def test_the_receiver_decides_who_reads_thanks_and_the_giver_can_take_them_back(client, trust):
    send(client, trust, "wardstaff", "/recognition/give/", to="dr clinician", words=WORDS)
    made = Thanks.objects.get()
    assert Notice.objects.get().account == trust.clinician
    show = f"/recognition/{made.pk}/show/"
    assert readers(client, trust, WORDS) == set()
    assert readers(client, trust, WORDS, "/me/recognition/") == {"clinician", "wardstaff"}
    assert send(client, trust, "peer", show, shown="everybody").status_code == 404
    assert send(client, trust, "wardstaff", show, shown="everybody").status_code == 403
    assert send(client, trust, "clinician", show, shown="nonsense").status_code == 404

    send(client, trust, "clinician", show, shown="department")
    assert readers(client, trust, WORDS) == {"clinician", "peer", "lead"}
    assert WORDS in words(client, trust, "peer", "/departments/cardiology/recognition/")
    send(client, trust, "clinician", show, shown="everybody")
    assert len(readers(client, trust, WORDS)) == 6
    assert for_review(made.to, START, date(2100, 1, 1)).thanks == [made]
    send(client, trust, "clinician", show, shown="hidden")
    assert readers(client, trust, WORDS) == set()
    assert for_review(made.to, START, date(2100, 1, 1)).thanks == []

    send(client, trust, "clinician", show, shown="everybody")
    back = f"/recognition/{made.pk}/take-back/"
    assert send(client, trust, "clinician", back).status_code == 403
    send(client, trust, "wardstaff", back)
    assert readers(client, trust, WORDS) == set()
    assert readers(client, trust, WORDS, "/me/recognition/") == set()


def test_a_name_that_nobody_or_several_have_is_asked_for_again(client, trust):
    give = "/recognition/give/"
    nobody = send(client, trust, "wardstaff", give, to="Zebra", words=WORDS)
    assert nobody.status_code == 422
    assert "Nobody here has that name" in nobody.content.decode()
    several = send(client, trust, "wardstaff", give, to="Lead", words=WORDS)  # and Otherlead
    assert "Dr Lead" in several.content.decode() or several.status_code == 302
    many = send(client, trust, "wardstaff", give, to="th", words=WORDS)
    assert many.status_code == 422
    assert "Choose one" in many.content.decode()
    assert WORDS in many.content.decode()  # nothing that was written is lost
    chosen = {"to": "th", "who": trust.person("third").code, "words": WORDS}
    assert send(client, trust, "wardstaff", give, **chosen).status_code == 302
    assert Thanks.objects.filter(to=trust.person("third")).exists()
    assert send(client, trust, "peer", give, to="Dr Peer", words=WORDS).status_code == 403


def test_a_contribution_is_confirmed_by_the_lead_and_a_leads_own_by_the_chief(client, trust):
    given = {"kind": "teaching", "words": TEACHES, "starts_on": "2026-01-08", "shown": "everybody"}
    wrong = {**given, "ends_on": "2025-01-01"}
    contribute = "/me/recognition/contribute/"
    assert send(client, trust, "clinician", contribute, **wrong).status_code == 422
    assert send(client, trust, "wardstaff", contribute, **given).status_code == 403
    send(client, trust, "clinician", contribute, **given)
    send(client, trust, "lead", contribute, **{**given, "kind": "cover"})
    own, leads = Contribution.objects.order_by("pk")
    assert readers(client, trust, TEACHES) == {"lead", "chief"}  # each the one they confirm
    assert "A contribution waits for you to confirm it" in words(client, trust, "lead", "/")

    def answer(login: str, one: Contribution, **data) -> int:
        address = f"/recognition/contributions/{one.pk}/answer/"
        return send(client, trust, login, address, **data).status_code

    assert answer("lead", leads, confirm="yes") == 404
    assert answer("chief", own, confirm="yes") == 404
    assert answer("lead", own) == 403  # no reason given
    assert answer("lead", own, confirm="yes") == 302
    assert answer("chief", leads, why="It ended last year.") == 302
    assert readers(client, trust, TEACHES) == {
        *("clinician", "peer", "lead", "stranger", "chief", "wardstaff")
    }
    assert "It ended last year." in words(client, trust, "lead", "/me/recognition/")
    assert for_review(own.person, date(2026, 5, 1), date(2026, 6, 1)).contributions == [own]
    assert for_review(leads.person, date(2026, 5, 1), date(2026, 6, 1)).contributions == []

    send(client, trust, "clinician", f"/me/recognition/contributions/{own.pk}/", withdraw="yes")
    assert readers(client, trust, TEACHES) == set()
