"""Spells, episodes, diagnoses, procedures, ward stays and deaths: what the patient system would
hold."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clinlead.demo.trust.casemix import CONDITIONS
from clinlead.demo.trust.departments import DAY_CASE, ELECTIVE, EMERGENCY
from clinlead.demo.trust.plan import MINUTES_A_DAY, Columns, as_day
from clinlead.demo.trust.spells import World
from clinlead.demo.trust.tables import (
    chosen,
    clinicians,
    cut,
    days,
    finished,
    generates,
    inpatient,
    instants,
    patient_ids,
    spell_ids,
    until_cut,
)

METHODS = ["emergency", "elective", "elective", "maternity", "transfer"]
CLASSES = ["inpatient", "day_case"]
ENDINGS = ["home", "died", "transferred", "self"]
SITES = ["Larkmere General", "Hollowbrook"]
HANDOVER, HANDOVER_PER_DAY, MOST_HANDOVERS = 0.05, 0.012, 0.30


@generates("spells")
def spells(world: World, random: np.random.Generator) -> pa.Table:
    own = world.spells
    done = finished(world)
    row = np.arange(done.size)
    leaving = np.where(own["died"], 1, random.choice([0, 2, 3], done.size, p=[0.965, 0.025, 0.010]))
    coded = coded_minutes(world) < cut(world)
    diagnosis = only_where(coded & done, own["diagnosis_code"])
    decided = own["admitted"] - random.integers(30, 420, row.size)
    return pa.table(
        {
            "spell_id": spell_ids(row),
            "patient_id": patient_ids(own["patient"]),
            "admitted_at": instants(own["admitted"]),
            "discharged_at": instants(until_cut(world, own["discharged"])),
            "admission_method": chosen(METHODS, own["stream"]),
            "patient_class": chosen(CLASSES, (own["stream"] == DAY_CASE).astype(int)),
            "intended_management": chosen(
                CLASSES, np.where(own["stream"] == ELECTIVE, 0, own["stream"] == DAY_CASE)
            ),
            "discharge_method": chosen(ENDINGS, np.where(done, leaving, -1)),
            "age_years": own["age"].astype(int),
            "sex": chosen(["male", "female"], own["female"].astype(int)),
            "specialty": chosen(list(world.hospital.each("specialty")), own["department"]),
            "site": chosen(SITES, (random.random(row.size) < 0.22).astype(int)),
            "admitting_consultant": clinicians(
                world, pathway(world)["person"][first_episodes(world)], own["admitted"]
            ),
            "discharging_consultant": discharging_codes(world, done),
            "primary_diagnosis": diagnosis,
            "primary_procedure": only_where(done, own["procedure"]),
            "ready_at": instants(until_cut(world, own["ready"])),
            "decided_to_admit_at": instants(np.where(own["stream"] == EMERGENCY, decided, -1)),
            "deprivation_decile": own["deprivation"],
        }
    )


def only_where(known: NDArray[np.bool_], words: NDArray) -> pa.Array:
    """The words, blank where they are not known."""
    return pa.array(words, pa.string(), mask=~known)


def discharging_codes(world: World, done: NDArray[np.bool_]) -> pa.Array:
    codes = world.people.code_on(
        world.spells["discharging"], world.spells["discharged"] // MINUTES_A_DAY
    )
    return only_where(done, codes)


def coded_minutes(world: World) -> NDArray[np.int64]:
    """When each spell was coded: a fortnight after discharge on average, a few after six weeks."""
    random = world.plan.random("coding")
    delay = random.gamma(2.0, 8.0, world.spells["discharged"].size) * MINUTES_A_DAY
    return world.spells["discharged"] + delay.astype(int)


def pathway(world: World) -> Columns:
    """Episodes of every spell in order: spell, number, person, department, start, end.

    A spell has up to three: begun under acute medicine, handed over once within the department,
    ended by the
    clinician responsible at discharge.
    """
    random = world.plan.random("pathway")
    own, hospital = world.spells, world.hospital
    size = own["admitted"].size
    length = own["discharged"] - own["admitted"]
    long_enough = inpatient(world) & (length > 1.2 * MINUTES_A_DAY)
    acute = hospital.position.get("acute-medicine", -1)
    via = (
        long_enough
        & (own["stream"] == EMERGENCY)
        & (random.random(size) < hospital.each("via")[own["department"]])
    )
    via &= acute >= 0
    chance = np.minimum(HANDOVER + HANDOVER_PER_DAY * length / MINUTES_A_DAY, MOST_HANDOVERS)
    handed = long_enough & (random.random(size) < chance)
    to_department = np.where(via, np.minimum(0.9 * MINUTES_A_DAY, 0.5 * length), 0).astype(int)
    to_second = np.where(
        handed, to_department + (length - to_department) * random.uniform(0.25, 0.75, size), 0
    )
    middle = world.rotas.draw(random, own["department"], own["admitted"] // MINUTES_A_DAY)
    first = world.rotas.draw(random, np.full(size, max(acute, 0)), own["admitted"] // MINUTES_A_DAY)
    admitted, discharged = own["admitted"], own["discharged"]
    after_via, after_handover = admitted + to_department, admitted + to_second.astype(int)
    parts = [
        (via, first, np.full(size, max(acute, 0)), admitted, after_via),
        (handed, middle, own["department"], after_via, after_handover),
        (
            np.ones(size, bool),
            own["discharging"],
            own["department"],
            np.where(handed, after_handover, after_via),
            discharged,
        ),
    ]
    return in_order(parts)


def in_order(parts: Sequence[tuple[NDArray, ...]]) -> Columns:
    """Stacks the parts of the pathway and numbers the episodes of each spell."""
    spell = np.concatenate([np.flatnonzero(held) for held, *_ in parts])
    columns = [np.concatenate([part[place][part[0]] for part in parts]) for place in range(1, 5)]
    order = np.lexsort((columns[2], spell))
    spell = spell[order]
    starts = np.flatnonzero(np.r_[True, spell[1:] != spell[:-1]])
    number = np.arange(spell.size) - np.repeat(starts, np.diff(np.r_[starts, spell.size])) + 1
    person, department, started, ended = (column[order] for column in columns)
    return {
        "spell": spell,
        "number": number,
        "person": person,
        "department": department,
        "started": started,
        "ended": ended,
    }


def first_episodes(world: World) -> NDArray[np.int64]:
    return np.flatnonzero(pathway(world)["number"] == 1)


@generates("episodes")
def episodes(world: World, _random: np.random.Generator) -> pa.Table:
    """Finished episodes only: the template asks for the end."""
    path = pathway(world)
    done = path["ended"] < cut(world)
    path = {name: column[done] for name, column in path.items()}
    return pa.table(
        {
            "spell_id": spell_ids(path["spell"]),
            "episode": path["number"],
            "started_at": instants(path["started"]),
            "ended_at": instants(path["ended"]),
            "consultant": clinicians(world, path["person"], path["ended"]),
            "specialty": chosen(list(world.hospital.each("specialty")), path["department"]),
        }
    )


@generates("diagnoses")
def diagnoses(world: World, _random: np.random.Generator) -> pa.Table:
    """The primary diagnosis first, then the long-term conditions, all coded in one go."""
    coded = coded_minutes(world)
    rows = np.flatnonzero(finished(world) & (coded < cut(world)))
    bits = world.spells["conditions"][rows]
    seen = np.ones(rows.size, dtype=int)
    spell, position, code = [rows], [seen.copy()], [world.spells["diagnosis_code"][rows]]
    for index, condition in enumerate(CONDITIONS):
        has = (bits >> index) & 1 == 1
        seen += has
        spell.append(rows[has])
        position.append(seen[has])
        code.append(np.full(has.sum(), condition.code, dtype=object))
    columns = [np.concatenate(parts) for parts in (spell, position, code)]
    order = np.lexsort((columns[1], columns[0]))
    spells_, positions, codes = (column[order] for column in columns)
    return pa.table(
        {
            "spell_id": spell_ids(spells_),
            "position": positions,
            "code": pa.array(codes, pa.string()),
            "coded_at": instants(coded[spells_]),
        }
    )


@generates("procedures")
def procedures(world: World, random: np.random.Generator) -> pa.Table:
    """The main procedure of each spell that had one, by the clinician responsible."""
    own = world.spells
    length = own["discharged"] - own["admitted"]
    performed = own["admitted"] + (length * random.uniform(0.15, 0.5, length.size)).astype(int)
    had_one = np.array([code is not None for code in own["procedure"]])
    rows = np.flatnonzero(had_one & (performed < cut(world)))
    return pa.table(
        {
            "procedure_id": pa.compute.replace_substring(spell_ids(rows), "S", "O"),
            "spell_id": spell_ids(rows),
            "code": pa.array(own["procedure"][rows], pa.string()),
            "performed_at": instants(performed[rows]),
            "surgeon": clinicians(world, own["discharging"][rows], performed[rows]),
        }
    )


@generates("wardstays")
def wardstays(world: World, random: np.random.Generator) -> pa.Table:
    """Emergencies pass the admissions unit; then the department's ward, and sometimes another of
    its wards."""
    own = world.spells
    size = own["admitted"].size
    admitted, discharged = own["admitted"], own["discharged"]
    length = discharged - admitted
    wards, ward_of = ward_names(world)
    first = np.isin(own["stream"], (EMERGENCY,)) & (length > MINUTES_A_DAY)
    moved = inpatient(world) & (length > 4 * MINUTES_A_DAY) & (random.random(size) < 0.25)
    leaves_unit = admitted + np.where(first, np.minimum(0.35 * length, 1100), 0).astype(int)
    moves = np.where(
        moved, leaves_unit + (discharged - leaves_unit) * random.uniform(0.2, 0.8, size), discharged
    ).astype(int)
    own_ward = np.where(
        own["stream"] == DAY_CASE, 1, ward_of[own["department"], random.integers(0, 12, size)]
    )
    other_ward = ward_of[own["department"], random.integers(0, 12, size)]
    everyone = np.ones(size, bool)
    path = in_order(
        [
            (first, np.zeros(size, int), own["department"], admitted, leaves_unit),
            (everyone, own_ward, own["department"], leaves_unit, moves),
            (moved, other_ward, own["department"], moves, discharged),
        ]
    )
    begun = path["started"] < cut(world)
    path = {name: column[begun] for name, column in path.items()}
    return pa.table(
        {
            "wardstay_id": pa.compute.replace_substring(
                spell_ids(np.arange(path["spell"].size)), "S", "W"
            ),
            "spell_id": spell_ids(path["spell"]),
            "ward": chosen(wards, path["person"]),
            "started_at": instants(path["started"]),
            "ended_at": instants(until_cut(world, path["ended"])),
        }
    )


def ward_names(world: World) -> tuple[list[str], NDArray[np.int64]]:
    """Names of wards, and for each department twelve positions that share its spells among its
    wards."""
    wards = ["Admissions unit", "Day unit"]
    for department in world.hospital.departments:
        wards += [ward for ward in department.wards if ward not in wards]
    return wards, np.array(
        [
            [wards.index(each.wards[turn % len(each.wards)]) for turn in range(12)]
            for each in world.hospital.departments
        ]
    )


@generates("deaths")
def deaths(world: World, _random: np.random.Generator) -> pa.Table:
    """One row a patient who died, in hospital or, by linkage, at home."""
    own = world.spells
    died = (own["died_on"] >= 0) & (own["died_on"] < as_day(world.plan.end))
    patients, first = np.unique(own["patient"][died], return_index=True)
    rows = np.flatnonzero(died)[first]
    return pa.table(
        {
            "patient_id": patient_ids(patients),
            "died_on": days(own["died_on"][rows]),
            "source": chosen(["linked", "in_hospital"], own["died"][rows].astype(int)),
        }
    )
