"""`clinlead demo` refuses what cannot work before it does minutes of work."""

import os
import socket

import pytest

from clinlead.cli import main
from clinlead.demo import command


def test_a_folder_of_other_things_is_refused_in_one_sentence(tmp_path, capsys):
    (tmp_path / "thesis.docx").touch()
    assert main(["demo", "--data", str(tmp_path), "--no-serve"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"{tmp_path} holds something other than the demonstration" in said.err
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["demo", "--data", str(tmp_path / "demo"), "--port", port]) == 2
    assert f"port {port} of this machine is in use" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_a_port_that_is_none_is_refused(tmp_path, capsys):
    assert main(["demo", "--data", str(tmp_path / "demo"), "--port", "70000"]) == 2
    assert "--port 70000 is not a port" in capsys.readouterr().err


def test_the_demonstration_leaves_this_machine_s_own_settings_aside(tmp_path, monkeypatch):
    for name in ("CLINLEAD_DATA_DIR", "CLINLEAD_ALLOWED_HOSTS", "DATABASE_URL"):
        monkeypatch.setenv(name, "the hospital's own")
    for name in ("CLINLEAD_DEMONSTRATION", "CLINLEAD_TRUST_NAME"):
        monkeypatch.setenv(name, "")
    command.settle_environment(tmp_path)
    assert os.environ["CLINLEAD_DATA_DIR"] == str(tmp_path)
    assert os.environ["CLINLEAD_DEMONSTRATION"] == "true"
    assert "DATABASE_URL" not in os.environ
    assert "CLINLEAD_ALLOWED_HOSTS" not in os.environ


@pytest.mark.parametrize("option", ["--data", "--port", "--fresh", "--no-serve"])
def test_help_names_every_option(option, capsys):
    with pytest.raises(SystemExit):
        main(["demo", "--help"])
    assert option in capsys.readouterr().out
