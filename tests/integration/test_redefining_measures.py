"""A measure redefined: fed by managers, by three people, computed apart, and never joined."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from clinlead.access.policies import NotAllowed, Reason
from clinlead.figures.actions import recompute_all
from clinlead.figures.models import Computing, TallyMonth
from clinlead.history.models import Entry
from clinlead.measures import redefining as acts
from clinlead.measures.models import DepartmentMeasure, Feedback, MeasureVersion, Redefinition
from clinlead.measures.queries import find, in_use, newest_versions
from clinlead.releases import live
from clinlead.releases.models import Release
from clinlead.releases.periods import Period
from clinlead.releases.preparing import prepare
from clinlead.releases.standing import standing
from clinlead.releases.verifying import Answer, verify
from redefined import BECAUSE, CODE, WHERE, approved, checked, drafted, followed, said
from small_release import AT

pytestmark = pytest.mark.django_db
MEASURE = f"/measures/{CODE}/"
FIGURE = "/departments/cardiology/figures/length-of-stay/"


@pytest.fixture
def trust(let_out, db):
    yield let_out.trust
    live._assembled.clear()


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def test_feedback_is_read_by_all_staff_and_answered_beside_it(client, trust):
    form = {"text": "It counts planned admissions.", "proposes": "Emergencies alone."}
    assert send(client, trust, "lead", f"{MEASURE}feedback/", **form).status_code == 302
    one = Feedback.objects.get()
    assert "It counts planned admissions." in words(client, trust, "wardstaff", MEASURE)
    send(client, trust, "analyst", one.get_absolute_url(), answer="They stay: beds are beds.")
    page = words(client, trust, "wardstaff", MEASURE)
    assert "They stay: beds are beds." in page
    again = send(client, trust, "analyst", one.get_absolute_url(), answer="Or not")
    assert again.status_code == 403


def test_a_text_outside_the_grammar_is_refused_with_its_line_and_nothing_is_kept(client, trust):
    text = find(CODE).definition.replace('kind = "mean"', 'kind = "guess"')
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "guess" in each)
    answer = send(client, trust, "analyst", f"{MEASURE}drafts/", text=text, because="x", revision=0)
    assert answer.status_code == 422
    assert f"line {line}: " in answer.content.decode()
    assert "guess" in answer.content.decode()  # what was typed is still there
    other = find(CODE).definition.replace(f'code = "{CODE}"', 'code = "another"')
    refused = send(
        client, trust, "analyst", f"{MEASURE}drafts/", text=other, because="x", revision=0
    )
    assert "must stay" in refused.content.decode()
    assert not Redefinition.objects.exists()


def test_three_people_make_a_version_and_the_feedback_is_its_change_log(client, trust):
    comment = said(trust)
    form = {
        "text": find(CODE).definition + WHERE,
        "because": BECAUSE,
        "feedback": [comment.pk],
        "revision": 0,
    }
    address = send(client, trust, "analyst", f"{MEASURE}drafts/", **form).url
    page = words(client, trust, "lead", address)
    assert "admission method: emergency new in version 2" in page
    assert "can change the figure" in page
    assert send(client, trust, "analyst", f"{address}send/").status_code == 302
    assert send(client, trust, "analyst", f"{address}check/", note="mine").status_code == 403
    assert send(client, trust, "lead", f"{address}check/", note="Read it").status_code == 302
    assert send(client, trust, "lead", f"{address}approve/").status_code == 403
    assert "Approve: Length of stay, version 2" in words(client, trust, "executive", "/")
    assert send(client, trust, "executive", f"{address}approve/").status_code == 302
    made = find(CODE)
    assert (made.version, made.changed_because) == (2, BECAUSE)
    definition = made.definition
    assert 'checker = "Dr Lead"' in definition
    assert 'author = "analyst"' in definition
    comment.refresh_from_db()
    assert comment.changed
    said_of_it = words(client, trust, "wardstaff", MEASURE)
    assert f"Changed in version 2: {BECAUSE}" in said_of_it
    acts_kept = list(Entry.objects.filter(object_id=f"{CODE}/2").values_list("act", flat=True))
    assert [act.removeprefix("measure’s new version ") for act in acts_kept] == [
        "drafted",
        "sent to be checked",
        "checked",
        "approved",
    ]


def test_a_draft_is_hidden_from_those_who_only_read_definitions(client, trust):
    address = drafted(trust).get_absolute_url()
    for login in ("clinician", "wardstaff", "operations", "dpo"):
        client.force_login(trust.accounts[login])
        assert client.get(address).status_code == 404


def test_a_second_editor_is_shown_the_firsts_words_and_loses_nothing(client, trust):
    draft = drafted(trust)
    form = {"text": draft.text, "because": "First", "revision": draft.revision}
    assert (
        send(client, trust, "analyst", f"{draft.get_absolute_url()}edit/", **form).status_code
        == 302
    )
    late = {**form, "because": "Second thoughts"}
    answer = send(client, trust, "analyst", f"{draft.get_absolute_url()}edit/", **late)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has saved this draft since you opened it" in page
    assert "Why it changes: First" in page
    assert "Second thoughts" in page
    draft.refresh_from_db()
    assert draft.changed_because == "First"
    saved = send(
        client, trust, "analyst", f"{draft.get_absolute_url()}edit/", **{**late, "revision": 2}
    )
    assert saved.status_code == 302


def test_what_is_declined_or_taken_back_frees_the_feedback_and_the_number(trust):
    comment = said(trust)
    first = checked(trust, drafted(trust, comment))
    acts.decline(draft_id=first.pk, because="Too narrow", by=trust.executive, at=AT)
    comment.refresh_from_db()
    assert comment.redefinition is None
    second = drafted(trust, comment)
    assert second.version == 2
    acts.withdraw(draft_id=second.pk, by=trust.analyst, at=AT)
    with pytest.raises(NotAllowed):
        acts.approve(draft_id=second.pk, by=trust.executive, at=AT)
    third = drafted(trust)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redefinition.objects.create(
            code=CODE,
            version=9,
            text=third.text,
            changed_because="x",
            written_by=trust.analyst,
            written_at=AT,
        )


def test_an_approved_version_is_computed_on_its_own_and_the_old_ones_months_stay(client, trust):
    approved(trust, drafted(trust))
    before = set(TallyMonth.objects.shown().values_list("pk", flat=True))
    use = f"{MEASURE}2/use/"
    assert "not computed yet" in words(client, trust, "lead", use)
    assert send(client, trust, "lead", f"{MEASURE}2/compute/").status_code == 403
    assert send(client, trust, "analyst", f"{MEASURE}2/compute/").status_code == 302
    assert Computing.objects.get().done_at
    assert "computed for every month" in words(client, trust, "lead", use)
    shown = TallyMonth.objects.shown()
    assert before <= set(shown.values_list("pk", flat=True))
    assert (
        shown.filter(measure=CODE, version=2).count()
        == shown.filter(measure=CODE, version=1).count()
    )


def test_computing_it_on_its_own_is_computing_everything(trust):
    followed(trust)
    mine = TallyMonth.objects.shown().filter(measure=CODE).order_by("version", "month")
    alone = list(mine.values_list("version", "rule", "month", "digest", "complete"))
    assert {each[0] for each in alone} == {1, 2}
    recompute_all(at=AT)
    assert list(mine.values_list("version", "rule", "month", "digest", "complete")) == alone


def test_a_department_follows_it_from_a_month_that_is_not_released(client, trust):
    made = approved(trust, drafted(trust))
    form = {"department": "cardiology", "month": "2026-04", "because": "Our meeting"}
    move = f"{MEASURE}2/move/"
    assert "computes them" in send(client, trust, "lead", move, **form).content.decode()
    send(client, trust, "analyst", f"{MEASURE}2/compute/")
    released = send(client, trust, "lead", move, **{**form, "month": "2026-03"})
    assert released.status_code == 403
    assert "Months up to 2026-03 are released" in released.content.decode()
    assert send(client, trust, "otherlead", move, **form).status_code == 422
    assert DepartmentMeasure.objects.filter(measure=made).count() == 0
    assert send(client, trust, "lead", move, **form).status_code == 302
    now = DepartmentMeasure.objects.get(measure=made)
    assert (now.decided_on, now.decided_by) == (date(2026, 4, 1), trust.lead)
    before = DepartmentMeasure.objects.get(measure__code=CODE, measure__version=1)
    assert before.ended_on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("login", "address"),
    [("lead", FIGURE), ("peer", FIGURE), ("clinician", "/me/figures/length-of-stay/")],
)
def test_two_versions_have_a_chart_each_and_no_line_joins_them(client, trust, login, address):
    followed(trust)
    page = words(client, trust, login, address)
    if login == "peer":  # sees what is released, and that is version 1
        assert "under version" not in page
        assert "Version 1 of Length of stay" in page
        assert "Before: version 1" not in page
        return
    assert "Version 2 of Length of stay" in page
    assert "Before: version 1, until March 2026" in page
    assert "no line joins them" in page
    assert "The same months under both" in page
    assert "Version 2 followed" in page


def test_a_release_states_the_version_of_its_own_months(trust):
    out = Release.objects.get(department=trust.cardiology)
    followed(trust)
    assert set(out.figures.filter(measure=CODE).values_list("version", flat=True)) == {1}
    assert verify(out).answer is Answer.EQUAL
    later = prepare(department=trust.cardiology, period=Period("2026-04", "2026-06"), at=AT)
    drafts = standing(later, AT.date(), fresh=True).figures.drafts
    mine = [draft for draft in drafts if draft.key.measure == CODE]
    assert {draft.version for draft in mine} == {2}
    months = TallyMonth.objects.shown().filter(measure=CODE, version=2)
    assert {m.month for d in mine for m in d.months} <= set(months.values_list("month", flat=True))


def test_a_version_that_nobody_follows_is_retired_and_its_releases_stay(client, trust):
    followed(trust)
    page = f"{MEASURE}1/retire/"
    assert send(client, trust, "analyst", page, because="x").status_code == 403
    assert send(client, trust, "executive", f"{MEASURE}2/retire/", because="x").status_code == 403
    assert send(client, trust, "executive", page, because="Superseded").status_code == 302
    assert "Superseded" in words(client, trust, "wardstaff", f"{MEASURE}1/")
    assert (CODE, 1) not in {(one.code, one.version) for one in in_use()}
    assert {one.version for one in newest_versions() if one.code == CODE} == {2}
    assert verify(Release.objects.get()).answer is Answer.EQUAL
    assert MeasureVersion.objects.filter(code=CODE).count() == 2


def test_a_refusal_changes_nothing_and_says_why(trust):
    draft = drafted(trust)
    with pytest.raises(NotAllowed) as refused:
        acts.approve(draft_id=draft.pk, by=trust.executive, at=AT)
    assert refused.value.refusal.reason is Reason.WRONG_STAGE
    assert not MeasureVersion.objects.filter(code=CODE, version=2).exists()


def test_what_changed_between_two_versions_is_read_by_all_staff(client, trust):
    approved(trust, drafted(trust))
    page = words(client, trust, "wardstaff", f"{MEASURE}changes/1/2/")
    assert BECAUSE in page
    assert "admission method: emergency" in page
