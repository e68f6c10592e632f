"""One file and one definition to one page of HTML."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from clinmeasures.cli.tables import STANDARD_INPUT, named, read_table
from clinmeasures.definitions import Definition, Field, fields_of, parse_definition
from clinmeasures.definitions.definition import MeasureKind
from clinmeasures.definitions.parameters import with_parameters, wrong_parameters
from clinmeasures.errors import BadInput
from clinmeasures.reports.cases import Cases
from clinmeasures.reports.extract import mapped_cases, read_mapping
from clinmeasures.reports.figures import Figures, showable
from clinmeasures.reports.options import Options, split_definition
from clinmeasures.reports.own_columns import cases_of, own_fields
from clinmeasures.reports.page import page_of
from clinmeasures.wording import Unit, unit_of


def report(
    source: str,
    definition: Path | str,
    *,
    options: Options | None = None,
    today: date,
) -> str:
    """A self-contained page about one measure in one extract.

    Parameters
    ----------
    source : str
        A CSV or Parquet file; "-" is CSV on standard input.
    definition : Path or str
        Its TOML file. Without a mapping it may name the file's own columns. A table [report] at
        its end may hold the options below.
    options : Options
        Columns, words, and mappings (files, or names of shipped ones), one for each data set that
        the measure reads.
    today : date
        Events later than this are refused.

    Returns
    -------
    str
        HTML with its styles and drawings inside; it fetches nothing.

    Raises
    ------
    BadInput
        Where file, definition, mapping or column cannot be used.
    """
    text, own_choices = split_definition(_text_of(definition), str(definition))
    chosen = (options or Options()).over(own_choices)
    try:
        measure, fields, cases = _read(source, text, str(definition), chosen, today=today)
        if chosen.unit_word:
            cases = replace(cases, unit_word=chosen.unit_word)
        unit = _unit(measure, fields, chosen)
        figures = Figures(cases, measure, unit, chosen.case_word or "case")
        return page_of(figures, fields, chosen.title, file=_name(source), digest=_digest(source))
    except BadInput as error:
        told = str(error)
        told = told.removeprefix(f"{_name(source)}: ")
        known = told.startswith((named(source), str(definition)))
        raise (error if known else BadInput(f"{named(source)}: {told}")) from None


def _read(
    source: str, text: str, name: str, options: Options, *, today: date
) -> tuple[Definition, Mapping[str, Field], Cases]:
    if not options.mappings and _names_own_columns(text):
        table = read_table(source)
        if not any(len(cells) for cells in table.values()):
            raise BadInput("it has a heading line and no rows; give at least one row.")
        own = own_fields(table)
        measure = showable(parse_definition(text, name, own=own))
        cases = cases_of(
            table,
            measure,
            unit=options.unit,
            date_column=options.date_column or _month_column(measure, table),
            origin=options.origin,
            today=today,
        )
        return measure, fields_of(measure.record) | own, cases
    measure = showable(parse_definition(text, name))
    if options.date_column or options.origin:
        raise BadInput(
            "a date column and an origin are for files read by their own columns; with a mapping, "
            "the definition's month_of says which date counts."
        )
    read = [read_mapping(each, measure.record) for each in options.mappings]
    cases = mapped_cases(source, measure, read, unit=options.unit, today=today)
    return measure, fields_of(measure.record), cases


def _month_column(measure: Definition, table: Any) -> str | None:
    return measure.month_of if measure.month_of in table else None


def _names_own_columns(text: str) -> bool:
    """Whether the definition names a field that its record type has not."""
    try:
        raw = tomllib.loads(text)
        known = fields_of(raw["record"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return False  # the parser says what is wrong, and where
    wrong = next(wrong_parameters(raw), None)
    return wrong is None and any(name not in known for name in _named(with_parameters(raw)))


def _named(raw: Any) -> list[str]:
    """Every field that a definition's table names."""
    found = [raw[key] for key in ("value", "numerator", "denominator", "field") if key in raw]
    nested = [raw.get(key) for key in ("where", "numerator", "any", "all")]
    inside = [each for group in nested if isinstance(group, list) for each in group]
    names = [name for name in found if isinstance(name, str)]
    return names + [n for each in inside if isinstance(each, dict) for n in _named(each)]


def _unit(measure: Definition, fields: Mapping[str, Field], options: Options) -> Unit:
    if measure.kind is MeasureKind.PROPORTION:
        return unit_of("%")
    if options.value_unit is not None:
        return unit_of(options.value_unit)
    field = fields.get(measure.value or "")
    return unit_of(field.unit if field else "")


def _text_of(definition: Path | str) -> str:
    try:
        return Path(definition).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{definition}: cannot be read ({error.strerror or error}).") from None
    except UnicodeDecodeError:
        raise BadInput(f"{definition}: is not UTF-8 text; save it as UTF-8.") from None


def _name(source: str) -> str:
    return named(source) if source == STANDARD_INPUT else Path(source).name


def _digest(source: str) -> str:
    """SHA-256 of the file, so that a reader can tell which one this was; none for a stream."""
    if source == STANDARD_INPUT:
        return ""
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
