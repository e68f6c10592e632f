"""What the library says of itself: complete, true when run, and the same in the reference pages."""

import doctest
import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "src" / "clinmeasures"
WITH_EXAMPLES = [path for path in sorted(LIBRARY.rglob("*.py")) if ">>> " in path.read_text()]


@pytest.fixture(scope="module")
def library_pages():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        yield importlib.import_module("library_pages")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_the_reference_pages_are_those_that_the_docstrings_make(library_pages):
    made = library_pages.pages()
    there = {path: path.read_text(encoding="utf-8") for path in made if path.exists()}
    stale = [path.name for path, text in made.items() if there.get(path) != text]
    assert not stale, "run ./run fix and commit docs/reference/library"
    assert {*(ROOT / "docs" / "reference" / "library").glob("*.md")} <= set(made)


def test_every_public_name_says_what_it_is(library_pages):
    silent = [
        f"{room.__name__}.{name}"
        for room in library_pages.rooms()
        for name in room.__all__
        if callable(getattr(room, name)) and not library_pages.own_docstring(getattr(room, name))
    ]
    assert not silent


def test_every_room_says_what_it_is_for(library_pages):
    assert all(room.__doc__ for room in library_pages.rooms())


def test_some_modules_have_examples():
    assert WITH_EXAMPLES


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.stem)
def test_examples_in_docstrings_show_what_happens(path):
    name = ".".join(path.relative_to(LIBRARY.parent).with_suffix("").parts)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    found = doctest.testmod(importlib.import_module(name), optionflags=flags)
    assert found.attempted
    assert not found.failed
