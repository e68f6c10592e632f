"""The demonstration's opening page chooses a role through ordinary sign-in, and only there."""

import json

import pytest


@pytest.fixture
def demonstration(trust, settings, tmp_path):
    accounts = [
        {"login": "lead", "name": "Dr Lead", "what": "Clinical director, Cardiology"},
        {"login": "hr", "name": "Ms Hr", "what": "HR manager"},
    ]
    story = {
        "account": "lead",
        "title": "Too few cases",
        "shows": "It cannot tell yet.",
        "look": "The newcomer’s figures.",
    }
    (tmp_path / "accounts.json").write_text(json.dumps(accounts))
    (tmp_path / "stories.json").write_text(json.dumps([story]))
    changed = {"demonstration": True, "data_dir": tmp_path}
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=changed)
    return trust


def test_a_visitor_reads_the_stories_and_chooses_a_role(client, demonstration):
    page = client.get("/sign-in/").content.decode()
    assert "Too few cases" in page
    assert "It cannot tell yet." in page
    assert page.count('name="login"') == 1
    answer = client.post("/sign-in/", {"play": "lead"}, follow=True)
    assert "Dr Lead" in answer.content.decode()


def test_choosing_a_role_is_refused_outside_the_demonstration(client, trust):
    client.post("/sign-in/", {"play": "lead"})
    assert "_auth_user_id" not in client.session
    assert "Choose a role" not in client.get("/sign-in/").content.decode()


def test_choosing_a_role_is_refused_to_another_machine(client, demonstration):
    client.post("/sign-in/", {"play": "lead"}, REMOTE_ADDR="10.1.2.3")
    assert "_auth_user_id" not in client.session
    page = client.get("/sign-in/", REMOTE_ADDR="10.1.2.3").content.decode()
    assert "Choose a role" not in page


def test_an_account_whose_password_was_changed_cannot_be_chosen(client, demonstration):
    demonstration.lead.set_password("something else entirely")
    demonstration.lead.save()
    client.post("/sign-in/", {"play": "lead"})
    assert "_auth_user_id" not in client.session
