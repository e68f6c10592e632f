"""The checklist of innocent explanations: what was looked at, and what is kept of it."""

from hypothesis import given
from hypothesis import strategies as st

from clinlead.releases.reasons import Evidence, Finding, Reason, findings, kept, looked_at

FINDINGS = st.sampled_from([*(each.value for each in Finding), ""])
EVIDENCE = [Evidence(reason, (f"What there is on {reason.label}.",)) for reason in Reason]


def test_the_explanations_come_in_the_order_in_which_to_think_of_them():
    assert [reason.value for reason in Reason] == [
        *("chance", "volumes", "quality", "attribution", "case-mix", "role", "leave", "change")
    ]


@given(said=st.dictionaries(st.sampled_from(list(Reason)), FINDINGS), others=st.booleans())
def test_what_is_kept_says_what_was_found_and_the_evidence_of_all(said, others):
    found = findings({reason.value: value for reason, value in said.items()}, others=others)
    rows = looked_at(kept(EVIDENCE, found)).rows
    assert [row.reason for row in rows] == list(Reason)
    assert [row.found for row in rows] == [each.found for each in EVIDENCE]
    for row in rows:
        own = Finding(said[row.reason]) if said.get(row.reason) else None
        assert row.finding == (own or (Finding.NOT_IT if others else None))


def test_the_brief_counts_and_names_what_may_explain():
    found = findings({"case-mix": "part"}, others=True)
    assert looked_at(kept(EVIDENCE, found)).brief == (
        "Looked at 8 of 8 possible explanations. Case mix: part of it."
    )
    assert looked_at(kept(EVIDENCE, {})).brief == "Looked at 0 of 8 possible explanations."


def test_words_of_before_there_was_a_checklist_have_none():
    assert looked_at([]).rows == ()
