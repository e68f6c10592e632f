"""The reference of data sets says what the code does; run this file to write it anew."""

from pathlib import Path

from clinmeasures.activity import RECORD_TYPES, Column, RecordType

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "data-sets.md"
HEAD = """# Data sets that can be loaded

Template files have these column names; a [mapping](mappings.md) brings other names, and the NHS
Data Dictionary's are known. **Bold** columns are required. The key makes a row unique within its
source, and the month of a row is that of the column named. Times are local civil times. Codes that
are not in a list are kept, counted and reported.
"""


def described(record: RecordType) -> str:
    columns = ", ".join(column_in_words(column) for column in record.columns)
    orders = "; ".join(f"`{end}` not before `{start}`" for start, end in record.in_order)
    return "\n".join(
        [
            f"## {record.name}",
            "",
            f"Key: {', '.join(f'`{part}`' for part in record.key)}. Month of `{record.month_of}`."
            + (f" Checked: {orders}." if orders else ""),
            "",
            columns,
            "",
        ]
    )


def column_in_words(column: Column) -> str:
    name = f"**{column.name}**" if column.required else column.name
    notes = [column.kind.value] if column.kind.value not in ("text", "code") else []
    notes += [", ".join(column.codes)] if column.codes else []
    notes += ["hospital number"] if column.patient else []
    notes += ["clinician's code"] if column.clinician else []
    notes += [f"{column.lowest} to {column.highest}"] if column.highest is not None else []
    return f"{name} ({'; '.join(notes)})" if notes else name


def page() -> str:
    return "\n".join([HEAD, *(described(record) for record in RECORD_TYPES.values())])


def test_the_reference_of_data_sets_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run python tests/unit/" + Path(__file__).name
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
