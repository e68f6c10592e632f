"""Requests to erase, and the register of disclosures: the officer's, and one's own."""

from rows import EVERYBODY, get, post

ENTERED = {
    "to_whom": "The regulator",
    "what": "Stays, January to March 2026",
    "basis": "law",
    "because": "Order 12",
    "on": "2026-07-01",
}
ROWS = [
    get("me/erasure/", "/me/erasure/", {200: EVERYBODY}),
    post("me/erasure/", "/me/erasure/", {403: "clinician"}, otherwise=302,
         data={"says": "My notices"}),
    get("data-protection/requests/", "/data-protection/requests/", {200: "dpo"}, names="dpo"),
    post("data-protection/requests/", "/data-protection/requests/", {422: "dpo"}, names="dpo"),
    get("data-protection/requests/<int:pk>/", "/data-protection/requests/{erasure}/",
        {200: "dpo"}, names="dpo"),
    post("data-protection/requests/<int:pk>/", "/data-protection/requests/{erasure}/",
         {302: "dpo"}, data={"outcome": "refused", "reason": "Needed", "kept": "All of it"}),
    get("data-protection/disclosures/", "/data-protection/disclosures/", {200: "dpo"},
        names="dpo"),
    post("data-protection/disclosures/", "/data-protection/disclosures/", {302: "dpo"},
         data=ENTERED),
    get("data-protection/disclosures.csv", "/data-protection/disclosures.csv", {200: "dpo"},
        names="dpo"),
]  # fmt: skip
