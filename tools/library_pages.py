"""Write docs/reference/library from the docstrings of the library's public names.

`./run fix` runs it; a test fails when a page is stale.
"""

import importlib
import inspect
import pkgutil
import re
from collections import ChainMap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import clinmeasures

SECTION = re.compile(r"^[A-Z][a-z ]+\n-{3,}$", re.MULTILINE)  # of a NumPy docstring
REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
INDEX = """# The library, room by room

Every public name of `clinmeasures`, from its docstring. Functions take any data frame that
Narwhals reads (pandas, Polars, PyArrow, a DuckDB relation), a mapping of columns, or arrays; wrong
input raises `clinmeasures.errors.BadInput` with one sentence. These pages are made by `./run fix`.

| room | for | names |
|---|---|---|
"""


def rooms() -> list[ModuleType]:
    """Packages of the library that say what is public."""
    found = pkgutil.iter_modules(clinmeasures.__path__, "clinmeasures.")
    packages = [importlib.import_module(room.name) for room in found if room.ispkg]
    return [room for room in packages if getattr(room, "__all__", None)]


def pages() -> dict[Path, str]:
    """Every page's path and text."""
    lines, found = [], {}
    for room in rooms():
        short = room.__name__.removeprefix("clinmeasures.")
        summary = (inspect.getdoc(room) or "").split("\n")[0]
        names = ", ".join(f"`{name}`" for name in room.__all__)
        lines.append(f"| [{short}](library/{short}.md) | {summary} | {names} |")
        found[REFERENCE / "library" / f"{short}.md"] = page_of(room, summary)
    return {REFERENCE / "library.md": INDEX + "\n".join(lines) + "\n"} | found


def page_of(room: ModuleType, summary: str) -> str:
    parts = [f"# {room.__name__}\n\n{summary} ([all rooms](../library.md))\n"]
    parts += [entry(name, getattr(room, name)) for name in room.__all__]
    return "\n".join(parts)


def entry(name: str, thing: Any) -> str:
    """One name: how it is called, what it does, and the rest of its docstring as written."""
    if not callable(thing):
        return f"## {name}\n\nA constant.\n"
    called = f"```python\n{name}{arguments_of(thing)}\n```\n"
    said = own_docstring(thing) or ""
    section = SECTION.search(said)
    prose, rest = (said[: section.start()], said[section.start() :]) if section else (said, "")
    parts = [f"## {name}\n", called, prose.rstrip() + "\n"]
    if rest.strip():
        parts.append(f"```text\n{rest.rstrip()}\n```\n")
    parts += [f"- `.{method}`: {said}\n" for method, said in methods_of(thing)]
    return "\n".join(parts)


def own_docstring(thing: Any) -> str | None:
    """A class without one inherits nothing here, and a dataclass's made-up one does not count."""
    said = thing.__dict__.get("__doc__") if inspect.isclass(thing) else thing.__doc__
    made_up = bool(said) and said.startswith(f"{getattr(thing, '__name__', '')}(")
    return None if not said or made_up else inspect.cleandoc(said)


def arguments_of(thing: Any) -> str:
    """Names and defaults, without types: the docstring says shapes and units."""
    if inspect.isclass(thing) and issubclass(thing, (BaseException, str)):
        return ""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    told = inspect.Signature([_bare(each) for each in signature.parameters.values()])
    shown = str(told) if len(str(told)) <= 90 else _on_lines(told)
    return shown.replace("'", '"')  # as the formatter of the pages has it


def _bare(parameter: inspect.Parameter) -> inspect.Parameter:
    """Without its type; a default that has a name is shown by it."""
    default = parameter.default
    if inspect.isfunction(default):
        default = Named(default.__name__)
    return parameter.replace(annotation=inspect.Parameter.empty, default=default)


class Named(str):
    """Shown without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _on_lines(signature: inspect.Signature) -> str:
    lines, starred = [], False
    for each in signature.parameters.values():
        if each.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            lines.append("    *,")
            starred = True
        lines.append(f"    {each},")
    return "(\n" + "\n".join(lines) + "\n)"


def methods_of(thing: Any) -> Iterator[tuple[str, str]]:
    """Public methods and properties of a class that say what they do, and of its private bases."""
    if not inspect.isclass(thing):
        return
    shared = [vars(base) for base in thing.__mro__[1:] if base.__name__.startswith("_")]
    for name, member in ChainMap(dict(vars(thing)), *map(dict, shared)).items():
        inner = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(inner) or not inner.__doc__:
            continue
        yield name, inspect.cleandoc(inner.__doc__).split("\n")[0]


def write() -> None:
    made = pages()
    for old in (REFERENCE / "library").glob("*.md"):
        if old not in made:
            old.unlink()
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
