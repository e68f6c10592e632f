"""Where each key of a TOML text stands, so that a refusal can name the line."""

import re

Path = tuple[str | int, ...]

_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


def key_lines(text: str) -> dict[Path, int]:
    """The line (1 = first) of every key and array element of a valid TOML text.

    `text` must already have been accepted by `tomllib`; this only finds places. A path names nested
    tables by key and array elements by position: `("where", 0, "field")`.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # how many elements each array of tables has

    def read(self) -> dict[Path, int]:
        """The line of every key and array item of the text."""
        prefix: Path = ()
        self.skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                prefix = self.header()
            else:
                self.pair(prefix)
            self.skip(_GAP)
        return self.lines

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Move past what the pattern matches here, and return it."""
        found = pattern.match(self.text, self.at)
        if found is None:  # tomllib accepted the text, so this is a fault of ours
            raise AssertionError(f"unreadable TOML at character {self.at}")
        self.at = found.end()
        return found.group()

    def mark(self, path: Path) -> None:
        """Remember that the path begins on this line."""
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)

    def key(self) -> tuple[str, ...]:
        """A key with its dots, as its parts."""
        parts = []
        while True:
            self.skip(_SPACE)
            parts.append(self.skip(_KEY).strip("\"'"))
            self.skip(_SPACE)
            if self.text[self.at : self.at + 1] != ".":
                return tuple(parts)
            self.at += 1

    def header(self) -> Path:
        """The path that a heading in square brackets opens."""
        doubled = self.text.startswith("[[", self.at)
        self.at += 2 if doubled else 1
        path = self.within_arrays(self.key(), last_is_new=doubled)
        self.mark(path)
        self.at += 2 if doubled else 1
        return path

    def within_arrays(self, names: tuple[str, ...], *, last_is_new: bool) -> Path:
        """The path of a header: `[where.x]` after `[[where]]` belongs to its last element."""
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            self.mark(path)
            if last_is_new and position == len(names) - 1:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        return path

    def pair(self, prefix: Path) -> None:
        """A key, its equals sign and its value."""
        self.skip(_SPACE)
        begun = self.at
        path = prefix
        for name in self.key():
            path = (*path, name)
            self.lines.setdefault(path, self.text.count("\n", 0, begun) + 1)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        """Whatever a key can have: an array, an inline table or one plain value."""
        first = self.text[self.at]
        if first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            self.skip(_STRING if first in "\"'" else _SCALAR)

    def array(self, path: Path) -> None:
        """An array, each item under its own number."""
        self.at += 1
        position = 0
        self.skip(_GAP)
        while self.text[self.at] != "]":
            self.mark((*path, position))
            self.value((*path, position))
            position += 1
            self.comma()
        self.at += 1

    def inline_table(self, path: Path) -> None:
        """A table in braces, pair by pair."""
        self.at += 1
        self.skip(_GAP)
        while self.text[self.at] != "}":
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        """Move past a comma and the blanks around it, where there is one."""
        self.skip(_GAP)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_GAP)


def nearest_line(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing that holds it; 1 where nothing does."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1
