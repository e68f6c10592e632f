"""An installation backed up and restored by the commands, and what must not happen on the way."""

import json
import os
import shutil
import subprocess
import sys

import pytest


def clinlead(*arguments: str, data) -> subprocess.CompletedProcess:
    return run("-m", "clinlead.cli", *arguments, data=data)


def run(*arguments: str, data) -> subprocess.CompletedProcess:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("CLINLEAD_")}
    return subprocess.run(
        [sys.executable, *arguments],
        env={**surroundings, "CLINLEAD_DATA_DIR": str(data), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def backed_up(installation, tmp_path_factory):
    """An installation with a load's file in it, and its archive."""
    place = tmp_path_factory.mktemp("backup")
    shutil.copytree(installation, place / "data")
    part = place / "data" / "activity" / "spells" / "load=000001" / "part-0.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"rows")
    done = clinlead("backup", str(place / "all.tar"), data=place / "data")
    assert done.returncode == 0, done.stderr
    assert "It holds the keys" in done.stdout
    return place


def test_a_backup_restored_elsewhere_is_the_same_installation(backed_up):
    done = clinlead("restore", str(backed_up / "all.tar"), data=backed_up / "new")
    assert done.returncode == 0, done.stderr
    assert "Next: `clinlead upgrade`" in done.stdout
    for name in ("activity/spells/load=000001/part-0.parquet", "keys/patients", "keys/django"):
        old, new = backed_up / "data" / name, backed_up / "new" / name
        assert old.exists() == new.exists()
        assert not old.exists() or old.read_bytes() == new.read_bytes()
    held = clinlead("history", "verify", data=backed_up / "new")
    assert "The record holds" in held.stdout, held.stderr


REFUSED = [
    (("backup", "{}/all.tar"), "a backup never replaces a file"),
    (("backup", "{}/none/all.tar"), "is not there; make it first"),
    (("restore", "{}/all.tar"), "is not empty"),
    (("export-subject", "nobody", "{}/n.json"), "Nobody has the login “nobody”"),
    (("export-subject", "nobody", "{}/n.txt"), "ends neither in .json nor in .zip"),
]
ONE_AFTER_ANOTHER = """
import contextlib, io, json, sys
from clinlead.cli import main
for arguments in json.loads(sys.argv[1]):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        status = main(arguments)
    print(json.dumps([status, said.getvalue()]))
"""


@pytest.fixture(scope="module")
def refused(backed_up):
    """What each command said; in one process, for starting one takes longer than refusing."""
    asked = [[each.format(backed_up) for each in arguments] for arguments, _ in REFUSED]
    done = run("-c", ONE_AFTER_ANOTHER, json.dumps(asked), data=backed_up / "data")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=[said for _, said in REFUSED])
def test_nothing_is_replaced_and_wrong_input_is_one_sentence(refused, number):
    status, sentence = refused[number]
    assert status == 2
    assert REFUSED[number][1] in sentence
    assert sentence.count("\n") == 1
