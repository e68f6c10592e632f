"""A stream's lead sees and interprets its measures of joined members, and no others'."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta

import pytest

from clinlead.access.policies import NotAllowed, OwnerFacts, Reason, why_not_see_named
from clinlead.access.queries import people_visible_to, reader_of
from clinlead.history.queries import readings_about
from clinlead.organisation.models import StreamMember
from clinlead.releases import actions
from clinlead.releases.models import Release
from clinlead.releases.policies import FigureFacts, Stage, why_not_interpret, why_not_sign_off
from clinlead.releases.queries import seen_by
from clinlead.strategy.streams import stream_sight
from people import START
from small_release import AT, Quarter
from strategy_stated import stated
from stream_joined import heart_stream

FIGURES = "/departments/cardiology/people/{}/figures/"


@pytest.fixture
def ready(prepared, db) -> Quarter:
    """A release being prepared; the clinician joined the stream, the peer did not."""
    found = deepcopy(prepared)
    found.release = Release.objects.get(department=found.trust.cardiology)
    stated(found.trust)  # length of stay shows an outcome of cardiology; deaths do not
    heart_stream(found.trust, "clinician", "lead")
    return found


def test_a_streams_measures_are_those_of_its_departments_outcomes(ready):
    trust = ready.trust
    sight = stream_sight(trust.cardiology.pk, AT.date())
    assert set(sight.measures) == {"length-of-stay"}
    assert sight.of(trust.person("clinician").pk, "length-of-stay")
    assert not sight.of(trust.person("clinician").pk, "died-in-hospital")
    assert not sight.of(trust.person("peer").pk, "length-of-stay")


def test_a_member_is_found_and_somebody_who_has_not_joined_is_not(ready, client):
    trust = ready.trust
    reader = reader_of(trust.streamlead, AT.date())
    assert trust.person("clinician") in people_visible_to(reader)
    assert trust.person("peer") not in people_visible_to(reader)
    client.force_login(trust.streamlead)
    page = client.get("/departments/cardiology/figures/").content.decode()
    assert "Dr Clinician" in page
    assert "Dr Peer" not in page


def test_a_members_figure_of_the_streams_measure_is_read_and_logged(ready, client):
    trust = ready.trust
    ready.through()
    client.force_login(trust.streamlead)
    base = FIGURES.format(trust.person("clinician").code)
    assert "Dr Clinician" in client.get(f"{base}length-of-stay/").content.decode()
    assert readings_about(trust.person("clinician").pk).filter(by=trust.streamlead).exists()
    listed = client.get(base).content.decode()
    assert "Length of stay" in listed
    assert "Deaths in hospital" not in listed
    assert client.get(f"{base}died-in-hospital/").status_code == 404
    assert client.get(f"{base}length-of-stay/records/").status_code == 404
    other = FIGURES.format(trust.person("peer").code)
    assert client.get(other).status_code == 404
    assert client.get(f"{other}length-of-stay/").status_code == 404


def test_a_total_is_hidden_from_a_stream_lead_who_sees_most_of_those_behind_it(ready, client):
    trust, release = ready.trust, ready.through()
    client.force_login(trust.streamlead)
    page, key = "/departments/cardiology/figures/length-of-stay/", ("length-of-stay", None)
    reader = reader_of(trust.streamlead, AT.date())

    def released():
        return {(figure.measure, figure.person_id) for figure in seen_by(release, reader)}

    assert "March 2026" in client.get(page).content.decode()
    assert key in released()
    stream = StreamMember.objects.all()[0].stream
    for login in ("peer", "second"):
        person = trust.person(login)
        StreamMember.objects.create(stream=stream, person=person, starts_on=START)
    said = client.get(page).content.decode()
    assert "You see most of the clinicians behind this total by name" in said
    assert key not in released()
    assert ("length-of-stay", trust.person("peer").pk) in released()


def test_who_leaves_the_stream_is_seen_no_more(ready, client):
    trust = ready.trust
    ready.through()
    StreamMember.objects.update(ends_on=AT.date() - timedelta(days=400))
    client.force_login(trust.streamlead)
    assert client.get(FIGURES.format(trust.person("clinician").code)).status_code == 404


def test_a_stream_lead_interprets_a_members_figure_and_does_not_sign_it_off(ready):
    trust = ready.trust
    ready.enter_totals()
    ready.check()
    now = ready.now()
    mine = next(
        draft
        for draft in now.figures.drafts
        if draft.person == trust.person("clinician") and draft.key.measure == "length-of-stay"
    )
    actions.interpret(
        release_id=ready.release.pk, key=mine.key, text="A new ward.", by=trust.streamlead, at=AT
    )
    now = ready.now()
    assert now.is_interpreted(now.figures.find(mine.key))
    assert not now.is_signed(now.figures.find(mine.key))
    for draft in now.figures.drafts:
        theirs = draft.person == trust.person("clinician")
        if theirs and draft.key.measure == "length-of-stay":
            continue
        with pytest.raises(NotAllowed):
            actions.interpret(
                release_id=ready.release.pk, key=draft.key, text="x", by=trust.streamlead, at=AT
            )


def test_what_a_stream_lead_may_not_do(ready):
    reader = reader_of(ready.trust.streamlead, AT.date())
    stream = reader.streams_led
    figure = FigureFacts(
        department_id=ready.trust.cardiology.pk,
        stage=Stage.PREPARING,
        person_id=ready.trust.person("clinician").pk,
        streams=stream,
    )
    assert why_not_interpret(figure, "words", reader) is None
    assert why_not_sign_off(figure, reader).reason is Reason.NOT_A_LEAD
    of_the_lead = replace(figure, owner_leads=True)
    assert why_not_interpret(of_the_lead, "words", reader).reason is Reason.NOT_A_LEAD
    of_a_chief = replace(figure, owner_goes_to_director=True)
    assert why_not_interpret(of_a_chief, "words", reader).reason is Reason.NOT_A_LEAD
    own = replace(figure, person_id=reader.person_id)
    assert why_not_interpret(own, "words", reader).reason is Reason.OWN_CASE
    elsewhere = replace(figure, streams=frozenset({987}))
    assert why_not_interpret(elsewhere, "words", reader) is not None
    owner = OwnerFacts(person_id=1, departments=frozenset({figure.department_id}), released=True)
    assert why_not_see_named(reader, owner) is not None
    assert why_not_see_named(reader, replace(owner, streams=stream)) is None
