"""The six measures in pandas, as fast as is still readable."""

from pathlib import Path

import numpy as np
import pandas as pd


def read(store: Path, name: str, columns: list[str]) -> pd.DataFrame:
    return pd.read_parquet(store / name, columns=columns, partitioning=None)


def six_measures(store: Path) -> list[dict]:
    spells = read(
        store,
        "spells",
        [
            *("spell_id", "patient_key", "admitted_at", "discharged_at", "admitted_at_utc"),
            *("discharged_at_utc", "patient_class", "admission_method", "discharge_method"),
            *("primary_diagnosis", "ready_at"),
        ],
    )
    look_ahead(spells)
    join_first_prediction(spells, store)
    join_first_summary(spells, store)
    join_death(spells, store)
    join_longest_episode(spells, store)
    return totals(spells)


def days(later: pd.Series, earlier: pd.Series) -> pd.Series:
    return (later.dt.normalize() - earlier.dt.normalize()).dt.days


def look_ahead(spells: pd.DataFrame) -> None:
    """Each spell's next emergency and next inpatient admission, by one sort and two searches."""
    patient = pd.factorize(spells["patient_key"])[0].astype("int64")
    came = spells["admitted_at_utc"].to_numpy().astype("datetime64[s]").astype("int64")
    went = spells["discharged_at_utc"].to_numpy().astype("datetime64[s]").astype("int64")
    span = np.int64(1) << 33  # longer than any time in seconds: patients do not meet
    emergency = (spells["admission_method"] == "emergency").to_numpy()
    places = np.sort(patient[emergency] * span + came[emergency])
    wanted = patient * span + np.maximum(went, came + 1)
    found = np.searchsorted(places, wanted)
    following = places[np.minimum(found, len(places) - 1)]
    same = (found < len(places)) & (following // span == patient)
    spells["next_emergency"] = pd.to_datetime(np.where(same, following % span, 0), unit="s").where(
        same
    )
    spells.sort_values(
        ["patient_key", "admitted_at_utc", "spell_id"], inplace=True, ignore_index=True
    )
    inpatient = spells["admitted_at"].where(spells["patient_class"] == "inpatient")
    following_rows = inpatient.groupby(spells["patient_key"], sort=False).shift(-1)
    spells["next_inpatient"] = following_rows.groupby(spells["patient_key"], sort=False).bfill()


def join_first_prediction(spells: pd.DataFrame, store: Path) -> None:
    made = read(store, "predictions", ["spell_id", "entered_at_utc", "predicted_discharge_date"])
    made.sort_values("entered_at_utc", inplace=True)
    made.drop_duplicates("spell_id", inplace=True)
    made.set_index("spell_id", inplace=True)
    spells["entered"] = spells["spell_id"].map(made["entered_at_utc"])
    predicted = pd.to_datetime(made["predicted_discharge_date"])
    spells["predicted"] = spells["spell_id"].map(predicted)


def join_first_summary(spells: pd.DataFrame, store: Path) -> None:
    sent = read(store, "documents", ["refers_to", "kind", "sent_at_utc"])
    sent = sent[sent["kind"] == "discharge_summary"]
    spells["sent"] = spells["spell_id"].map(sent.groupby("refers_to")["sent_at_utc"].min())


def join_death(spells: pd.DataFrame, store: Path) -> None:
    deaths = read(store, "deaths", ["patient_key", "died_on"])
    died = pd.to_datetime(deaths.groupby("patient_key")["died_on"].min())
    linked = spells["patient_key"].map(died)
    here = spells["discharged_at"].dt.normalize().where(spells["discharge_method"] == "died")
    spells["died"] = linked.where(here.isna() | (linked <= here), here)


def join_longest_episode(spells: pd.DataFrame, store: Path) -> None:
    episodes = read(
        store, "episodes", ["spell_id", "episode", "started_at_utc", "ended_at_utc", "consultant"]
    )
    length = episodes["ended_at_utc"].dt.floor("s") - episodes["started_at_utc"].dt.floor("s")
    episodes["length"] = length
    episodes.sort_values(["length", "episode"], ascending=[False, True], inplace=True)
    episodes.drop_duplicates("spell_id", inplace=True)
    whose = episodes.set_index("spell_id")["consultant"]
    spells["unit"] = spells["spell_id"].map(whose).fillna("unattributed")


def totals(spells: pd.DataFrame) -> list[dict]:
    inpatient = spells["patient_class"] == "inpatient"
    treated = spells["patient_class"].isin(["inpatient", "day_case"])
    alive = spells["discharge_method"] != "died"
    nights = days(spells["discharged_at"], spells["admitted_at"])
    index = inpatient & alive & (spells["discharge_method"] != "transferred")
    index &= spells["admission_method"] != "maternity"
    index &= ~spells["primary_diagnosis"].str[0].isin(["C", "O"])
    readmitted = days(spells["next_emergency"], spells["discharged_at"]).between(0, 29)
    stay = spells["discharged_at_utc"] - spells["admitted_at_utc"]
    longer = inpatient & (stay >= pd.Timedelta(minutes=1441))
    in_time = spells["entered"] - spells["admitted_at_utc"] <= pd.Timedelta(hours=24)
    off_by = days(spells["ready_at"].fillna(spells["discharged_at"]), spells["predicted"])
    known = inpatient & alive & off_by.notna()
    sent = spells["sent"] - spells["discharged_at_utc"] <= pd.Timedelta(hours=24)
    next_after = days(spells["next_inpatient"], spells["admitted_at"])
    last = inpatient & (next_after.isna() | (next_after >= 31))
    died = days(spells["died"], spells["admitted_at"]).between(0, 30)
    columns = {
        "stay_n": inpatient,
        "stay_sum": nights.where(inpatient, 0),
        "stay_squares": (nights * nights).where(inpatient, 0),
        "readmission_n": index,
        "readmission": index & readmitted,
        "recorded_n": longer,
        "recorded": longer & in_time,
        "accuracy_n": known,
        "accuracy": known & off_by.between(-1, 1),
        "summary_n": treated & alive,
        "summary": treated & alive & sent,
        "mortality_n": last,
        "mortality": last & died,
    }
    month = spells["discharged_at"].dt.year * 100 + spells["discharged_at"].dt.month
    facts = pd.DataFrame(columns)
    sums = facts.groupby([spells["unit"].rename("unit"), month.rename("month")]).sum()
    return sums.reset_index().to_dict("records")
