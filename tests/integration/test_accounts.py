import pytest

from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.access.queries import reader_of
from clinlead.cli import main
from conftest import TODAY


def test_an_account_for_a_clinician_is_made_with_a_password_shown_once(trust, capsys):
    person = trust.person("peer")
    trust.peer.delete()
    assert main(["account", "peer.again", "--person", person.code]) == 0
    password = capsys.readouterr().out.split("Password: ")[1].strip()
    account = Account.objects.get(username="peer.again")
    assert account.check_password(password)
    assert account.person == person
    main(["account", "peer.again"])
    assert "Password" not in capsys.readouterr().out


def test_a_role_is_given_from_a_day_until_a_day(trust):
    dates = ["--from", "2026-01-01", "--until", "2026-12-31"]
    main(["account", "hr", "--role", "lead", "--department", "cardiology", *dates])
    assert Role.LEAD in reader_of(trust.hr, TODAY).roles


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["hr", "--role", "lead"], "--department"),
        (["hr", "--role", "chief"], "--division"),
        (["hr", "--role", "lead", "--department", "nowhere"], "no department"),
        (["new", "--person", "nobody"], "no person"),
        (["new", "--person", "P000"], "already has an account"),
        (["dpo", "--role", "analyst"], "cannot be held together"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_makes_nothing(trust, capsys, arguments, told):
    before = Account.objects.count()
    assert main(["account", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert Account.objects.count() == before
