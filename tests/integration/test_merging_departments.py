"""Departments merge: what was theirs stays theirs, sight is given anew, and nothing is lost."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from clinlead.access.actions import grant_sight
from clinlead.access.mergers import Wanted, merge_departments
from clinlead.access.policies import NotAllowed, why_not_open_team
from clinlead.access.queries import people_visible_to, reader_of
from clinlead.background.working import work_off
from clinlead.figures.queries import membership
from clinlead.history.models import Entry
from clinlead.measures.safety import mark_safety
from clinlead.notices.queries import recent
from clinlead.organisation.actions import apply_workforce
from clinlead.organisation.models import (
    ClinicianCode,
    Department,
    Division,
    Post,
    Specialty,
    WorkStream,
)
from clinlead.releases.models import Release
from clinlead.releases.preparing import prepare_due
from clinlead.releases.queries import calendar, measured_departments
from clinlead.workstreams.evidence import departments_of
from people import small_trust
from small_release import AT, quarter

MERGED = date(2026, 8, 1)
BEFORE, AFTER = MERGED - timedelta(days=1), MERGED + timedelta(days=40)


def merged(trust, name="Heart and surgery", on=MERGED, at=AT, parts=()):
    wanted = Wanted(
        name=name, division=Division.objects.get(code="medicine"), on=on, because="The board"
    )
    chosen = parts or (trust.cardiology, trust.surgery)
    return merge_departments(parts=chosen, wanted=wanted, by=trust.hr, at=at)


def people_on(department, day):
    return set(Post.objects.on(day).filter(department=department).values_list("person", flat=True))


def can_read(account, day):
    return set(Release.objects.visible_to(reader_of(account, day)).values_list("pk", flat=True))


def test_a_merger_loses_nothing_and_widens_nobodys_sight(db):
    trust = small_trust()
    release = quarter(trust).through()
    mark_safety(
        measure="died-in-hospital",
        department=trust.cardiology,
        reason="Deaths are watched",
        by=trust.director,
        at=AT,
    )
    stream = WorkStream.objects.create(
        code="heart", name="Heart", specialty=Specialty.objects.create(code="h", name="Heart")
    )
    stream.departments.set([trust.cardiology])
    given = {"reason": "Beds", "agreement": "Minutes", "until": date(2026, 12, 31), "at": AT}
    grant_sight(to=trust.evaluator, department=trust.cardiology, named=True, by=trust.lead, **given)
    everybody = people_on(trust.cardiology, BEFORE) | people_on(trust.surgery, BEFORE)

    made = merged(trust)

    # Posts and codes go on without a gap and without a day counted twice.
    assert people_on(made, MERGED) == everybody
    assert not people_on(made, BEFORE)
    assert not people_on(trust.cardiology, MERGED)
    assert set(ClinicianCode.objects.on(MERGED).filter(code="POOL").values_list("department")) == {
        (made.pk,)
    }
    assert "P000" in membership(trust.cardiology).people("2026-07")
    assert "P000" not in membership(made).people("2026-07")
    assert "P000" in membership(made).people("2026-08")

    # Streams, measures and safety measures are the new department's; the old ones keep theirs.
    assert set(stream.departments.all()) == {trust.cardiology, made}
    assert departments_of([stream.pk], BEFORE) == {stream.pk: [trust.cardiology]}
    assert departments_of([stream.pk], MERGED) == {stream.pk: [made]}, (
        "what it asks for is met here"
    )
    assert [each.measure.code for each in made.measures.all()] == [
        "length-of-stay",
        "died-in-hospital",
    ]
    assert not any(each.shown_individually for each in made.measures.all()), "decided anew"
    assert trust.cardiology.measures.filter(ended_on=None).count() == 2

    # Releases of the past stay readable by whoever could read them, and by nobody else.
    for reader in (trust.peer, trust.lead, trust.chief, trust.evaluator):
        assert can_read(reader, BEFORE) == can_read(reader, AFTER) == {release.pk}
    assert can_read(trust.stranger, AFTER) == set()

    # Sight of the new department's figures is given anew: to its lead, by a grant, by the chief.
    assert reader_of(trust.lead, AFTER).leads == {trust.cardiology.pk}
    granted = reader_of(trust.evaluator, AFTER)
    assert why_not_open_team(granted, made.pk)
    assert not people_visible_to(granted).exists()
    assert why_not_open_team(reader_of(trust.stranger, AFTER), made.pk) is None

    # The quarter before the merger is still begun for the old ones, the next for the new one.
    old = {one.department for one in prepare_due(at=AT) if one.last_month == "2026-06"}
    assert old == {trust.cardiology}
    new = {one.department for one in prepare_due(at=AT + timedelta(days=160))}
    assert new == {made}

    # The releases page lists no months that an old department never had.
    team = reader_of(trust.projectteam, AFTER)
    assert set(measured_departments(team, date(2026, 8, 5))) == {trust.cardiology, made}
    assert set(measured_departments(team, date(2026, 10, 5))) == {made, trust.cardiology}
    Release.objects.filter(state="preparing").delete()
    assert set(measured_departments(team, date(2026, 12, 5))) == {trust.cardiology, made}
    assert set(measured_departments(team, date(2027, 1, 5))) == {made}
    assert calendar([made], date(2026, 8, 5))[0].period.first == "2026-07"

    entry = Entry.objects.get(act="departments merged")
    assert entry.facts["details"]["merged"] == ["cardiology", "surgery"]


def test_a_later_workforce_extract_follows_the_merger(trust):
    made = merged(trust)
    again = merged(
        trust,
        name="Heart, surgery and more",
        on=date(2026, 10, 1),
        parts=(made, Department.objects.create(code="ent", name="ENT", division=made.division)),
    )
    row = {
        "person_code": "C-peer",
        "from": date(2023, 1, 1),
        "to": None,
        "department": "cardiology",
    }
    apply_workforce(rows=[row], at=AT, by_id=None)
    posts = Post.objects.filter(person=trust.person("peer")).order_by("starts_on")
    assert [(each.department, each.starts_on, each.ends_on) for each in posts] == [
        (trust.cardiology, date(2023, 1, 1), date(2026, 7, 31)),
        (made, date(2026, 8, 1), date(2026, 9, 30)),
        (again, date(2026, 10, 1), None),
    ]
    told = recent(trust.peer.pk, AT.date())
    assert "Your department is part of Heart and surgery from 1 August 2026" in map(str, told)
    reader = reader_of(trust.peer, date(2026, 11, 1))
    assert reader.departments == {again.pk, made.pk, trust.cardiology.pk}


def test_two_at_once_merge_a_department_once(trust):
    merged(trust)
    with pytest.raises(NotAllowed, match="merged already"):
        merged(trust, name="Another", parts=(trust.cardiology, trust.surgery))
    assert Department.objects.count() == 3


def test_the_page_shows_what_will_happen_before_it_is_done(client, trust):
    client.force_login(trust.hr)
    first = timezone.localdate().replace(day=1)
    said = {
        "parts": [trust.cardiology.pk, trust.surgery.pk],
        "name": "Heart and surgery",
        "division": Division.objects.get(code="medicine").pk,
        "on": first.isoformat(),
        "because": "The board, 3 June",
    }
    asked = client.post("/mergers/new/", said).content.decode()
    assert "9 people with a post on that day" in asked
    assert Department.objects.count() == 2, "nothing is done before it is confirmed"
    done = client.post("/mergers/new/", said | {"confirmed": "yes"}, follow=True)
    page = done.content.decode()
    assert "Heart and surgery opens on" in page
    assert "Cardiology</a> and <a" in page
    computed = work_off()
    assert [(each.kind, each.key, each.result) for each in computed] == [
        ("figures", "heart-and-surgery", "Figures computed again.")
    ]
    gone = client.get("/departments/cardiology/").content.decode()
    assert "It merged into" in gone
    again = client.post("/mergers/new/", said)
    assert again.status_code == 422
