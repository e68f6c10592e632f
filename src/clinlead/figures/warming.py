"""Getting ready when a server starts, so that no reader waits for Ibis and its compiling."""

import shutil
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from django.db import connection

from clinlead.figures import facts
from clinlead.figures.actions import covered, definitions_in_use, means
from clinlead.figures.computing import tallies_of
from clinlead.figures.expected import stands_beside
from clinlead.figures.mending import Workshop, tallies
from clinlead.figures.mix import whether_known_or_not
from clinlead.figures.models import FactsMonth, Generation
from clinlead.figures.records import compiled
from clinlead.intake.queries import activity
from clinlead.measures.models import DepartmentMeasure
from clinmeasures.definitions import Definition
from clinmeasures.definitions.fields import JOINING
from clinmeasures.disclosure import disclose
from clinmeasures.engine import Facts, Mended, mend_facts, write_facts

SMALL = (1, 9)  # counts whose hiding takes SciPy's optimiser, which is slow to import


def warm_aside() -> threading.Thread:
    """Get ready on a thread of its own; whoever comes sooner waits as long as they would have."""
    thread = threading.Thread(target=warm_and_close, name="warming", daemon=True)
    thread.start()
    return thread


def warm_and_close() -> None:
    try:
        warm()
    finally:
        connection.close()


def warm() -> None:
    """Compile the SQL behind every measure in use, and that of putting a correction into effect.

    Nothing is written: a correction of no record is rehearsed over the facts there are.
    """
    definitions = definitions_in_use()
    for record in dict.fromkeys(each.record for each in definitions):
        mine = [each for each in definitions if each.record == record]
        if facts.files_of(record):
            compile_records(record, mine)
            rehearse(record, mine)
    disclose(SMALL)


def compile_records(record: str, definitions: Sequence[Definition]) -> None:
    """The SQL of the records behind each figure, under the rules that departments chose."""
    schema = pq.read_schema(facts.files_of(record)[0])
    rules = dict(
        DepartmentMeasure.objects.filter(ended_on=None).values_list("measure__code", "rule")
    )
    for definition in definitions:
        rule = rules.get(definition.code, definition.attribution[0])
        compiled(definition, rule, schema)
        compiled(definition, rule, schema, "_key")
        if stands_beside(definition):
            compiled(whether_known_or_not(definition), rule, schema)


def rehearse(record: str, definitions: Sequence[Definition]) -> None:
    """Put no correction right, and add up the newest month without keeping it."""
    folders = dict(FactsMonth.objects.filter(dataset=record).values_list("month", "folder"))
    newest = max((month for month in folders if month != facts.NO_MONTH), default="")
    if not newest:
        return  # its data set has no row
    place = facts.aside()
    shop = Workshop(
        source=activity(),
        generation=Generation(complete_to=covered()),
        place=place,
        means=means(),
        rehearsing=True,
    )
    try:
        if record in JOINING:
            join_again(record, definitions, newest, shop)
        else:
            mend_nothing(record, shop)
            counted = {each.month_of: (newest,) for each in definitions}
            tallies(record, definitions, Mended(months=(), counted=counted), folders, shop)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def mend_nothing(record: str, shop: Workshop) -> None:
    files = {record: [Path(file) for file in facts.files_of(record)]}
    shown = Facts(directory=shop.place, files=files)
    mend_facts(shop.source, record, shown, shop.place, keys=(), **shop.means)


def join_again(record: str, definitions: Sequence[Definition], month: str, shop: Workshop) -> None:
    """What is joined from several data sets, of one month, and what it adds up to."""
    rows = write_facts(shop.source, record, shop.place, months=[month], **shop.means)
    if facts.made_in(shop.place, record):
        days = {name: date.fromisoformat(d) for name, d in shop.generation.complete_to.items()}
        tallies_of(definitions, rows, months=[month], last_days=days, means=shop.means)
