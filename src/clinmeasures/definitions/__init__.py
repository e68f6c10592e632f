"""What a measure says, read from TOML and checked."""

from clinmeasures.definitions.definition import (
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Direction,
    MeasureKind,
    Operator,
    Test,
)
from clinmeasures.definitions.describing import Description, describe
from clinmeasures.definitions.fields import DERIVED, Field, fields_of
from clinmeasures.definitions.reading import (
    InvalidDefinition,
    library,
    load_definition,
    load_definitions,
    parse_definition,
)

__all__ = [
    "DERIVED",
    "AllOf",
    "AnyOf",
    "Condition",
    "Definition",
    "Description",
    "Direction",
    "Field",
    "InvalidDefinition",
    "MeasureKind",
    "Operator",
    "Test",
    "describe",
    "fields_of",
    "library",
    "load_definition",
    "load_definitions",
    "parse_definition",
]
