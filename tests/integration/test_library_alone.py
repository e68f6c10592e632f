"""The library is a distribution of its own: it builds and works where there is no Django."""

import email
import importlib.metadata
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "clinmeasures"
CARRIED = {".py", ".toml", ".html", ".csv", ".sql"}
SCRIPT = """
import json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
sys.modules["django"] = sys.modules["clinlead"] = None  # importing either would now fail
import clinmeasures
assert clinmeasures.__file__.startswith(sys.argv[1]), clinmeasures.__file__
names = [module.name for module in pkgutil.walk_packages(clinmeasures.__path__, "clinmeasures.")]
for name in names:
    __import__(name)
from clinmeasures.spc import spc
print(json.dumps([len(names), spc([1, 2, 3], chart="run").to_dict()["series"][0]["chart"]]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The library's wheel, built from its own folder with the pinned build backend."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)],
        cwd=SOURCE,
        check=True,
        capture_output=True,
    )
    (path,) = made.glob("clinmeasures-*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(made / "installed")
    return made / "installed"


def test_the_wheel_carries_every_file_of_the_library(wheel):
    ours = {p.relative_to(SOURCE) for p in SOURCE.rglob("*") if p.suffix in CARRIED}
    ours.discard(Path("pyproject.toml"))
    there = {p.relative_to(wheel / "clinmeasures") for p in (wheel / "clinmeasures").rglob("*")}
    assert ours <= there


def test_the_library_asks_for_no_web_framework(wheel):
    (told,) = wheel.glob("*.dist-info/METADATA")
    needed = email.message_from_string(told.read_text()).get_all("Requires-Dist") or []
    names = {requirement.split(">")[0].split("<")[0].split("[")[0] for requirement in needed}
    assert "numpy" in names
    assert not {name for name in names if name.lower().startswith(("django", "clinlead"))}


def test_every_module_of_the_wheel_works_where_there_is_no_django(wheel):
    assert importlib.metadata.version("django")  # it is here, so the script must block it
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    modules, chart = json.loads(done.stdout)
    assert modules > 100
    assert chart == "run"
