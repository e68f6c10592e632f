"""`clinmeasures providers`: each provider beside the standard, given its own patients."""

import argparse
import sys

from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table
from clinmeasures.providers import Profile, providers

SHOWN = ("provider", "n", "observed", "expected", "indirect_ratio", "ratio_lower", "ratio_upper")


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser)
    add = parser.add_argument
    add("--outcome", required=True, metavar="COL", help="0 or 1, a count, or any number")
    add("--provider", required=True, metavar="COL", help="who treated the patient")
    add("--covariates", type=names, metavar="A,B,C", help="numbers that differ between patients")
    add("--categorical", type=names, metavar="A,B", help="categories; the first is the reference")
    add("--family", required=True, choices=("binomial", "poisson", "gaussian"))
    add("--effects", required=True, choices=("fixed", "random"))
    add("--null", metavar="NULL", help="median (fixed effects), mean, or a number (0 for random)")
    add("--test", choices=("exact", "score", "wald"), help="exact for fixed, wald for random")
    add("--level", type=float, default=0.95, help="of limits and flags")
    add("--quadrature", type=int, default=1, metavar="N", help="points; 1 is Laplace's")


def names(text: str) -> list[str]:
    """ "age,sex" as a list."""
    return [name.strip() for name in text.split(",") if name.strip()]


def run(options: argparse.Namespace) -> int:
    """Print the file's providers beside the standard; 0 where that went well."""
    found = _computed(options)
    for note in found.notes():
        print(note, file=sys.stderr)
    if options.json:
        print_json(found.to_dict())
    else:
        _print(found)
    return 0


def _print(found: Profile) -> None:
    print(f"Null {found.null:.6g}; {found.effects} effects, {found.test} test")
    rows = found.to_dict()["providers"]
    print_table([*SHOWN, "flag"], [[row[name] for name in (*SHOWN, "flag")] for row in rows])


def _computed(options: argparse.Namespace) -> Profile:
    with table_in(options.file) as table:
        return providers(
            table,
            outcome=options.outcome,
            provider=options.provider,
            covariates=options.covariates,
            categorical=options.categorical,
            family=options.family,
            effects=options.effects,
            null=options.null,
            test=options.test,
            level=options.level,
            quadrature=options.quadrature,
        )
