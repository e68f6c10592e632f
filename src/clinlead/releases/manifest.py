"""What a release was made from, as one text and one digest that anybody can compute again. Pure.

Nothing that is digested holds a clock, a host or a float: integers, months and digests alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FORMAT = "clinlead release manifest 1"
NUMBERS = (
    "n",
    "numerator",
    "denominator",
    "weight",
    "weight_squared",
    "value_sum",
    "value_sum_squared",
    "histogram",
)


def canonical(content: object) -> str:
    """One text for equal content, on every machine. A float has no place in it."""
    refuse_floats(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def refuse_floats(content: object) -> None:
    if isinstance(content, float):
        raise TypeError("a float cannot be digested: it differs from engine to engine")
    if isinstance(content, Mapping):
        content = content.values()
    if isinstance(content, Iterable) and not isinstance(content, str):
        for each in content:
            refuse_floats(each)


def digest_of(content: object) -> str:
    """SHA-256 (hex) of the canonical text."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def figure_content(
    key: Sequence[str],
    version_number: int,
    tallies: Mapping[str, object],
    composition: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """One figure as it is digested: which it is, what it adds up, and to what."""
    measure, rule, unit = key
    return {
        "measure": measure,
        "version": version_number,
        "rule": rule,
        "unit": unit,
        "tallies": tallies,
        "composition": composition,
    }


def manifest_of(
    *,
    department: str,
    months: Sequence[str],
    edition: int,
    supersedes: str | None,
    measures: Iterable[Mapping[str, Any]],
    figures: Mapping[str, str],
    inputs: Mapping[str, Any],
    history: tuple[int, str],
) -> dict[str, Any]:
    """The whole manifest: what is digested, and beside it where the record of acts stood.

    `figures` names each figure's digest; `inputs` are the loads, corrections, codes,
    case-mix models and weights of work behind them, and the grades of the months' data.
    """
    digested = {
        "format": FORMAT,
        "department": department,
        "months": list(months),
        "edition": edition,
        "supersedes": supersedes,
        "measures": sorted(measures, key=lambda each: (each["code"], each["rule"])),
        "tallies": {"figures": len(figures), "digest": digest_of(figures)},
        "loads": inputs["loads"],
        "corrections": {
            "count": len(inputs["corrections"]),
            "digest": digest_of(inputs["corrections"]),
        },
        "codes": {"count": len(inputs["codes"]), "digest": digest_of(inputs["codes"])},
        "models": inputs["models"],
        "weights": inputs["weights"],
        "grades": {
            "count": len(inputs["grades"]),
            "digest": digest_of(inputs["grades"]),
        },
        "complete_to": inputs["complete_to"],
        "code_version": code_version(),
    }
    number, head = history
    return {"digested": digested, "history": {"number": number, "digest": head}}


@cache
def code_version() -> str:
    """The library that computed: its version and a digest of its own source."""
    import clinmeasures

    folder = Path(clinmeasures.__file__).parent
    lines = [
        f"{path.relative_to(folder).as_posix()} {digest_of_source(path)}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".toml"} and path.name != "pyproject.toml"
    ]
    source = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return f"clinmeasures {version('clinmeasures')} {source[:16]}"


def digest_of_source(path: Path) -> str:
    """Of a file's text, whatever its line endings."""
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    return hashlib.sha256(text.encode()).hexdigest()
