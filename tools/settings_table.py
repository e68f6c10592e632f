"""Write docs/reference/settings.md from the typed configuration. A test fails when it is stale."""

from pathlib import Path

from clinlead.configuration import Configuration

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "settings.md"
HEAD = """# Settings

Each is an environment variable. With none set, everything lives in one data directory.
This page is made by `python tools/settings_table.py`.

| variable | default | what it does |
|---|---|---|
"""


def table() -> str:
    rows = []
    for name, field in Configuration.model_fields.items():
        variable = field.validation_alias or f"CLINLEAD_{name.upper()}"
        default = field.get_default(call_default_factory=True)
        shown = ", ".join(default) if isinstance(default, list) else str(default)
        rows.append(f"| `{variable}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(table(), encoding="utf-8")
