"""The plan of a trust, as a TOML file: divisions, departments, and codes that are no person's."""

import tomllib
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from clinmeasures.errors import BadInput


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DivisionLine(Line):
    code: str
    name: str


class DepartmentLine(Line):
    code: str
    name: str
    division: str
    specialty: str = ""


class CodeLine(Line):
    """A code of a source system: one person's, or a department's pool, default or locum code."""

    code: str
    source: str = ""
    kind: Literal["person", "pooled", "default", "locum"] = "person"
    person: str = ""
    department: str = ""
    starts_on: date
    ends_on: date | None = None

    @model_validator(mode="after")
    def only_a_personal_code_names_a_person(self) -> Self:
        if (self.kind == "person") != bool(self.person):
            raise ValueError("a code of kind person names a person, and no other code does")
        return self


class Plan(Line):
    """What a trust consists of."""

    divisions: tuple[DivisionLine, ...] = ()
    departments: tuple[DepartmentLine, ...] = ()
    codes: tuple[CodeLine, ...] = ()


def parse_plan(text: str, source: str) -> Plan:
    """Read a plan, or say in one sentence what is wrong with it and where."""
    try:
        return Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{source} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{source}: {where}: {first['msg']}.") from error
