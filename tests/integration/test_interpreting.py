"""Interpreting figures: the checklist, words kept meanwhile, and two leads at once."""

import re

import pytest

from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.releases.models import Interpretation, Release, UnfinishedWords
from people import give
from small_release import Quarter

pytestmark = pytest.mark.django_db
PAPER = "figures/{0.measure}/{0.rule}/{0.unit}/"


@pytest.fixture
def ready(prepared, db) -> Quarter:
    """Cardiology has a lead and a deputy."""
    prepared.release = Release.objects.get(department=prepared.trust.cardiology)
    prepared.trust.accounts["deputy"] = Account.objects.create_user("deputy")
    give(prepared.trust, "deputy", Role.LEAD, department=prepared.trust.cardiology)
    return prepared


def ask(client, ready, login: str, path: str, expected: int = 200, **data) -> str:
    client.force_login(ready.trust.accounts[login])
    address = f"/releases/{ready.release.pk}/{path}"
    headers = {"HX-Request": "true"} if data.pop("fragment", False) else {}
    answer = client.post(address, data, headers=headers) if data else client.get(address)
    assert answer.status_code == expected, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", answer.content.decode()) or answer["Location"]


def of(ready, login: str):
    """This person's length of stay as it would go out now."""
    unit = ready.trust.person(login).code
    return next(d for d in ready.now().figures.drafts if d.key[::2] == ("length-of-stay", unit))


def saved(draft, words: int = 0) -> dict:
    return {"text": "A new ward opened.", "digest": draft.digest, "words": words}


def test_the_checklist_is_kept_with_its_evidence_and_its_owner_reads_it(client, ready):
    draft = of(ready, "clinician")
    said = saved(draft) | {"case-mix": "part", "others": "on"}
    ask(client, ready, "lead", f"{PAPER.format(draft.key)}interpret/", 302, **said)
    kept = Interpretation.objects.get().looked_at
    assert [each["finding"] for each in kept].count("not-it") == 7
    assert all(each["found"] for each in kept)
    ready.through()
    page = ask(client, ready, "clinician", PAPER.format(draft.key))
    assert "Looked at 8 of 8 possible explanations. Case mix: part of it." in page
    assert "A new ward opened." in page
    assert "Average age" in page


def test_words_are_kept_for_their_writer_alone_until_they_are_saved(client, ready):
    draft = of(ready, "clinician")
    paper = PAPER.format(draft.key)
    told = ask(client, ready, "lead", f"{paper}keep/", text="Half a", role="part", fragment=True)
    assert "Nobody else sees it" in told
    assert "Half a</textarea>" in ask(client, ready, "lead", paper)
    assert "Half a" not in ask(client, ready, "deputy", paper)
    ask(client, ready, "lead", f"{paper}interpret/", 302, **saved(draft))
    assert not UnfinishedWords.objects.exists()
    assert not Interpretation.objects.filter(text="Half a").exists()


def test_clearing_what_was_begun_forgets_it(client, ready):
    paper = PAPER.format(of(ready, "clinician").key)
    ask(client, ready, "lead", f"{paper}keep/", 302, text="Half a")
    ask(client, ready, "lead", f"{paper}keep/", 302, text=" ")
    assert not UnfinishedWords.objects.exists()


def test_a_lead_who_comes_second_reads_who_was_first_and_loses_nothing(client, ready):
    draft = of(ready, "clinician")
    paper = PAPER.format(draft.key)
    ask(client, ready, "deputy", f"{paper}interpret/", 302, **saved(draft))
    mine = saved(draft) | {"text": "I think it is the ward."}
    page = ask(client, ready, "lead", f"{paper}interpret/", 403, **mine)
    assert re.search(r"deputy interpreted this figure at \d\d:\d\d on", page)
    assert Interpretation.objects.count() == 1
    again = ask(client, ready, "lead", paper)
    assert "I think it is the ward.</textarea>" in again
    assert "A new ward opened." in again
    newest = Interpretation.objects.get().pk
    ask(client, ready, "lead", f"{paper}interpret/", 302, **(mine | {"words": newest}))
    assert Interpretation.objects.count() == 2


def test_words_about_a_figure_that_has_changed_are_not_put_beside_the_new_one(client, ready):
    draft = of(ready, "clinician")
    stale = saved(draft) | {"digest": "0" * 64}
    page = ask(client, ready, "lead", f"{PAPER.format(draft.key)}interpret/", 403, **stale)
    assert "have changed since you opened this page" in page
    assert not Interpretation.objects.exists()
    assert UnfinishedWords.objects.get().text == "A new ward opened."


def test_two_leads_who_sign_together_get_one_clear_reason(client, ready):
    page = ask(client, ready, "lead", "")
    seen = re.search(r'name="seen" value="(\w+)"', page).group(1)
    ask(client, ready, "deputy", "sign-off/", 302, seen=seen)
    page = ask(client, ready, "lead", "sign-off/", 403, seen=seen)
    assert re.search(r"deputy signed these figures off at \d\d:\d\d on", page)


def test_figures_other_than_those_looked_at_are_not_signed(client, ready):
    page = ask(client, ready, "lead", "sign-off/", 403, seen="0" * 64)
    assert "have changed since you opened this page" in page
    assert not ready.release.sign_offs.exists()


def test_the_quarters_page_gets_the_bench_alone(client, ready):
    paper = f"/releases/{ready.release.pk}/{PAPER.format(of(ready, 'clinician').key)}"
    client.force_login(ready.trust.lead)
    bench = client.get(paper, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in bench
    assert 'name="quarter"' in bench
    assert 'name="quarter"' not in client.get(paper).content.decode()


def test_the_release_opens_with_the_invitation_of_the_release_before(client, ready):
    Release.objects.create(
        department=ready.trust.cardiology,
        first_month="2025-10",
        last_month="2025-12",
        due_on="2026-01-28",
        prepared_at="2026-01-02T09:00Z",
        invitation="My door is open on Tuesday.",
    )
    assert "My door is open on Tuesday.</textarea>" in ask(client, ready, "lead", "")
