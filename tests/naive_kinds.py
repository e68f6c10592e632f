"""The kinds and data sets that `naive_engine` leaves out, as naively: events, risks, values, days.

It shares no code with the engine but the definition's own model.
"""

from collections import defaultdict
from datetime import date, timedelta

from naive_engine import MILLION, holds, nights, unit_of

CERTAIN = 1_000_000_000
OWN = {
    "slot_owner": ("slot_owner", "slot_at"),
    "reviewing": ("reviewed_by", "arrived_at"),
    "performing": ("endoscopist", "performed_at"),
    "supervising": ("supervisor", "performed_at"),
    "discharging": ("discharging_consultant", "discharged_at"),
}
HELD = ("attended", "late_seen", "dna", "late_not_seen")
SEEN = ("attended", "late_seen")


def rows_of(record, store):
    """A data set's rows with the derived fields that the tests' measures read."""
    if record == "jobplans":
        return workdays(store)
    rows = [dict(row) for row in store[record]]
    for row in rows:
        if record == "spells":
            left = row["discharged_at"]
            row["stay_days"] = None if left is None else nights(row["admitted_at"], left)
        if record == "clinics":
            seen = row["outcome"] in SEEN
            row["attended_firsts"] = int(seen and row["attendance_type"] == "first")
            row["attended_follow_ups"] = int(seen and row["attendance_type"] == "follow_up")
            row["days_to_letter"] = days_to_letter(row, store)
    return rows


def days_to_letter(row, store):
    sent = [
        each["sent_at"]
        for each in store["documents"]
        if each["refers_to"] == row["attendance_id"] and each["kind"] == "clinic_letter"
    ]
    known = [each for each in sent if each is not None]
    return nights(row["slot_at"], min(known)) if known else None


def whose(row, rule, store):
    if rule == "job_plan":
        return row["person_code"]
    code, when = OWN[rule]
    return unit_of(row[code], row[when], store["codes"])


def counting(definition, rule, store):
    """(row, unit, month) of every record that counts."""
    for row in rows_of(definition.record, store):
        month, risk = row[definition.month_of], store["risks"].get(row.get("spell_id"))
        known = all(row[name] is not None for name in definition.summed)
        if month is None or not known or (definition.model and risk is None):
            continue
        if all(holds(each, row) for each in definition.where):
            yield row, whose(row, rule, store), f"{month:%Y-%m}"


def tallies(definition, rule, store):
    """(unit, month) → the sums that this kind of measure keeps."""
    cells, apart = defaultdict(lambda: defaultdict(int)), defaultdict(set)
    for row, unit, month in counting(definition, rule, store):
        cell = cells[unit, month]
        cell["n"] += 1
        if definition.kind == "distinct":
            apart[unit, month].add(row[definition.value])
            cell["numerator"] = MILLION * len(apart[unit, month])
            continue
        above, below = added(definition, row)
        cell["numerator"] += MILLION * above
        cell["denominator"] += MILLION * below
        if definition.model:
            risk = store["risks"][row["spell_id"]]
            cell["observed"] += above
            cell["risk_sum"] += risk
            apart = 1000 * above - risk // 1_000_000
            certain = risk * (CERTAIN - risk) // CERTAIN
            cell["risk_variance"] += apart * apart if definition.value else certain
            if definition.value:
                cell["value_sum"] += above
                cell["value_sum_squared"] += above * above
    return {place: dict(cell) for place, cell in cells.items()}


def added(definition, row):
    if definition.value:
        return row[definition.value], 1
    if isinstance(definition.numerator, str):
        return row[definition.numerator], row[definition.denominator]
    return int(all(holds(each, row) for each in definition.numerator)), 1


# ---- days of job plans ---------------------------------------------------------------------------


def workdays(store):
    """One row a person and day with anything planned, worked or done: the line of direct care."""
    found = []
    held, weighed = half_days(store), stays_weighed(store)
    for day in days_covered(store):
        people = {who for who, on in held if on == day} | {who for who, on in weighed if on == day}
        if day.weekday() < 5:
            people |= {each["person_code"] for each in store["workforce"] if in_force(each, day)}
            lines = [each for each in plan_on(store, day) if each["activity"] == "dcc"]
            people |= {each["person_code"] for each in lines}
        found += [workday(store, who, day, held, weighed) for who in people]
    return found


def workday(store, who, day, held, weighed):
    plan = [each for each in plan_on(store, day) if each["person_code"] == who]
    lines = [each for each in plan if each["activity"] == "dcc" and day.weekday() < 5]
    posts = [
        each for each in store["workforce"] if each["person_code"] == who and in_force(each, day)
    ]
    away = any(
        each["person_code"] == who and each["from"] <= day <= each["to"] for each in store["leave"]
    )
    planned = sum(int(each["sessions_per_week"] * 200) for each in lines)
    time = sum(int(each["whole_time_equivalent"] * 200) for each in posts)
    time = time if day.weekday() < 5 else 0
    return {
        "person_code": who,
        "from": day,
        "activity": "dcc",
        "in_plan": bool(plan),
        "in_post": bool(posts),
        "planned_sessions_net": 0 if away else planned,
        "delivered_sessions": 1000 * len(held.get((who, day), ())),
        "whole_time_weeks_net": 0 if away else time,
        "weighted_stays": weighed.get((who, day), 0),
        "weighted_by": "naive-1",
    }


def in_force(post, day):
    return post["from"] <= day and (post["to"] is None or day <= post["to"])


def plan_on(store, day):
    """The lines of everybody's plan in force: the newest one, while a post is open or lasts."""
    for who in {each["person_code"] for each in store["jobplans"]}:
        mine = [each for each in store["jobplans"] if each["person_code"] == who]
        begun = [each["from"] for each in mine if each["from"] <= day]
        posts = [each["to"] for each in store["workforce"] if each["person_code"] == who]
        gone = bool(posts) and None not in posts and max(posts) < day
        if begun and not gone:
            yield from (each for each in mine if each["from"] == max(begun))


def half_days(store):
    """(unit, day) → the half-days in which something was held."""
    held = defaultdict(set)
    codes = store["codes"]
    for row in store["clinics"]:
        if row["outcome"] in HELD:
            note(held, unit_of(row["slot_owner"], row["slot_at"], codes), row["slot_at"])
    for row in store["endoscopy"]:
        for name in ("endoscopist", "supervisor"):
            note(held, unit_of(row[name], row["performed_at"], codes), row["performed_at"])
    for row in store["emergency"]:
        note(held, unit_of(row["reviewed_by"], row["arrived_at"], codes), row["arrived_at"])
    return held


def note(held, unit, moment):
    if unit != "unattributed":
        held[unit, moment.date()].add("am" if moment.hour < 13 else "pm")


def stays_weighed(store):
    weighed = defaultdict(int)
    for row in store["spells"]:
        if row["discharged_at"] is None:
            continue
        unit = unit_of(row["discharging_consultant"], row["discharged_at"], store["codes"])
        if row["discharging_consultant"] is not None:
            weighed[unit, row["discharged_at"].date()] += 1500 if row["specialty"] == "100" else 700
    return weighed


def days_covered(store):
    when = {"clinics": "slot_at", "endoscopy": "performed_at", "emergency": "arrived_at"}
    when |= {"spells": "discharged_at"}
    days = [
        row[name].date()
        for dataset, name in when.items()
        for row in store[dataset]
        if row[name] is not None
    ]
    first, last = min(days, default=date.max), max(days, default=date.min)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)] if days else []
