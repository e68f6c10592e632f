"""The engine again, naively, in plain Python on lists of dicts: slow, and easy to believe.

It shares no code with the engine but the definition's own model. Times are local civil
times, blanks are None.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MILLION = 1_000_000


def utc(local):
    return local - local.replace(tzinfo=LONDON).utcoffset()


def elapsed(start, end):
    """Elapsed seconds between local times, or None."""
    if start is None or end is None:
        return None
    return int((utc(end) - utc(start)).total_seconds())


def nights(start, end):
    if start is None or end is None:
        return None
    as_day = [each.date() if isinstance(each, datetime) else each for each in (start, end)]
    return (as_day[1] - as_day[0]).days


def not_negative(value):
    return value if value is not None and value >= 0 else None


# ---- the latest rows -----------------------------------------------------------------------------


def latest(loads, key, month_of):
    """`loads`: (source, mode, coverage or None, rows), oldest first."""
    kept = {}
    for number, (source, mode, coverage, rows) in enumerate(loads):
        if mode == "replace":
            for place in list(kept):
                _, old_source, row = kept[place]
                if old_source == source and within(row[month_of], coverage):
                    del kept[place]
        for row in rows:
            kept[source, tuple(row[name] for name in key)] = (number, source, row)
    return [dict(row) for _, _, row in kept.values()]


def within(moment, coverage):
    if moment is None:
        return False
    return coverage[0] <= moment.date() <= coverage[1]


def overlay(rows, dataset, key, corrections):
    for row in rows:
        name = "|".join(str(row[part]) for part in key)
        for one in corrections:
            if (one["dataset"], one["key"]) == (dataset, name) and row[one["field"]] == one["old"]:
                row[one["field"]] = one["new"]
    return rows


# ---- the derived fields --------------------------------------------------------------------------


def derive(spell, store):
    stay = not_negative(elapsed(spell["admitted_at"], spell["discharged_at"]))
    fields = dict(spell)
    fields["stay_minutes"] = None if stay is None else stay // 60
    fields["stay_days"] = (
        None if stay is None else nights(spell["admitted_at"], spell["discharged_at"])
    )
    fields["days_to_next_emergency_admission"] = next_emergency(spell, stay, store)
    fields["days_to_next_inpatient_admission"] = next_inpatient(spell, store)
    fields |= prediction_fields(spell, store)
    fields["hours_to_summary"] = hours_to_summary(spell, store)
    fields |= death_fields(spell, stay, store)
    return fields


def next_emergency(spell, stay, store):
    if stay is None or spell["patient_key"] is None:
        return None
    later = [
        other["admitted_at"]
        for other in store["spells"]
        if other["patient_key"] == spell["patient_key"]
        and other["admission_method"] == "emergency"
        and elapsed(spell["discharged_at"], other["admitted_at"]) >= 0
        and elapsed(spell["admitted_at"], other["admitted_at"]) > 0
    ]
    return min((nights(spell["discharged_at"], each) for each in later), default=None)


def next_inpatient(spell, store):
    if spell["patient_key"] is None:
        return None
    mine = (utc(spell["admitted_at"]), spell["spell_id"])
    later = [
        (utc(other["admitted_at"]), other["spell_id"], other["admitted_at"])
        for other in store["spells"]
        if other["patient_key"] == spell["patient_key"] and other["patient_class"] == "inpatient"
    ]
    after = [each for each in later if each[:2] > mine]
    return nights(spell["admitted_at"], min(after)[2]) if after else None


def prediction_fields(spell, store):
    mine = [
        (utc(each["entered_at"]), each["predicted_discharge_date"])
        for each in store["predictions"]
        if each["spell_id"] == spell["spell_id"] and each["predicted_discharge_date"] is not None
    ]
    if not mine:
        names = ("hours_to_first_prediction", "days_from_prediction_to_ready")
        return dict.fromkeys(names)
    entered, predicted = min(mine)
    hours = Fraction(int((entered - utc(spell["admitted_at"])).total_seconds()), 3600)
    against = spell["ready_at"] or spell["discharged_at"]
    return {
        "hours_to_first_prediction": hours,
        "days_from_prediction_to_ready": nights(predicted, against),
    }


def hours_to_summary(spell, store):
    sent = [
        elapsed(spell["discharged_at"], each["sent_at"])
        for each in store["documents"]
        if each["refers_to"] == spell["spell_id"] and each["kind"] == "discharge_summary"
    ]
    known = [each for each in sent if each is not None]
    return Fraction(min(known), 3600) if known else None


def death_fields(spell, stay, store):
    known = [
        each["died_on"]
        for each in store["deaths"]
        if each["patient_key"] == spell["patient_key"] and spell["patient_key"] is not None
    ]
    if spell["discharge_method"] == "died" and spell["discharged_at"]:
        known.append(spell["discharged_at"].date())
    died = min(known, default=None)
    after = not_negative(nights(spell["discharged_at"], died)) if stay is not None else None
    return {
        "days_to_death": not_negative(nights(spell["admitted_at"], died)),
        "days_from_discharge_to_death": after,
    }


# ---- attribution ---------------------------------------------------------------------------------


def unit_of(code, moment, codes):
    if code is None:
        return "unattributed"
    if codes is None:
        return code
    for each in codes:
        first, last = each["valid_from"] or date.min, each["valid_to"] or date.max
        if each["code"] == code and moment is not None and first <= moment.date() <= last:
            return each["unit"]
    return "unattributed"


def attributed(spell, rule, store):
    """Unit → millionths."""
    codes = store["codes"]
    if rule == "discharging":
        whose = unit_of(spell["discharging_consultant"], spell["discharged_at"], codes)
        return {whose: MILLION}
    if rule == "admitting":
        return {unit_of(spell["admitting_consultant"], spell["admitted_at"], codes): MILLION}
    if rule == "operating":
        return {operating(spell, store): MILLION}
    episodes = [each for each in store["episodes"] if each["spell_id"] == spell["spell_id"]]
    if not episodes:
        return {"unattributed": MILLION}
    timed = [
        (max(elapsed(each["started_at"], each["ended_at"]) or 0, 0), each) for each in episodes
    ]
    if rule == "longest_stay":
        _, longest = max(timed, key=lambda pair: (pair[0], -pair[1]["episode"]))
        return {unit_of(longest["consultant"], longest["ended_at"], codes): MILLION}
    return shares(timed, codes)


def operating(spell, store):
    mine = [each for each in store["procedures"] if each["spell_id"] == spell["spell_id"]]
    if not mine:
        return "unattributed"
    first = min(
        mine,
        key=lambda each: (
            each["code"] != spell["primary_procedure"],
            each["performed_at"] is None,
            each["performed_at"] and utc(each["performed_at"]),
            each["procedure_id"],
        ),
    )
    return unit_of(first["surgeon"], first["performed_at"], store["codes"])


def shares(timed, codes):
    minutes, count = defaultdict(int), defaultdict(int)
    for seconds, episode in timed:
        unit = unit_of(episode["consultant"], episode["ended_at"], codes)
        minutes[unit] += seconds // 60
        count[unit] += 1
    time = minutes if sum(minutes.values()) else count
    total = sum(time.values())
    exact = {unit: Fraction(MILLION * each, total) for unit, each in time.items()}
    weights = {unit: int(each) for unit, each in exact.items()}
    ranked = sorted(exact, key=lambda unit: (weights[unit] - exact[unit], -time[unit], unit))
    for unit in ranked[: MILLION - sum(weights.values())]:
        weights[unit] += 1
    return {unit: weight for unit, weight in weights.items() if weight}


# ---- tallies -------------------------------------------------------------------------------------


def holds(condition, row):
    if hasattr(condition, "any_of"):
        return any(holds(each, row) for each in condition.any_of)
    if hasattr(condition, "all_of"):
        return all(holds(each, row) for each in condition.all_of)
    value, wanted = row[condition.field], condition.value
    blank = value is None
    return {
        "missing": lambda: blank,
        "present": lambda: not blank,
        "equals": lambda: not blank and value == wanted,
        "not_equals": lambda: blank or value != wanted,
        "in": lambda: not blank and value in wanted,
        "not_in": lambda: blank or value not in wanted,
        "between": lambda: not blank and wanted[0] <= value <= wanted[1],
        "at_least": lambda: not blank and value >= wanted,
        "at_most": lambda: not blank and value <= wanted,
        "starts_with": lambda: not blank and value.startswith(wanted),
    }[condition.operator]()


def tallies(definition, rule, store):
    """(unit, month) → the tally's sums, for a proportion, mean, percentile or ratio."""
    cells = defaultdict(lambda: defaultdict(int))
    for spell in store["spells"]:
        row = derive(spell, store)
        month = row[definition.month_of]
        known = all(row[name] is not None for name in definition.summed)
        if month is None or not known or not all(holds(each, row) for each in definition.where):
            continue
        for unit, weight in attributed(spell, rule, store).items():
            add(cells[unit, f"{month:%Y-%m}"], definition, row, weight)
    return {place: dict(cell) for place, cell in cells.items()}


def add(cell, definition, row, weight):
    above, below = 0, 1
    if definition.value:
        above = row[definition.value]
    elif isinstance(definition.numerator, str):
        above = row[definition.numerator]
    else:
        above = int(all(holds(each, row) for each in definition.numerator))
    if definition.denominator:
        below = row[definition.denominator]
    cell["n"] += 1
    cell["numerator"] += weight * above
    cell["denominator"] += weight * below
    cell["weight"] += weight
    cell["weight_squared"] += weight * weight
    if definition.value:
        cell["value_sum"] += above
        cell["value_sum_squared"] += above * above
    if definition.kind == "percentile":
        bars = cell["histogram"] = cell["histogram"] or {}
        bars[above] = bars.get(above, 0) + weight


def hours(number):
    return timedelta(hours=number)
