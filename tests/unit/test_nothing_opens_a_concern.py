"""There is no automatic way to a concern: only two pages, sent by a person, lead to one."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

SOURCE = Path(__file__).parents[2] / "src" / "clinlead"
MAKES = {"open_concern", "new_concern", "use_bypass"}  # what makes one, or calls what does
MAY = {  # by whom: the acts themselves, the two pages, and the demonstration's people
    "concerns/opening.py",
    "concerns/bypassing.py",
    "concerns/views.py",
    "demo/concerns.py",
}


def modules(*, naming: set[str]) -> Iterator[tuple[str, ast.Module]]:
    """Those whose text has one of the words: no other can name them."""
    for path in sorted(SOURCE.glob("**/*.py")):
        text = path.read_text(encoding="utf-8")
        if "migrations" not in path.parts and any(word in text for word in naming):
            yield str(path.relative_to(SOURCE)), ast.parse(text)


def names_in(tree: ast.Module) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return found | {
        a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names
    }


def test_only_pages_that_a_person_sends_make_a_concern():
    found = {name for name, tree in modules(naming=MAKES) if names_in(tree) & MAKES}
    assert {"concerns/opening.py", "concerns/views.py"} <= found <= MAY


def test_the_row_itself_is_made_in_one_place():
    makers = {
        name
        for name, tree in modules(naming={"Concern"})
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"create", "bulk_create", "get_or_create", "update_or_create"}
        and ast.unparse(node).startswith("Concern.")
    }
    assert makers == {"concerns/opening.py"}


def test_no_calendar_load_figure_model_or_background_work_calls_the_room():
    hooks = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    named = {
        name
        for name, value in hooks.items()
        if name not in {"ROOMS", "INSTALLED_APPS", "TEMPLATES"}
        and "clinlead.concerns" in str(value)
    }
    assert named == {"AFTER_MERGERS"}  # which moves those that are open, and makes none
