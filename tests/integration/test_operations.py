"""Serving, upgrading, checking, and what machines that watch us may read."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from clinlead.pages import check
from clinlead.pages.serve import is_loopback, serve
from clinlead.pages.upgrade import copy_sqlite
from clinmeasures.errors import BadInput


def test_alive_and_ready_need_no_sign_in(client, db):
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "data_directory": True},
    }


def test_the_migrations_make_what_the_models_say():
    """The suite makes its tables from the models, ten seconds quicker than by migrating."""
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_unwritable_data_directory_is_not_ready(client, db, settings, tmp_path):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"data_dir": tmp_path / "gone"}
    )
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["data_directory"] is False


def test_metrics_count_without_naming_anybody(client, trust):
    said = client.get("/metrics").content.decode()
    assert f"clinlead_accounts {len(trust.accounts)}\n" in said
    assert "Dr " not in said


def test_metrics_are_for_this_machine_or_the_token_alone(client, trust, settings):
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.5").status_code == 404
    assert client.get("/metrics", HTTP_X_FORWARDED_FOR="10.0.0.5").status_code == 404
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"metrics_token": "t0ken"})
    outside = {"REMOTE_ADDR": "10.0.0.5"}
    assert (
        client.get("/metrics", headers={"Authorization": "Bearer no"}, **outside).status_code == 404
    )
    answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"}, **outside)
    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "trust.example"])
def test_the_demonstration_listens_on_this_machine_only(settings, host):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"demonstration": True})
    with pytest.raises(BadInput, match="this machine only"):
        serve(host=host, port=8000)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_loopback_is_loopback(host):
    assert is_loopback(host)


def test_a_port_that_is_none_is_refused(db):
    with pytest.raises(BadInput, match="--port 0"):
        serve(host="127.0.0.1", port=0)


def test_a_port_in_use_is_said_in_a_sentence(db):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as held, pytest.raises(BadInput, match="in use"):
        serve(host="127.0.0.1", port=held.getsockname()[1])


def command(folder, *arguments, **settings) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLINLEAD_")}
    environment |= {"CLINLEAD_DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, "-m", "clinlead.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_upgrading_twice_says_there_is_nothing_to_do(installation):
    assert "already" in command(installation, "upgrade").stdout


def test_serving_an_old_database_is_refused_in_a_sentence(tmp_path):
    done = command(tmp_path, "serve", "--port", "8911")
    assert done.returncode == 2
    assert "clinlead upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_upgrade_keeps_a_copy_of_what_was_there(installation, tmp_path):
    import sqlite3
    from contextlib import closing

    copy = tmp_path / "old"
    copy.mkdir()
    copy_sqlite(installation / "clinlead.sqlite3", copy / "clinlead.sqlite3")
    with closing(sqlite3.connect(copy / "clinlead.sqlite3")) as held:
        held.execute("drop table clinlead_cache")
        held.commit()
    done = command(copy, "upgrade")
    assert done.returncode == 0, done.stderr
    assert len(list((copy / "backups").glob("before-upgrade-*.sqlite3"))) == 1


def test_checking_says_each_thing_to_mend(installation):
    done = command(installation, "check", CLINLEAD_SECOND_FACTOR="false")
    assert done.returncode == 1
    assert "CLINLEAD_TRUST_NAME" in done.stdout
    assert "CLINLEAD_SECOND_FACTOR" in done.stdout


def test_a_good_installation_has_nothing_to_mend(installation):
    done = command(installation, "check", CLINLEAD_TRUST_NAME="A trust")
    assert (done.returncode, done.stdout) == (0, "Nothing to mend.\n")


def test_a_broken_record_of_acts_is_found(trust):
    from clinlead.history.models import Entry

    assert list(check.wrong_with_the_record()) == []
    Entry.objects.filter(number=1).update(digest="0" * 64)
    assert "broken at entry 1" in next(check.wrong_with_the_record())


@pytest.mark.skipif(os.name == "nt", reason="gunicorn is not for Windows")
def test_the_real_server_serves_and_stops(installation):
    environment = {**os.environ, "CLINLEAD_DATA_DIR": str(installation)}
    port = free_port()
    arguments = [sys.executable, "-m", "clinlead.cli", "serve", "--port", str(port)]
    with subprocess.Popen(arguments, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert answer_of(f"http://127.0.0.1:{port}/health/ready") == 200
            assert answer_of(f"http://127.0.0.1:{port}/sign-in/") == 200
        finally:
            server.terminate()
            said = server.stderr.read()
        assert server.wait(20) == 0, said


def free_port() -> int:
    import socket

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def answer_of(address: str, seconds: float = 30) -> int:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return answer.status
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
