"""`clinmeasures casemix`: fit a case-mix model and judge its risks, or judge given ones."""

import argparse
import sys

from clinmeasures.casemix import CaseMix, casemix
from clinmeasures.cli.output import print_json, print_table
from clinmeasures.cli.tables import table_in, takes_a_table


def configure(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    takes_a_table(parser, "CSV or Parquet, one row a case; - is CSV on standard input")
    add = parser.add_argument
    add("--outcome", required=True, metavar="COL")
    add("--covariates", type=names, default=(), metavar="A,B,C")
    add("--categorical", type=names, default=(), metavar="A,B", help="covariates that are names")
    add("--offset", metavar="COL", help="on the link's scale")
    add("--weights", metavar="COL", help="how much a row counts")
    add("--cluster", metavar="COL", help="standard errors between these, for example hospitals")
    add("--se", choices=("model", "hc0"), default="model", help="standard errors")
    add("--predicted", metavar="COL", help="judge these risks; nothing is fitted")
    add(
        "--family",
        required=True,
        choices=("binomial", "poisson", "negbinomial", "gaussian", "gamma"),
    )
    add("--link", choices=("logit", "probit", "log", "identity"))


def names(text: str) -> tuple[str, ...]:
    """ "age, sex" as two names."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def run(options: argparse.Namespace) -> int:
    """Fit or judge, and print the model; 0 where that went well."""
    found = _computed(options)
    if found.left_out:
        print(
            f"{found.left_out} of {found.rows} rows were left out: a column used is blank in them.",
            file=sys.stderr,
        )
    if options.json:
        print_json(found.to_dict())
    else:
        _print(found)
    return 0


def _print(found: CaseMix) -> None:
    judged = found.calibration
    if found.coefficients:
        print_table(
            ["term", "estimate", "se"],
            [[one.term, one.estimate, one.se] for one in found.coefficients],
        )
    print_table(
        ["measure", "value"],
        [
            ["auc", found.discrimination.auc],
            ["brier", found.brier],
            ["deviance", found.deviance],
            ["theta" if found.family == "negbinomial" else "dispersion", found.dispersion],
            ["calibration intercept", judged.intercept],
            ["calibration slope", judged.slope],
            ["calibration in the large", judged.in_the_large],
            ["Hosmer-Lemeshow", judged.hosmer_lemeshow],
        ],
    )
    print_table(
        ["n", "observed", "expected"], [[g.n, g.observed, g.expected] for g in judged.groups]
    )


def _computed(options: argparse.Namespace) -> CaseMix:
    with table_in(options.file) as table:
        return casemix(
            table,
            outcome=options.outcome,
            covariates=options.covariates,
            categorical=options.categorical,
            offset=options.offset,
            weights=options.weights,
            cluster=options.cluster,
            se=options.se,
            predicted=options.predicted,
            family=options.family,
            link=options.link,
        )
