"""How a hospital's own extract becomes one of our data sets: a mapping, written in TOML."""

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinmeasures.activity.record_types import RECORD_TYPES, RecordType
from clinmeasures.errors import BadInput


class InvalidMapping(BadInput):
    """A mapping breaks its grammar; the message names the line and the reason."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """How dates are written in the source: ISO 8601 where nothing is said."""

    formats: tuple[str, ...] = ()
    origin: date | None = None  # dates are day numbers counted from here
    origin_is_day: int = 0  # the number that the origin itself has


@dataclass(frozen=True, kw_only=True)
class Where:
    """Rows whose source column holds one of these values."""

    column: str
    equals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A date in one source column plus the number of days in another."""

    date: str
    days: str
    only_where: Where | None = None


@dataclass(frozen=True, kw_only=True)
class Instead:
    """A second source column that decides where it holds one of these values."""

    column: tuple[str, ...]  # theirs, first found
    values: dict[str, str]  # theirs → ours
    unless: tuple[str, ...] = ()  # words of ours, from the first column, that stand all the same


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """A source's own names, values and dates, in terms of one data set."""

    dataset: str
    source: str = ""
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ours → theirs, first found
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # ours → {theirs: ours}
    dates: Dates = Dates()
    dates_of: dict[str, Dates] = field(default_factory=dict)  # a column with a form of its own
    timezone: str = ""
    constants: dict[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()  # columns filled with the source's row number
    sums: dict[str, Sum] = field(default_factory=dict)
    times: dict[str, str] = field(
        default_factory=dict
    )  # ours → a second column with the time of day
    instead: dict[str, Instead] = field(default_factory=dict)  # ours → what may decide otherwise
    missing: tuple[str, ...] = ()  # words that mean a blank
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""  # of a workbook
    extracted_on: date | None = (
        None  # when the source was asked, where that is not the day of loading
    )
    supplied: bool = False  # one of ours: a file need not have every column it names
    note: str = ""  # what a reader of the figures must know; shown with the load

    @property
    def record_type(self) -> RecordType:
        """What the data set's rows are."""
        return RECORD_TYPES[self.dataset]

    def dates_for(self, column: str) -> Dates:
        """How this column's dates are written."""
        return self.dates_of.get(column, self.dates)

    def theirs(self, column: str) -> tuple[str, ...]:
        """The source columns that can hold this one of ours; by default the same name."""
        if column in self.columns:
            return self.columns[column]
        if column in self.constants or column in self.keys or column in self.sums:
            return ()
        return (column,)

    def to_dict(self) -> dict[str, Any]:
        """The mapping as JSON would hold it."""
        return json.loads(json.dumps(asdict(self), default=str, sort_keys=True))  # type: ignore[no-any-return]

    @property
    def digest(self) -> str:
        """The same for two mappings that read a file alike, however they are laid out."""
        meaning = {key: value for key, value in self.to_dict().items() if key != "note"}
        for later in ("sheet", "instead"):
            if not meaning[later]:  # without, it means what it meant before there were any
                del meaning[later]
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def load_mapping(path: Path | str, dataset: str) -> Mapping:
    """Read a mapping file.

    Parameters
    ----------
    path : Path or str
        A TOML file in the grammar of docs/reference/mappings.md.
    dataset : str
        The data set it is wanted for; one of `RECORD_TYPES`.

    Raises
    ------
    InvalidMapping
        With the file, the line and the reason.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidMapping(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise InvalidMapping(f"{path}: is not UTF-8 text; save it as UTF-8.") from error
    return parse_mapping(text, dataset, name=path.name)


def parse_mapping(text: str, dataset: str, *, name: str = "mapping") -> Mapping:
    """A mapping from its TOML text; see `load_mapping`."""
    known_dataset(dataset)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidMapping(f"{name}: is not TOML: {error}.") from error
    from clinmeasures.activity.grammar import Grammar

    return Grammar(text, name, dataset).mapping(table)


def known_dataset(dataset: str) -> RecordType:
    """The record type of this name, or a refusal that lists the names there are."""
    if dataset not in RECORD_TYPES:
        raise BadInput(f"{dataset!r} is no data set; there are {', '.join(RECORD_TYPES)}.")
    return RECORD_TYPES[dataset]


@lru_cache
def builtin_mappings(dataset: str) -> tuple[Mapping, ...]:
    """The supplied mappings of a data set, the first that fits a file is used.

    Our own template names come first, then the NHS Data Dictionary's. Both turn the NHS's
    national codes into our words, because no word of ours is such a code.
    """
    known_dataset(dataset)
    template = Mapping(dataset=dataset, values=nhs_codes(dataset), supplied=True)
    path = files("clinmeasures.activity") / "mappings" / f"nhs-{dataset}.toml"
    if not path.is_file():
        return (template,)
    nhs = parse_mapping(path.read_text("utf-8"), dataset, name=path.name)
    return (template, replace(nhs, supplied=True))


def shipped_mapping(name: str, dataset: str) -> Mapping:
    """A mapping that comes with the library, by its file name without `.toml`."""
    path = files("clinmeasures.activity") / "mappings" / f"{name}.toml"
    return parse_mapping(path.read_text(encoding="utf-8"), dataset, name=f"{name}.toml")


def nhs_codes(dataset: str) -> dict[str, dict[str, str]]:
    """National codes of the NHS Data Dictionary in our words, by column of this data set."""
    table = national_codes()
    found = {column: dict(values) for column, values in table.get(dataset, {}).items()}
    if RECORD_TYPES[dataset].column("specialty") is not None:
        found["specialty"] = dict(table["specialty"])
    return found


@lru_cache
def national_codes() -> dict[str, Any]:
    """The shipped table as it is written, read once a process."""
    shipped = files("clinmeasures.activity") / "mappings" / "nhs-codes.toml"
    return tomllib.loads(shipped.read_text(encoding="utf-8"))


def zone_exists(name: str) -> bool:
    """Whether the name is a time zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True
