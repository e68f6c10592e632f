"""The house keeps its shape: what loads without what, and what lock files may not hold."""

import ast
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
LIBRARY = sorted(SOURCE.glob("clinmeasures/**/*.py"))
POLICIES = sorted(SOURCE.glob("clinlead/*/policies.py"))
CODE = [p for p in sorted(SOURCE.glob("**/*.py")) if "migrations" not in p.parts]


def packages_loaded_by(*parts: list[Path]) -> list[set[str]]:
    """Top-level packages in memory after importing each part, one after another, in a process."""
    names = [
        [".".join(p.relative_to(SOURCE).with_suffix("").parts) for p in part] for part in parts
    ]
    script = (
        "import importlib, sys\n"
        f"for part in {names}:\n"
        "    for name in part: importlib.import_module(name)\n"
        "    print(*{name.split('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SOURCE)
    return [set(line.split()) for line in done.stdout.splitlines()]


def test_the_library_loads_without_the_application_and_rules_without_the_web_framework():
    library, both = packages_loaded_by(LIBRARY, POLICIES)
    assert "clinmeasures" in library
    assert "clinlead" not in library
    assert {"clinmeasures", "clinlead"} <= both
    assert "django" not in both


def test_no_lock_file_holds_an_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?:|--(extra-)?index-url|file:", text), path.name


def test_every_room_has_a_readme():
    rooms = [path.parent for path in SOURCE.glob("clinlead/*/__init__.py")]
    assert not [room.name for room in rooms if not (room / "README.md").exists()]


def test_no_two_decisions_share_a_number_and_each_title_has_its_own():
    pages = [p for p in (ROOT / "docs" / "decisions").glob("*.md") if p.name != "README.md"]
    numbers = [page.name[:4] for page in pages]
    assert len(set(numbers)) == len(numbers)
    assert all(page.read_text().startswith(f"# {page.name[:4]} ") for page in pages)


def test_every_page_of_the_documentation_is_in_its_index():
    for folder in (ROOT / "docs").iterdir():
        index = (folder / "README.md").read_text()
        assert not [
            p.name for p in folder.glob("*.md") if f"({p.name})" not in index + "(README.md)"
        ]


@cache
def functions_and_handlers(path: Path) -> tuple[list[int], list[str]]:
    """The length of every function of a module, docstring apart, and where it is silent on errors.

    Every module is parsed once for all tests of this file.
    """
    lengths, silent = [], []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node, clean=False)
            spare = doc.count("\n") + 1 if doc else 0
            lengths.append(node.end_lineno - node.lineno - spare)
        if isinstance(node, ast.ExceptHandler) and all(isinstance(n, ast.Pass) for n in node.body):
            silent.append(f"{path.name}:{node.lineno}")
    return lengths, silent


def test_functions_stay_short():
    lengths = sorted(length for path in CODE for length in functions_and_handlers(path)[0])
    assert statistics.median(lengths) <= 9
    assert lengths[int(len(lengths) * 0.9)] <= 25


def test_modules_stay_readable():
    long = {str(p.relative_to(SOURCE)): len(p.read_text().splitlines()) for p in CODE}
    assert not {name: lines for name, lines in long.items() if lines > 500}


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(SOURCE)))
def test_no_error_is_swallowed_without_a_word(path):
    assert not functions_and_handlers(path)[1]
