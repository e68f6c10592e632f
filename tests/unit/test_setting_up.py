"""Setting up installs what is pinned and hashed; no package fetches anything to build itself."""

import runpy
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "run"


@pytest.fixture
def run():
    return runpy.run_path(str(RUN), run_name="run")


def asked_of_pip(run, tmp_path) -> list[tuple[str, ...]]:
    """What pip is asked for, in order, where nothing is installed yet."""
    asked: list[tuple[str, ...]] = []
    world = run["install"].__globals__
    world.update(
        VENV=tmp_path, make_environment=lambda: None, pip_install=lambda *said: asked.append(said)
    )
    run["install"](run["RUNTIME"], run["DEVELOPMENT"])
    return asked


def test_no_build_reaches_past_the_lock_files(run, tmp_path):
    building, everything, *ours = asked_of_pip(run, tmp_path)
    assert building == ("--require-hashes", "-r", str(run["BUILDING"]))
    assert {"--require-hashes", "--no-build-isolation"} <= set(everything)
    assert all({"--no-deps", "--no-build-isolation"} & set(said) for said in ours)
    assert "setuptools==" in run["BUILDING"].read_text()


def test_what_builds_is_part_of_what_was_installed(run, tmp_path):
    before = run["fingerprint"](run["RUNTIME"])
    other = tmp_path / "requirements-build.txt"
    other.write_text("setuptools==1")
    run["fingerprint"].__globals__["BUILDING"] = other
    assert run["fingerprint"](run["RUNTIME"]) != before
