"""Realistic dirt, written over the truth: each wrong cell is listed with what it should have
said."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clinlead.demo.trust.activity import pathway
from clinlead.demo.trust.plan import MINUTES_A_DAY
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.stories import misfiled_spells
from clinlead.demo.trust.tables import cut, finished, instants

WRONG_CONSULTANT, WRONG_DIAGNOSIS = 0.04, 0.13
REPEATED, RESUBMITTED = 0.003, 0.006
MISSING_END, END_BEFORE_START, END_IN_2062, NO_SUCH_DAY, NO_SUCH_AGE = (
    0.003,
    0.0012,
    0.0004,
    0.0002,
    0.0005,
)
WARD_END_BEFORE_START, SUMMARY_UNDATED, PREDICTED_IN_1900 = 0.001, 0.004, 0.002
TO_COLLEAGUE, TO_DEFAULT = 0.70, 0.85  # cumulative; the rest goes to another department

Cells = NDArray[np.object_]


class Sheet:
    """A table as an export writes it. Only the columns that are asked for become text in memory."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._cells: dict[str, Cells] = {}

    def __getitem__(self, name: str) -> Cells:
        if name not in self._cells:
            text = self._table[name].cast(pa.string())
            self._cells[name] = text.to_numpy(zero_copy_only=False)
        return self._cells[name]

    def present(self, name: str) -> NDArray[np.bool_]:
        return np.array([cell is not None for cell in self[name]])

    @property
    def rows(self) -> int:
        return int(self._table.num_rows)

    def table(self) -> pa.Table:
        """What stands in it now."""
        return pa.table(
            {
                name: pa.array(self._cells[name], pa.string())
                if name in self._cells
                else self._table[name].cast(pa.string())
                for name in self._table.column_names
            }
        )

    def take(self, rows: NDArray[np.int64]) -> "Sheet":
        return Sheet(self.table().take(pa.array(rows)))


@dataclass
class Written:
    """The extract as text, and the list of what is wrong in it."""

    columns: dict[str, Sheet]
    later: dict[str, Sheet] = field(default_factory=dict)  # a second extract, resubmitted
    faults: list[pa.Table] = field(default_factory=list)

    def overwrite(
        self, dataset: str, name: str, rows: NDArray, values: Cells, *, kind: str, key: Cells
    ) -> None:
        """Writes over the rows whose text really changes, and lists them."""
        cells = self.columns[dataset][name]
        changed = cells[rows] != values
        rows, values, key = rows[changed], values[changed], key[changed]
        fault = {"key": key, "truth": cells[rows], "written": values}
        words = {"dataset": dataset, "kind": kind, "field": name}
        self.faults.append(fault_table(rows.size, words, fault))
        cells[rows] = values


def fault_table(size: int, words: dict[str, str], cells: dict[str, Cells]) -> pa.Table:
    same = {name: pa.array([word] * size, pa.string()) for name, word in words.items()}
    return pa.table(same | {name: pa.array(each, pa.string()) for name, each in cells.items()})


def spoil(world: World, truth: dict[str, pa.Table]) -> Written:
    """What the hospital's systems hold of this truth."""
    written = Written({name: Sheet(table) for name, table in truth.items()})
    spoilers: tuple[Callable[[World, np.random.Generator, Written], None], ...] = (
        wrong_consultants,
        wrong_diagnoses,
        wrong_dates,
        wrong_elsewhere,
        wrong_in_other_systems,
        resubmitted,
        repeated,
    )
    for spoiler in spoilers:
        spoiler(world, world.plan.random(spoiler.__name__), written)
    return written


def some(random: np.random.Generator, among: NDArray[np.bool_], share: float) -> NDArray[np.int64]:
    rows = np.flatnonzero(among)
    return np.sort(random.choice(rows, round(share * rows.size), replace=False))


def wrong_consultants(world: World, random: np.random.Generator, written: Written) -> None:
    """4% of discharges under somebody else's code, and the month in which a clerk used one code for
    another's ward."""
    own = world.spells
    mine = own["discharging"] < world.people.count
    misfiled, misfiled_to = misfiled_spells(world)
    among = finished(world) & mine
    among[misfiled] = False
    rows = some(random, among, WRONG_CONSULTANT)
    file_under(world, written, rows, somebody_else(world, random, rows), "wrong consultant")
    file_under(world, written, misfiled, np.full(misfiled.size, misfiled_to), "ward clerk's code")


def somebody_else(
    world: World, random: np.random.Generator, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A colleague, the department's default code, or somebody of another department."""
    own, pools = world.spells, world.people.pools
    department, day = own["department"][rows], own["discharged"][rows] // MINUTES_A_DAY
    active = np.array([sum(each.volumes) > 0 for each in world.hospital.departments])
    elsewhere = random.choice(np.flatnonzero(active), rows.size)
    chance = random.random(rows.size)
    person = world.rotas.draw(random, np.where(chance < TO_DEFAULT, department, elsewhere), day)
    for _ in range(4):
        same = person == own["discharging"][rows]
        person[same] = world.rotas.draw(random, department[same], day[same])
    to_default = ((chance >= TO_COLLEAGUE) & (chance < TO_DEFAULT)) | (
        person == own["discharging"][rows]
    )
    return np.where(to_default & (pools > 0), world.people.pool("default", department), person)


def file_under(world: World, written: Written, rows: NDArray, person: NDArray, kind: str) -> None:
    """The wrong code stands on the spell, on its last episode and, where that is the only one, at
    admission."""
    code = world.people.code_on(person, world.spells["discharged"][rows] // MINUTES_A_DAY)
    key = written.columns["spells"]["spell_id"][rows]
    written.overwrite("spells", "discharging_consultant", rows, code, kind=kind, key=key)
    path = pathway(world)
    done = np.flatnonzero(path["ended"] < cut(world))
    spell, number = path["spell"][done], path["number"][done]
    last = np.flatnonzero(np.r_[spell[1:] != spell[:-1], True])
    position = np.full(world.spells["admitted"].size, -1)
    position[spell[last]] = last
    episode = position[rows]
    episode_key = key + "|" + number[episode].astype(str).astype(object)
    written.overwrite("episodes", "consultant", episode, code, kind=kind, key=episode_key)
    only = number[episode] == 1
    written.overwrite(
        "spells", "admitting_consultant", rows[only], code[only], kind=kind, key=key[only]
    )


def wrong_diagnoses(world: World, random: np.random.Generator, written: Written) -> None:
    """13% of coded spells have a wrong primary diagnosis: the department's, or a vague one."""
    cells = written.columns["spells"]
    rows = some(random, cells.present("primary_diagnosis"), WRONG_DIAGNOSIS)
    wrong = np.full(rows.size, "R69.X", dtype=object)
    for index, department in enumerate(world.hospital.departments):
        here = np.flatnonzero(world.spells["department"][rows] == index)
        codes = np.array(
            [each.code for each in department.acute + department.planned], dtype=object
        )
        wrong[here] = codes[random.integers(0, codes.size, here.size)]
    same = wrong == cells["primary_diagnosis"][rows]
    wrong[same | (random.random(rows.size) < 0.15)] = "R69.X"
    key = cells["spell_id"][rows]
    first = np.flatnonzero(written.columns["diagnoses"]["position"] == "1")
    place = dict(zip(written.columns["diagnoses"]["spell_id"][first], first, strict=True))
    written.overwrite("spells", "primary_diagnosis", rows, wrong, kind="wrong diagnosis", key=key)
    primary = np.array([place[each] for each in key], dtype=int)
    written.overwrite("diagnoses", "code", primary, wrong, kind="wrong diagnosis", key=key + "|1")


def wrong_dates(world: World, random: np.random.Generator, written: Written) -> None:
    """Missing and impossible dates and ages on spells; no spell has two of them."""
    cells = written.columns["spells"]
    key, size = cells["spell_id"], cells.rows
    shares = {
        "missing date": MISSING_END,
        "end before start": END_BEFORE_START,
        "date in the future": END_IN_2062,
        "no such day": NO_SUCH_DAY,
        "no such age": NO_SUCH_AGE,
    }
    kind_of = random.choice(len(shares) + 1, size, p=[*shares.values(), 1 - sum(shares.values())])
    kind_of[~finished(world) | np.isin(np.arange(size), misfiled_spells(world)[0])] = len(shares)
    rows = [np.flatnonzero(kind_of == kind) for kind in range(len(shares))]
    before = world.spells["admitted"][rows[1]] - random.integers(
        MINUTES_A_DAY, 20 * MINUTES_A_DAY, rows[1].size
    )
    ends = [
        np.full(rows[0].size, None, dtype=object),
        instants(before).cast(pa.string()).to_numpy(zero_copy_only=False),
        np.array(["2062" + text[4:] for text in cells["discharged_at"][rows[2]]], dtype=object),
        np.full(rows[3].size, "31/02/2026 10:00", dtype=object),
    ]
    for kind, where, values in zip(shares, rows, ends, strict=False):
        written.overwrite("spells", "discharged_at", where, values, kind=kind, key=key[where])
    ages = np.full(rows[4].size, "199", dtype=object)
    written.overwrite("spells", "age_years", rows[4], ages, kind="no such age", key=key[rows[4]])


def wrong_elsewhere(_world: World, random: np.random.Generator, written: Written) -> None:
    """Ward stays that end before they start, summaries without a date, predictions for 1900."""
    wards = written.columns["wardstays"]
    rows = some(random, wards.present("ended_at"), WARD_END_BEFORE_START)
    early = np.array(["2001-01-01" + text[10:] for text in wards["started_at"][rows]], dtype=object)
    written.overwrite(
        "wardstays",
        "ended_at",
        rows,
        early,
        kind="end before start",
        key=wards["wardstay_id"][rows],
    )
    letters = written.columns["documents"]
    rows = some(random, letters.present("sent_at"), SUMMARY_UNDATED)
    nothing = np.full(rows.size, None, dtype=object)
    written.overwrite(
        "documents", "sent_at", rows, nothing, kind="missing date", key=letters["document_id"][rows]
    )
    dates = written.columns["predictions"]
    rows = some(random, np.ones(dates.rows, bool), PREDICTED_IN_1900)
    key = dates["spell_id"][rows] + "|" + dates["entered_at"][rows]
    ancient = np.full(rows.size, "1900-01-01", dtype=object)
    written.overwrite(
        "predictions", "predicted_discharge_date", rows, ancient, kind="impossible date", key=key
    )


def wrong_in_other_systems(_world: World, random: np.random.Generator, written: Written) -> None:
    """Times in the wrong order, outcomes and activities no list knows, what was left blank."""
    for each in OTHER_SYSTEMS:
        if each.dataset not in written.columns:
            continue
        sheet = written.columns[each.dataset]
        if not sheet.rows:
            continue
        rows = some(random, sheet.present(each.field), each.share)
        key = sheet[each.key[0]][rows]
        for name in each.key[1:]:
            key = key + "|" + sheet[name][rows]
        values = np.array([each.value(cell) for cell in sheet[each.field][rows]], dtype=object)
        written.overwrite(each.dataset, each.field, rows, values, kind=each.kind, key=key)


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What one system gets wrong in one column, and how often."""

    dataset: str
    key: tuple[str, ...]
    field: str
    kind: str
    share: float
    value: Callable[[str], str | None]  # what is written in place of what is true


def ages_ago(cell: str) -> str:
    """The same moment in 2001."""
    return "2001" + cell[4:]


def blank(_cell: str) -> None:
    """Nothing."""


def unknown(_cell: str) -> str:
    """A code that no list has."""
    return "99"


OTHER_SYSTEMS = tuple(
    Slip(dataset=dataset, key=tuple(key.split()), field=field, kind=kind, share=share, value=value)
    for dataset, key, field, kind, share, value in (
        ("theatre", "case_id", "out_of_theatre", "end before start", 0.002, ages_ago),
        ("theatre", "case_id", "closed_at", "missing date", 0.004, blank),
        ("theatre", "case_id", "cancellation_reason", "missing reason", 0.03, blank),
        ("clinics", "attendance_id", "outcome", "unknown code", 0.003, unknown),
        ("emergency", "attendance_id", "left_at", "end before start", 0.002, ages_ago),
        ("emergency", "attendance_id", "reviewed_by", "missing clinician", 0.01, blank),
        ("endoscopy", "procedure_id", "photo_proof", "missing proof", 0.01, blank),
        ("assessments", "assessment_id", "completed_at", "impossible date", 0.0005, ages_ago),
        ("jobplans", "person_code from activity", "activity", "unknown code", 0.004, unknown),
        ("leave", "person_code from", "to", "end before start", 0.003, ages_ago),
    )
)


def resubmitted(world: World, random: np.random.Generator, written: Written) -> None:
    """Spells first sent with a provisional discharge; a second extract sends them again, right."""
    sheet = written.columns["spells"]
    key = sheet["spell_id"]
    spoiled = [table["key"] for table in written.faults]
    sound = ~pc.is_in(
        pa.array(key), pa.chunked_array([c for t in spoiled for c in t.chunks])
    ).to_numpy(zero_copy_only=False)
    admitted = world.spells["admitted"]
    length = world.spells["discharged"] - admitted
    rows = some(random, finished(world) & sound & (length > MINUTES_A_DAY), RESUBMITTED)
    written.later["spells"] = sheet.take(rows)
    early = admitted[rows] + (length[rows] * random.uniform(0.2, 0.8, rows.size)).astype(int)
    values = instants(early).cast(pa.string()).to_numpy(zero_copy_only=False)
    written.overwrite("spells", "discharged_at", rows, values, kind="resubmitted", key=key[rows])


def repeated(_world: World, random: np.random.Generator, written: Written) -> None:
    """Some spells stand in the extract twice, identical."""
    sheet = written.columns["spells"]
    rows = some(random, np.ones(sheet.rows, bool), REPEATED)
    key = sheet["spell_id"][rows]
    written.columns["spells"] = sheet.take(np.sort(np.concatenate([np.arange(sheet.rows), rows])))
    nothing = np.full(rows.size, None, dtype=object)
    words = {"dataset": "spells", "kind": "repeated", "field": ""}
    fault = {"key": key, "truth": nothing, "written": nothing}
    written.faults.append(fault_table(rows.size, words, fault))


def faults_of(written: Written) -> pa.Table:
    """Every fault: data set, kind, field, key, what is true, what stands in the extract."""
    return pa.concat_tables(written.faults).sort_by(
        [("dataset", "ascending"), ("key", "ascending")]
    )
