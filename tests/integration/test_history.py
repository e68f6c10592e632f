from datetime import timedelta

import pytest

from clinlead.history.actions import append, record_reading
from clinlead.history.chain import Broken
from clinlead.history.erasing import erase_details
from clinlead.history.forgetting import by_month, forget
from clinlead.history.models import Entry, Subject
from clinlead.history.queries import head, readings_about, verify
from conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def read_twice(trust):
    about = [trust.person("clinician").pk]
    for who in (trust.lead, trust.analyst):
        record_reading(at=NOW, by_id=who.pk, about=about, object_kind="figure", object_id="x")
    return trust


def test_a_person_sees_who_looked_at_their_results(read_twice):
    seen = readings_about(read_twice.person("clinician").pk)
    assert [entry.by for entry in seen] == [read_twice.analyst, read_twice.lead]


def test_looking_at_ones_own_results_is_not_listed_as_somebody_looking(trust):
    me = trust.person("clinician")
    record_reading(
        at=NOW, by_id=trust.clinician.pk, about=[me.pk], object_kind="figure", object_id="x"
    )
    assert not readings_about(me.pk).exists()


def test_the_record_holds_and_a_changed_fact_breaks_it(read_twice):
    assert verify() is None
    entry = Entry.objects.latest("number")
    entry.facts = {**entry.facts, "act": "nothing"}
    entry.save()
    assert verify().number == entry.number


def test_a_changed_index_column_breaks_it_too(read_twice):
    Entry.objects.filter(act="read").update(by=read_twice.dpo)
    assert "index" in verify().because


def test_cutting_off_the_end_shows_against_an_anchor(read_twice):
    number, digest = head()
    entry = Entry.objects.get(number=number)
    entry.subjects.all().delete()
    entry.delete()
    assert verify() is None
    assert verify({number: digest}).number == number


def test_entries_are_numbered_without_gaps(trust):
    before = head()[0]
    numbers = [append(act="test", at=NOW, by_id=None).number for _ in range(3)]
    assert numbers == [before + 1, before + 2, before + 3]


def erased(trust, **chosen) -> int:
    mine = Entry.objects.filter(act="read", **chosen)
    return erase_details(mine, because="Kept two years", by_id=trust.dpo.pk, at=NOW)


def test_details_of_old_entries_are_erased_and_the_chain_holds(read_twice):
    anchor = dict([head()])
    assert erased(read_twice) == 2
    assert erased(read_twice) == 0
    assert {entry.facts for entry in Entry.objects.filter(act="read")} == {None}
    assert readings_about(read_twice.person("clinician").pk).count() == 2
    assert verify(anchor) is None
    assert Entry.objects.latest("number").facts["details"]["because"] == "Kept two years"


def test_what_stays_of_an_erased_entry_cannot_be_changed_unseen(read_twice):
    erased(read_twice)
    Entry.objects.filter(act="read", by=read_twice.lead).update(by=read_twice.dpo)
    assert "changed since" in verify().because


def test_facts_cannot_be_emptied_without_an_entry_that_says_so(read_twice):
    number = Entry.objects.filter(act="read").latest("number").number
    Entry.objects.filter(number=number).update(facts=None, salt="")
    assert verify() == Broken(number, "its facts are gone, and no entry says that they were erased")


def forgotten(trust, before) -> int:
    return forget(before, because="Kept for 8 years", by_id=None, at=NOW + DAY)


def test_entries_are_forgotten_after_their_period_and_the_chain_holds(read_twice):
    anchor = dict([head()])
    old = Entry.objects.filter(at__lt=NOW + DAY).count()
    assert sum(by_month().values()) == old
    assert forgotten(read_twice, NOW + DAY) == old
    assert forgotten(read_twice, NOW + DAY) == 0
    left = set(Entry.objects.exclude(act="entries forgotten").values_list("by", "facts", "salt"))
    assert left == {(None, None, "")}
    assert not Subject.objects.exists()
    assert not readings_about(read_twice.person("clinician").pk).exists()
    assert verify(anchor) is None
    said = Entry.objects.latest("number").facts["details"]
    assert (said["because"], said["forgotten"]) == ("Kept for 8 years", old)
    assert by_month() == {}


def test_forgetting_some_answers_for_what_was_erased_of_them_and_others_before(read_twice):
    later = {"at": NOW + 2 * DAY, "object_kind": "figure", "object_id": "y"}
    about = [read_twice.person("clinician").pk]
    newer = record_reading(by_id=read_twice.hr.pk, about=about, **later)
    erased(read_twice)  # of all three in one act
    forgotten(read_twice, NOW + DAY)
    assert verify() is None
    assert [one.by for one in readings_about(about[0])] == [read_twice.hr]
    Entry.objects.filter(pk=newer.pk).update(by=read_twice.dpo)
    assert "changed since" in verify().because
