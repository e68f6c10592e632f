"""`clinmeasures comorbidity`: Charlson's and Elixhauser's conditions from diagnosis codes."""

import argparse
import sys

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.comorbidity import Comorbidities, comorbidity


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a diagnosis; - is CSV on input")
    add = parser.add_argument
    add("--patient", required=True, metavar="COL", help="patient or spell")
    add("--code", required=True, metavar="COL", help="diagnosis code, with or without the point")
    add("--index", required=True, choices=("charlson", "elixhauser"))
    add("--version", required=True, choices=("icd9", "icd10"))
    add(
        "--map",
        choices=("quan", "se", "am", "am_ucodes"),
        default="quan",
        help="whose list of codes: Quan 2005, Swedish, Australian",
    )
    add("--hierarchy", action="store_true", help="drop the milder form beside the severer")


def run(options: argparse.Namespace) -> int:
    """Print each patient's conditions and scores; 0 where that went well."""
    found = _computed(options)
    if found.odd_codes:
        print(
            f"{found.odd_codes} of {found.codes} codes do not have the form of "
            f"{options.version.replace('icd', 'ICD-')} and stand for nothing.",
            file=sys.stderr,
        )
    document = found.to_dict()
    if options.json:
        print_json(document)
    else:
        print_table(
            ["patient", "conditions", *found.scores],
            [[p["patient"], p["conditions"], *p["scores"].values()] for p in document["patients"]],
        )
    return 0


def _computed(options: argparse.Namespace) -> Comorbidities:
    with table_in(options.file) as table:
        return comorbidity(
            table,
            patient=options.patient,
            code=options.code,
            index=options.index,
            version=options.version,
            map=options.map,
            hierarchy=options.hierarchy,
        )
