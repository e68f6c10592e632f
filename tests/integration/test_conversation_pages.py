"""A signal talked through by the two whom it concerns, and what remains when one of them leaves."""

import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Role
from clinlead.conversations.models import Conversation, Said
from clinlead.conversations.queries import explanations_tried, recorded_discussions
from clinlead.history.queries import readings_about
from clinlead.notices.models import Notice
from clinlead.releases.models import Interpretation, ReleasedFigure
from clinlead.releases.reasons import Evidence, kept
from clinlead.releases.reasons import Reason as Explanation
from kept_worlds import world_of
from people import START, give
from small_release import AT, quarter_let_out

TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """A quarter is out; one figure of Dr Clinician's, and one of the lead's, have a signal."""
    with (
        world_of(quarter_let_out, tmp_path_factory.mktemp("data"), django_db_blocker) as out,
        transaction.atomic(),
    ):
        out.trust.release = out.release
        yield out.trust
        transaction.set_rollback(True)


@pytest.fixture
def talking(world, db):
    return world


def figure_of(trust, login: str) -> ReleasedFigure:
    found = trust.release.figures.filter(measure="length-of-stay").get(person=trust.person(login))
    ReleasedFigure.objects.filter(pk=found.pk).update(has_signal=True)
    return found


def interpreted(trust, figure: ReleasedFigure) -> None:
    """As the lead would have interpreted it, with the evidence there was."""
    looked = kept([Evidence(Explanation.VOLUMES, ("Nine stays in March.",))], {})
    Interpretation.objects.create(
        release=trust.release, person=figure.person, by=trust.lead, at=AT, digest=figure.digest,
        text="A new ward.", looked_at=looked, **figure.key._asdict(),
    )  # fmt: skip


def words(client, trust, login, address) -> str:
    client.force_login(trust.accounts[login])
    answer = client.get(address)
    assert answer.status_code == 200, (login, address)
    text = re.sub(r"<svg.*?</svg>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def seen_by(client, trust, talk: Conversation) -> set[str]:
    found = set()
    for login, account in trust.accounts.items():
        client.force_login(account)
        if client.get(talk.get_absolute_url()).status_code == 200:
            found.add(login)
    return found


def begun(client, trust, login: str, about: str) -> Conversation:
    answer = send(client, trust, login, "/conversations/begin/", figure=figure_of(trust, about).pk)
    return Conversation.objects.get(pk=answer.url.strip("/").split("/")[-1])


AGREED = {"met_on": f"{TODAY:%Y-%m-%d}", "text": "Look at weekend rounds for a month."}


def test_two_people_talk_a_signal_through_and_agree(client, talking):
    figure = figure_of(talking, "clinician")
    here = f"/releases/{talking.release.pk}/figures/{'/'.join(figure.key)}/"
    assert "Talk it through" in words(client, talking, "clinician", here)
    assert "Talk it through" in words(client, talking, "lead", here)
    interpreted(talking, figure)
    begin = "/conversations/begin/"
    assert send(client, talking, "peer", begin, figure=figure.pk).status_code == 404
    talk = begun(client, talking, "clinician", "clinician")
    assert begun(client, talking, "lead", "clinician") == talk  # two at once: one conversation
    assert Notice.objects.filter(account=talking.lead, href=talk.get_absolute_url()).exists()
    assert talk.held_by is None
    at = talk.get_absolute_url()
    send(client, talking, "lead", f"{at}say/", text="Thank you for asking.")
    assert seen_by(client, talking, talk) == {"clinician", "lead"}
    assert (
        readings_about(talking.person("clinician").pk).filter(object_kind="conversation").exists()
    )

    wrong = send(client, talking, "clinician", f"{at}try/", reason="volumes", text="Few beds")
    assert wrong.status_code == 422
    assert "Few beds" in wrong.content.decode()  # what was written is not lost
    tried = {"reason": "volumes", "finding": "part", "text": "Only nine patients in March."}
    send(client, talking, "clinician", f"{at}try/", **tried)
    late = {**AGREED, "met_on": f"{TODAY + timedelta(days=1):%Y-%m-%d}"}
    assert send(client, talking, "lead", f"{at}agree/", **late).status_code == 422
    again = f"{TODAY + timedelta(days=7):%Y-%m-%d}"
    send(client, talking, "lead", f"{at}agree/", **AGREED, next_on=again)
    said = Said.objects.get(what="agreed")
    assert send(client, talking, "lead", f"{at}confirm/", said=said.pk).status_code == 403
    page = words(client, talking, "clinician", at)
    assert "Only nine patients in March." in page
    assert figure.statistics["sentence"] in page
    assert "Between you and Dr Lead" in page
    send(client, talking, "clinician", f"{at}confirm/", said=said.pk)
    assert "Confirmed by Dr Clinician" in words(client, talking, "lead", at)
    assert f"Talk again with {talking.person('clinician')}: Length of stay" in words(
        client, talking, "lead", "/"
    )
    assert f"Talk again with {talking.lead}: Length of stay" in words(
        client, talking, "clinician", "/"
    )
    (one,) = recorded_discussions(talk.person, talk.department)
    assert (one.agreed, one.confirmed, one.measure) == (AGREED["text"], True, "length-of-stay")
    assert explanations_tried(talk.person, talk.department)[
        0
    ].evidence  # as the release gathered it


def test_a_clinical_directors_own_signal_is_talked_through_with_the_chief(client, talking):
    give(talking, "second", Role.LEAD, department=talking.cardiology)  # a deputy
    begin = "/conversations/begin/"
    figure = figure_of(talking, "lead").pk
    assert send(client, talking, "second", begin, figure=figure).status_code == 404
    talk = begun(client, talking, "chief", "lead")
    assert seen_by(client, talking, talk) == {"lead", "chief"}


def test_a_deputy_is_told_who_talks_it_through_already_and_reads_none_of_it(client, talking):
    give(talking, "second", Role.LEAD, department=talking.cardiology)
    talk = begun(client, talking, "lead", "clinician")
    figure = figure_of(talking, "clinician")
    here = f"/releases/{talking.release.pk}/figures/{'/'.join(figure.key)}/"
    assert "Dr Lead talks this through with the clinician already" in words(
        client, talking, "second", here
    )
    refused = send(client, talking, "second", "/conversations/begin/", figure=figure.pk)
    assert refused.status_code == 403
    assert "a conversation is between two" in refused.content.decode()
    assert seen_by(client, talking, talk) == {"clinician", "lead"}


def test_nothing_is_lost_when_the_lead_changes_and_when_the_clinician_leaves(client, talking):
    talk = begun(client, talking, "lead", "clinician")
    at = talk.get_absolute_url()
    again = f"{TODAY + timedelta(days=7):%Y-%m-%d}"
    send(client, talking, "lead", f"{at}agree/", **AGREED, next_on=again)
    RoleHolding.objects.filter(account=talking.lead).update(ends_on=date(2026, 1, 2))
    give(talking, "third", Role.LEAD, department=talking.cardiology)
    assert seen_by(client, talking, talk) == {"clinician", "third"}
    homes = {who: words(client, talking, who, "/") for who in ("lead", "third", "clinician")}
    assert {who for who, said in homes.items() if "Talk again with" in said} == {
        "third",
        "clinician",
    }
    assert "Dr Lead held this conversation before" in words(client, talking, "third", at)
    give(talking, "fourth", Role.LEAD, department=talking.cardiology)
    send(client, talking, "third", f"{at}say/", text="I go on with it.")
    assert seen_by(client, talking, talk) == {"clinician", "third"}  # not the other lead

    talk.person.posts.update(ends_on=START)
    page = words(client, talking, "clinician", at)
    assert AGREED["text"] in page
    assert "took up the conversation" in page
    assert seen_by(client, talking, talk) == {"clinician", "third"}


def test_something_else_than_a_signal_can_be_talked_about(client, talking):
    assert "Whoever leads you" in words(client, talking, "clinician", "/conversations/begin/")
    who = f"{talking.person('clinician').code} cardiology"
    data = {"who": who, "words": "Handover on Fridays"}
    assert send(client, talking, "wardstaff", "/conversations/begin/", **data).status_code == 404
    assert send(client, talking, "lead", "/conversations/begin/", who=who).status_code == 422
    send(client, talking, "lead", "/conversations/begin/", **data)
    assert "Handover on Fridays" in words(client, talking, "clinician", "/conversations/")
    assert "Handover on Fridays" not in words(client, talking, "peer", "/conversations/")


@pytest.mark.parametrize("number", ["²", "9" * 30, "-1", ""])
def test_a_number_that_names_nothing_finds_nothing(client, talking, number):
    client.force_login(talking.lead)
    for kind in ("figure", "signal"):
        assert client.post("/conversations/begin/", {kind: number}).status_code == 404
