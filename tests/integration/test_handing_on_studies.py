"""A study passes to the next evaluator by a code alone, and the one before reads no more."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client

from clinlead.access.models import Account, RoleHolding
from clinlead.access.policies import NotAllowed
from clinlead.access.queries import reader_of
from clinlead.coding.changing import Wording, add_code
from clinlead.coding.comparison import agreement_of
from clinlead.coding.handing_on import hand_on, take_over
from clinlead.coding.marking import code_passage, finish
from clinlead.coding.memos import About, memos_on, write_memo
from clinlead.coding.opening import close, open_to
from clinlead.coding.queries import coded, current_facts, find_transcript, with_work
from clinlead.coding.reconciling import reconcile
from clinlead.evaluation.cohort import who_is
from clinlead.evaluation.keeping import open_by_code, open_study
from clinlead.evaluation.models import Offer, Study, Transcript
from clinlead.evaluation.policies import Group
from coded import a_second_coder
from people import AT, small_trust
from studied import NAMES, PASSPHRASE, Studied, begun

pytestmark = pytest.mark.django_db
OWN = "another set of quiet words"
CODE = re.compile(r"(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}")


@dataclass(frozen=True)
class Passing:
    """A study with two coded transcripts, its evaluator, and whoever is next."""

    studied: Studied
    next: Account
    transcripts: list[Transcript]

    @property
    def study(self) -> Study:
        return Study.objects.get(pk=self.studied.study.pk)

    @property
    def before(self) -> Account:
        return self.studied.trust.evaluator

    def taken_over(self) -> str:
        return take_over(
            study=self.study, key=self.studied.key, passphrase=OWN, by=self.next, at=AT
        )

    def offered(self) -> str:
        given = {"to": self.next, "by": self.before, "at": AT}
        return hand_on(study=self.study, key=self.studied.key, **given)


@pytest.fixture
def passing(db) -> Passing:
    trust = small_trust()
    studied = begun(trust, AT)
    made = [studied.transcribed(studied.interviewed(group)) for group in (Group.CD, Group.COS)]
    given = {"by": trust.evaluator, "at": AT}
    code = add_code(study=studied.study, said=Wording(name="Trust"), because="Said", **given)
    for each in made:
        code_passage(transcript=each, code=code, start=0, end=4, **given)
    finish(transcript=made[0], **given)
    about = About(transcript=made[0])
    write_memo(study=studied.study, about=about, text="On this", **given)
    return Passing(studied, a_second_coder(trust), made)


def as_(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def test_a_study_is_handed_on_by_a_code_that_is_shown_once_and_told_by_its_evaluator(passing):
    here = passing.study.get_absolute_url()
    mine, theirs = as_(passing.before), as_(passing.next)
    assert theirs.get(f"/evaluation/take-over/{passing.study.pk}/").status_code == 404
    assert "/open/" in mine.get(f"{here}hand-on/").url  # its passphrase first
    mine.post(f"{here}open/", {"passphrase": PASSPHRASE})
    assert mine.post(f"{here}hand-on/", {}).status_code == 422
    shown = mine.post(f"{here}hand-on/", {"to": passing.next.pk}).content.decode()
    code = CODE.search(shown).group()
    assert code not in mine.get(f"{here}hand-on/").content.decode()
    assert "Offered to you" in theirs.get("/evaluation/").content.decode()
    over = f"/evaluation/take-over/{passing.study.pk}/"
    words = {"passphrase": OWN, "again": OWN}
    wrong = theirs.post(over, {"code": passing.studied.code, **words})
    assert wrong.status_code == 422
    assert "This opens no study" in wrong.content.decode()
    done = theirs.post(over, {"code": code.lower(), **words})
    own_code = CODE.search(done.content.decode()).group()
    assert theirs.get(here).status_code == 200
    assert mine.get(here).status_code == 404
    assert mine.get(f"/coding/{passing.study.pk}/").status_code == 404
    study = passing.study
    assert open_study(study, PASSPHRASE) is None
    assert open_by_code(study, passing.studied.code) is None
    assert open_by_code(study, own_code) is not None
    key = open_study(study, OWN)
    assert who_is(passing.transcripts[0].participant, key).name == NAMES[Group.CD]
    assert not Offer.objects.exists()


def test_what_was_coded_counts_on_and_the_one_before_reads_none_of_it(passing):
    before = len(coded(passing.study))
    passing.offered()
    passing.taken_over()
    assert len(coded(passing.study)) == before == 1
    first = passing.transcripts[0]
    assert find_transcript(reader_of(passing.before, AT.date()), first.pk) is None
    reader = reader_of(passing.next, AT.date())
    assert [memo.text for memo in memos_on(reader, first, current_facts(first))] == ["On this"]


def test_a_second_coder_takes_over_once_they_have_settled_and_agreement_stays(passing):
    first, second = passing.transcripts[0], passing.next
    given = {"by": passing.before, "at": AT}
    open_to(transcript=first, coder=second, **given)
    with pytest.raises(NotAllowed, match="They code a transcript of it as second coder"):
        passing.offered()
    code = passing.study.codes.get()
    code_passage(transcript=first, code=code, start=0, end=4, by=second, at=AT)
    finish(transcript=first, by=second, at=AT)
    reconcile(transcript=with_work(Transcript.objects.filter(pk=first.pk)).get(), **given)
    before = agreement_of(passing.study)
    passing.offered()
    passing.taken_over()
    assert agreement_of(passing.study) == before
    assert len(coded(passing.study)) == 1
    assert find_transcript(reader_of(passing.before, AT.date()), first.pk) is None


def test_what_was_closed_to_a_second_coder_gives_way_when_they_take_over(passing):
    first, given = passing.transcripts[0], {"by": passing.before, "at": AT}
    open_to(transcript=first, coder=passing.next, **given)
    code = passing.study.codes.get()
    for end in (4, 9):
        code_passage(transcript=first, code=code, start=0, end=end, by=passing.next, at=AT)
    close(transcript=first, coder=passing.next, **given)
    passing.offered()
    passing.taken_over()
    assert [each.span.end for each in coded(passing.study)] == [4]


def test_nobody_takes_over_what_was_not_offered_to_them_while_its_evaluator_is_there(passing):
    with pytest.raises(NotAllowed):
        passing.taken_over()
    theirs = as_(passing.next)
    left = {"number": passing.study.pk, "code": passing.studied.code}
    words = {"passphrase": OWN, "again": OWN}
    assert theirs.post("/evaluation/take-over/", {**left, **words}).status_code == 422
    RoleHolding.objects.filter(account=passing.before).delete()
    wrong = {**left, "code": "0000-0000"}
    assert theirs.post("/evaluation/take-over/", {**wrong, **words}).status_code == 422
    assert theirs.post("/evaluation/take-over/", {**left, **words}).status_code == 200
    assert passing.study.evaluator == passing.next


def test_an_offer_is_taken_back_and_its_code_opens_nothing(passing):
    code, mine, theirs = passing.offered(), as_(passing.before), as_(passing.next)
    mine.post(f"{passing.study.get_absolute_url()}hand-on/back/")
    over = f"/evaluation/take-over/{passing.study.pk}/"
    given = {"code": code, "passphrase": OWN, "again": OWN}
    assert theirs.post(over, given).status_code == 404
    assert passing.study.evaluator == passing.before
