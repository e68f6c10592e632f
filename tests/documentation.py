"""Pages of documentation, followed as a reader follows them: block by block, in one folder."""

import contextlib
import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = "Every block of this page is run by the test suite."


def blocks_of(page: Path) -> list[tuple[str, str, str]]:
    """Language, file name and text of each block."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def follow(page: Path, folder: Path) -> None:
    """Write the page's files, run its commands and Python, and compare what it shows.

    A `text` block is what the command block before it prints. Python blocks share their names.
    """
    names: dict[str, object] = {"__name__": page.stem}
    printed = ""
    for language, name, text in blocks_of(page):
        if name:
            (folder / name).write_text(text, encoding="utf-8")
        elif language == "sh":
            printed = in_shell(text, folder)
        elif language == "text":
            assert as_shown(printed) == as_shown(text), page.name
        elif language == "python":
            in_python(text, names, folder, page.name)


def in_shell(script: str, folder: Path) -> str:
    """What it prints; the suite's own Python comes first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-ec", script],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    return done.stdout


def in_python(text: str, names: dict[str, object], folder: Path, page: str) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    test = doctest.DocTestParser().get_doctest(text, names, page, page, 0)
    runner = doctest.DocTestRunner(verbose=False, optionflags=flags)
    said: list[str] = []
    with contextlib.chdir(folder):
        runner.run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert test.examples, f"{page}: a python block without >>>"
    assert not runner.failures, "".join(said)


def as_shown(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
