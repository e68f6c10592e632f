"""The reference page of fields and rules, written from the data that the engine itself uses.

`python -m clinmeasures.definitions.reference > docs/reference/fields.md` makes it again.
"""

from clinmeasures.activity.record_types import RECORD_TYPES
from clinmeasures.attribution.rules import RULES, rules_for
from clinmeasures.definitions.fields import CASE_MIX_SCORES, DERIVED, Field

HEAD = """\
# Derived fields and attribution rules

Made from the library's own lists by `python -m clinmeasures.definitions.reference`; do not edit
by hand. A definition may name these, and the columns of its record type (the patient's number
apart). The lists are closed. Durations come from UTC instants, so a night on which the clocks
change has its true length; days come from local dates. A value that cannot be is blank, and a
blank is never added up.
"""


def fields_page() -> str:
    """The whole page, in Markdown."""
    parts = [HEAD]
    for record, fields in DERIVED.items():
        parts += [f"## {record}\n", *(_entry(field) for field in fields), ""]
    parts.append("## Attribution rules\n")
    parts += [f"- **`{rule.name}`** ({rule.words}). {rule.how}" for rule in RULES.values()]
    parts.append("\nSpells can be attributed by the first five; of the other record types:\n")
    others = [name for name in RECORD_TYPES if name != "spells" and rules_for(name)]
    parts += [f"- `{record}`: {', '.join(rules_for(record))}" for record in others]
    scores = " and ".join(f"`{name}`" for name in CASE_MIX_SCORES)
    parts.append(f"\n`case_mix` may also name {scores}, which are scored from several diagnoses.")
    return "\n".join(parts) + "\n"


def _entry(field: Field) -> str:
    unit = f", {field.unit}" if field.unit else ""
    return f"- **`{field.name}`** ({field.kind}{unit}): {field.words}. {field.how}"


if __name__ == "__main__":
    print(fields_page(), end="")
