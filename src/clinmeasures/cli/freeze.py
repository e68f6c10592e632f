"""`clinmeasures freeze`: fit a case-mix model and keep it as a file, for records to come."""

import argparse
import sys

from clinmeasures.casemix import freeze
from clinmeasures.cli.casemix import names
from clinmeasures.cli.tables import table_in, takes_a_table


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a case; - is CSV on standard input")
    add = parser.add_argument
    add("--outcome", required=True, metavar="COL")
    add("--covariates", type=names, required=True, metavar="A,B,C")
    add("--categorical", type=names, default=(), metavar="A,B", help="covariates that are names")
    add("--family", required=True, choices=("binomial", "poisson", "gaussian", "gamma"))
    add("--link", choices=("logit", "probit", "log", "identity"))
    add("--code", required=True, help="what the model is called")
    add("--version", type=int, required=True, metavar="N", help="which of its kind, from 1")
    add("--fitted-on", required=True, metavar="WORDS", help="which patients, of which years")
    add("--out", required=True, metavar="MODEL.json")


def run(options: argparse.Namespace) -> int:
    """Fit, freeze and write; 0 where that went well."""
    with table_in(options.file) as table:
        model = freeze(
            table,
            code=options.code,
            version=options.version,
            fitted_on=options.fitted_on,
            outcome=options.outcome,
            covariates=options.covariates,
            categorical=options.categorical,
            family=options.family,
            link=options.link,
        )
    model.write(options.out)
    told = model.fitted_on
    print(
        f"{model.code} version {model.version}: {told['rows']} rows fitted, {told['left_out']} "
        f"left out for a blank; digest {model.digest[:12]}.",
        file=sys.stderr,
    )
    if options.json:
        from clinmeasures.cli.output import print_json

        print_json(model.to_dict())
    return 0
