"""A command and the function behind it have one set of options, under the same names."""

import argparse
import inspect
from importlib import import_module

import pytest

from clinmeasures.agreement import agreement
from clinmeasures.association import its
from clinmeasures.casemix import casemix
from clinmeasures.cli.main import COMMANDS
from clinmeasures.comorbidity import comorbidity
from clinmeasures.funnels import funnel
from clinmeasures.intervals import interval
from clinmeasures.monitoring import cusum
from clinmeasures.providers import providers
from clinmeasures.reliability import reliability
from clinmeasures.simulation import simulate
from clinmeasures.spc import recommend_chart, spc
from clinmeasures.standardisation import standardise

FUNCTIONS = {
    "agreement": agreement,
    "casemix": casemix,
    "comorbidity": comorbidity,
    "cusum": cusum,
    "funnel": funnel,
    "interval": interval,
    "its": its,
    "providers": providers,
    "recommend": recommend_chart,
    "reliability": reliability,
    "simulate": simulate,
    "spc": spc,
    "standardise": standardise,
}
FOLDERS = {
    "freeze",
    "measure",
    "records",
    "report",
    "score",
}  # what they are given and make are files
GIVEN = {"data", "values"}  # the file of the command
BESIDE = {"dates", "denominators"}  # arrays beside an array, which a file cannot be
ON_SCREEN = {"json", "quiet", "progress", "help", "file"}


def of_command(name):
    parser = argparse.ArgumentParser()
    import_module(COMMANDS[name][0]).configure(parser)
    return {each.dest: each for each in parser._actions if each.dest not in ON_SCREEN}


def of_function(name):
    told = inspect.signature(FUNCTIONS[name]).parameters
    return {key: each for key, each in told.items() if key not in GIVEN | BESIDE | ON_SCREEN}


def test_every_command_of_one_table_has_its_function():
    assert set(COMMANDS) == set(FUNCTIONS) | FOLDERS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_names_of_options_are_the_same(name):
    assert set(of_function(name)) == set(of_command(name))


def plain(default):
    """Nothing given is nothing given, as an empty list, an empty tuple or no default at all."""
    if default is inspect.Parameter.empty:
        return None
    return (tuple(default) or None) if isinstance(default, list | tuple) else default


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_option_that_is_not_given_means_the_same(name):
    ours = of_function(name)
    for key, option in of_command(name).items():
        if not option.required and option.option_strings:
            assert plain(option.default) == plain(ours[key].default), key


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_command_must_be_told_its_function_must_too(name):
    ours = of_function(name)
    must = {key for key, each in ours.items() if each.default is inspect.Parameter.empty}
    assert must <= {key for key, option in of_command(name).items() if option.required}
