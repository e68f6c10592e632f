"""What the trust states: proposed, approved, replaced and read, through its pages."""

import re

import pytest
from django.db import IntegrityError, transaction

from clinlead.access.policies import NotAllowed, Reason
from clinlead.history.models import Entry
from clinlead.measures.actions import choose_defaults
from clinlead.strategy import queries
from clinlead.strategy.actions import approve, link_measure, propose
from clinlead.strategy.models import OutcomeMeasure, Statement, Wording
from clinlead.strategy.policies import Kind, State
from people import AT, small_trust
from strategy_stated import approved, definition, mandate, objective, outcome, registered, stated

pytestmark = pytest.mark.django_db
ONE_CAUSE = "Data | Wrong owner | The patient was somebody else’s."


@pytest.fixture
def trust():
    return small_trust()


def words(client, trust, login: str, address: str) -> str:
    client.force_login(trust.accounts[login])
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def send(client, trust, login: str, address: str, **data):
    client.force_login(trust.accounts[login])
    return client.post(address, data)


def test_an_empty_strategy_says_what_to_do(client, trust):
    said = words(client, trust, "wardstaff", "/strategy/")
    assert "No objective has been approved yet" in said
    assert "no concern about a person can be opened from a measure" in said
    assert "nothing to map" in words(client, trust, "wardstaff", "/strategy/map/")
    assert "No mandate is published yet for Dr Lead" in words(
        client, trust, "wardstaff", "/strategy/mandates/cardiology/"
    )


def test_an_objective_goes_from_proposal_to_all_staff(client, trust):
    answer = send(
        client, trust, "director", "/strategy/propose/objective/", title="Home on time", text="Why"
    )
    made = Wording.objects.get()
    assert answer.url == made.get_absolute_url()
    assert "Home on time" not in words(client, trust, "wardstaff", "/strategy/")
    assert "Approve or decline: Home on time" in words(client, trust, "executive", "/")
    send(client, trust, "executive", f"{made.get_absolute_url()}approve/")
    assert "Home on time" in words(client, trust, "wardstaff", "/strategy/")
    assert "Approve or decline" not in words(client, trust, "executive", "/")
    acts = list(Entry.objects.filter(object_kind="objective").values_list("act", "by__username"))
    assert acts == [("objective proposed", "director"), ("objective approved", "executive")]


def test_new_words_replace_the_old_only_once_approved_and_the_old_stay_readable(client, trust):
    first = approved(trust, objective(trust))
    page = "/strategy/objectives/home-on-time/"
    send(
        client,
        trust,
        "lead",
        "/strategy/propose/objective/home-on-time/",
        title="Home when ready",
        text="Sooner is safer.",
        because="Time alone is not the aim.",
    )
    second = Wording.objects.get(version=2)
    assert "Home when ready" not in words(client, trust, "wardstaff", page)
    approved(trust, second)
    said = words(client, trust, "wardstaff", page)
    assert "Home when ready" in said
    assert "Time alone is not the aim." in said
    first.refresh_from_db()
    assert (first.state, first.title) == (State.REPLACED, "Home on time")
    assert "Home on time" in words(client, trust, "wardstaff", first.get_absolute_url())


def test_an_executive_who_wrote_it_cannot_approve_it(client, trust):
    send(client, trust, "executive", "/strategy/propose/objective/", title="Ours", text="Why")
    made = Wording.objects.get()
    assert "Another executive must approve" in words(
        client, trust, "executive", made.get_absolute_url()
    )
    assert send(client, trust, "executive", f"{made.get_absolute_url()}approve/").status_code == 403
    made.refresh_from_db()
    assert made.state == State.WAITING


def test_two_versions_never_wait_or_hold_together(trust):
    first = objective(trust)
    with pytest.raises(NotAllowed) as refused:
        objective(trust)
    assert refused.value.refusal.reason is Reason.ALREADY_DONE
    approved(trust, first)
    with pytest.raises(NotAllowed):
        approve(wording_id=first.pk, by=trust.executive, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(
            statement=first.statement,
            version=9,
            state=State.APPROVED,
            title="x",
            text="x",
            written_by=trust.director,
            written_at=AT,
            decided_by=trust.executive,
            decided_at=AT,
        )


def test_a_refused_proposal_leaves_nothing_behind(trust):
    aim = objective(trust)  # waits: not in force
    with pytest.raises(NotAllowed) as refused:
        outcome(trust, aim, trust.lead)
    assert refused.value.refusal.reason is Reason.NOT_AGREED
    assert not Statement.objects.filter(kind=Kind.OUTCOME).exists()


def test_a_declined_proposal_keeps_its_reason_and_can_be_made_again(client, trust):
    made = objective(trust)
    address = f"{made.get_absolute_url()}decline/"
    assert "Error:" in send(client, trust, "executive", address, because=" ").content.decode()
    send(client, trust, "executive", address, because="Too vague")
    assert "Too vague" in words(client, trust, "director", made.get_absolute_url())
    again = objective(trust)
    assert again.version == 2


def test_an_author_takes_their_proposal_back(client, trust):
    made = objective(trust)
    assert "Take it back" in words(client, trust, "director", made.get_absolute_url())
    send(client, trust, "director", f"{made.get_absolute_url()}decline/", because="A mistake")
    made.refresh_from_db()
    assert (made.state, made.decided_by) == (State.DECLINED, trust.director)


def test_a_lead_is_asked_for_a_measure_until_there_is_one(client, trust):
    registered("length-of-stay")
    sco = approved(trust, outcome(trust, approved(trust, objective(trust)), trust.lead))
    asked = "Choose a measure for “Short stays”"
    assert asked in words(client, trust, "lead", "/")
    assert asked not in words(client, trust, "otherlead", "/")
    send(
        client, trust, "lead", "/strategy/outcomes/short-stays/measures/", measure="length-of-stay"
    )
    assert asked not in words(client, trust, "lead", "/")
    link = OutcomeMeasure.objects.get()
    again = send(
        client, trust, "lead", "/strategy/outcomes/short-stays/measures/", measure="length-of-stay"
    )
    assert again.status_code == 403
    send(client, trust, "lead", f"/strategy/outcomes/short-stays/measures/{link.pk}/end/")
    assert asked in words(client, trust, "lead", "/")
    assert OutcomeMeasure.objects.get().ended_by == trust.lead
    link_measure(outcome=sco.statement, measure="length-of-stay", by=trust.lead, at=AT)


def test_the_map_leads_down_to_figures_one_may_open_and_back_up(client, trust):
    stated(trust)
    choose_defaults(department=trust.cardiology, at=AT)
    figures = '<a href="/departments/cardiology/figures/length-of-stay/">'
    for login, opens in (("clinician", True), ("executive", True), ("stranger", False)):
        client.force_login(trust.accounts[login])
        html = client.get("/strategy/map/").content.decode()
        assert (figures in html) is opens, login
        assert "Length of stay" in html
    up = words(client, trust, "wardstaff", "/strategy/measures/length-of-stay/")
    assert "It shows 1 outcome, for 1 objective." in up
    assert "Home on time" in up
    nothing = words(client, trust, "wardstaff", "/strategy/measures/mortality-30d/")
    assert "No outcome uses this measure yet" in nothing


def test_the_definition_lists_causes_with_the_person_last(client, trust):
    approved(trust, definition(trust))
    said = words(client, trust, "wardstaff", "/strategy/poor-performance/")
    assert said.index("Wrong owner") < said.index("Sicker patients") < said.index("Health")
    assert queries.definition_in_force().version == 1


@pytest.mark.parametrize(
    ("causes", "wrong"),
    [
        ("Data | Wrong owner", "Line 1 of the causes needs three parts"),
        (f"{ONE_CAUSE}\n\n| x | y", "Line 2 of the causes needs three parts"),
        (f"{ONE_CAUSE}\n{ONE_CAUSE}", "The cause “Wrong owner” is there twice"),
        (f"Data | {'x' * 101} | y", "is longer than 100 letters"),
    ],
)
def test_a_wrong_line_of_causes_is_named(client, trust, causes, wrong):
    answer = send(
        client,
        trust,
        "director",
        "/strategy/propose/definition/",
        title="t",
        text="t",
        causes=causes,
    )
    assert wrong in answer.content.decode()
    assert not Statement.objects.exists()


def test_causes_come_back_into_the_form_as_they_were_said(client, trust):
    approved(trust, definition(trust))
    html = words(client, trust, "director", "/strategy/propose/definition/")
    assert "Data | Wrong owner | The patient was somebody else’s." in html


def test_a_mandate_is_published_and_says_when_its_holder_no_longer_leads(client, trust):
    chief = "/strategy/propose/mandate/cardiology/"
    send(
        client,
        trust,
        "chief",
        chief,
        holder=trust.lead.pk,
        text="Releases figures",
        protected_time="2 sessions",
        sponsor=trust.director.pk,
    )
    approved(trust, Wording.objects.get())
    said = words(client, trust, "wardstaff", "/strategy/mandates/cardiology/")
    assert "Releases figures" in said
    assert "does not lead" not in said
    assert "2 sessions" in words(client, trust, "wardstaff", "/strategy/mandates/")
    trust.lead.roles.update(ends_on=AT.date())
    said = words(client, trust, "wardstaff", "/strategy/mandates/cardiology/")
    assert "Dr Lead does not lead the department today." in said


def test_a_chief_gives_mandates_in_their_own_division_only(client, trust):
    with pytest.raises(NotAllowed):
        propose_surgery(trust)
    assert mandate(trust, trust.chief).version == 1


def propose_surgery(trust):
    from clinlead.strategy.actions import Words

    words = Words(title="x", text="x", departments=[trust.surgery], holder=trust.otherlead)
    propose(kind=Kind.MANDATE, code="surgery", words=words, by=trust.chief, at=AT)


def test_search_finds_what_is_in_force_and_no_proposal(client, trust):
    objective(trust, "Hidden aim")
    stated(trust)
    said = words(client, trust, "wardstaff", "/search/?q=home on")
    assert "Home on time" in said
    assert "Hidden aim" not in words(client, trust, "wardstaff", "/search/?q=hidden").replace(
        "hidden", ""
    )


@pytest.mark.parametrize(
    "address",
    [
        "/strategy/objectives/none/",
        "/strategy/propose/nothing/",
        "/strategy/propose/outcome/none/",
        "/strategy/propose/mandate/none/",
        "/strategy/propose/mandate/",
        "/strategy/versions/999999/",
        "/strategy/measures/none/",
    ],
)
def test_what_is_not_there_is_not_found(client, trust, address):
    client.force_login(trust.executive)
    assert client.get(address).status_code == 404


def test_an_outcome_without_any_objective_says_what_to_do_first(client, trust):
    said = words(client, trust, "lead", "/strategy/propose/outcome/")
    assert "Propose an objective first" in said
