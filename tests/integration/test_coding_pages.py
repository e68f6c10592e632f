"""Coding through the pages: alone, by two who are blind to each other, and settled together."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinlead.access.models import Account
from clinlead.access.policies import Role
from clinlead.coding.comparing import Choice
from clinlead.coding.comparison import agreement_of
from clinlead.coding.example.including import include_example
from clinlead.coding.found import themes_of
from clinlead.coding.models import (
    Cell,
    Code,
    CodebookVersion,
    Coding,
    Decision,
    Memo,
    Quote,
    Row,
    Theme,
    Work,
)
from clinlead.coding.queries import final_codings, given
from clinlead.demo.coding import code_by_two
from clinlead.evaluation.cohort import withdraw
from clinlead.evaluation.models import Study, Transcript
from people import AT, give, small_trust

pytestmark = pytest.mark.django_db
TEXT = "What was it like?\nNobody looked 🙂 at it.\nI had the café and the data.\nThat is all."


@pytest.fixture(scope="module")
def trust(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        made = small_trust()
        include_example(by=made.evaluator, at=AT)
        made.accounts["secondcoder"] = Account.objects.create_user("secondcoder", password="demo")
        give(made, "secondcoder", Role.EVALUATOR)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def study(trust, db) -> Study:
    return Study.objects.get()


@pytest.fixture
def transcript(study) -> Transcript:
    """One that nobody has coded yet."""
    found = study.transcripts.first()
    found.codings.all().delete()
    Work.objects.filter(transcript=found).delete()
    found.text = TEXT
    found.save()
    return found


@pytest.fixture
def client(trust, db):
    return as_(trust, "evaluator")


@pytest.fixture
def second(trust, db):
    return as_(trust, "secondcoder")


def as_(trust, login: str) -> Client:
    client = Client()
    client.force_login(trust.accounts[login])
    return client


def words(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def here(transcript: Transcript, more: str = "") -> str:
    return f"/coding/transcripts/{transcript.pk}/{more}"


def give_code(client, transcript, name="Poor performance needs a clearer definition", **place):
    return client.post(here(transcript, "code/"), {"name": name, **place})


def test_words_lines_and_selections_are_coded_at_their_characters(client, transcript):
    assert give_code(client, transcript, line=2, words="looked 🙂").status_code == 302
    assert give_code(client, transcript, line=1, to_line=2).status_code == 302
    start = TEXT.index("café")
    assert give_code(client, transcript, start=start, end=start + 5).status_code == 302
    coded = {TEXT[c.start : c.end] for c in Coding.objects.filter(transcript=transcript)}
    assert coded == {"looked 🙂", "What was it like?\nNobody looked 🙂 at it.", "café"}
    said = words(client, here(transcript))
    assert "4 lines, 3 of them coded" in said
    assert "on “café”" in said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "Select some words, or give a line."),
        ({"line": 9}, "The text has lines 1 to 4"),
        ({"line": 2, "words": "not there"}, "These words are not in those lines"),
        ({"start": 5, "end": 9999}, "is not in a text of"),
        ({"line": 1, "name": "No such"}, "There is no code “No such”"),
    ],
)
def test_what_cannot_be_coded_is_said_and_nothing_is_stored(client, transcript, place, said):
    answer = give_code(client, transcript, **place)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Coding.objects.filter(transcript=transcript).exists()


def test_one_takes_back_ones_own_and_a_finished_transcript_is_closed_until_taken_up(
    client, transcript
):
    give_code(client, transcript, line=1)
    coding = Coding.objects.get(transcript=transcript)
    client.post(here(transcript, "finish/"))
    assert give_code(client, transcript, line=2).status_code == 403
    assert client.post(here(transcript, f"codings/{coding.pk}/remove/")).status_code == 403
    client.post(here(transcript, "take-up/"))
    assert client.post(here(transcript, f"codings/{coding.pk}/remove/")).status_code == 302
    assert not Coding.objects.filter(transcript=transcript).exists()


def both_coded(client, second, trust, transcript) -> None:
    """The same on line 1, other words on line 2, and line 3 by the second alone."""
    client.post(here(transcript, "open/"), {"coder": trust.accounts["secondcoder"].pk})
    for who in (client, second):
        give_code(who, transcript, line=1)
    give_code(client, transcript, line=2)
    give_code(second, transcript, line=2, words="looked 🙂 at it")
    give_code(second, transcript, line=3)


def test_two_coders_are_blind_until_both_have_finished(client, second, trust, transcript):
    assert second.get(here(transcript)).status_code == 404
    both_coded(client, second, trust, transcript)
    assert "Transcript 1" in words(second, "/coding/")
    assert "Code 1 transcript that somebody opened to you" in words(second, "/")
    assert "4 lines, 2 of them coded" in words(client, here(transcript))
    assert "4 lines, 3 of them coded" in words(second, here(transcript))
    second.post(here(transcript, "memos/"), {"text": "The second thinks so", "seen": 0})
    client.post(here(transcript, "finish/"))
    assert client.get(here(transcript, "compare/")).status_code == 403
    assert "The second thinks so" not in words(client, here(transcript))
    assert second.get(f"/coding/{transcript.study_id}/").status_code == 404
    other = transcript.study.transcripts.last()
    assert second.get(here(other)).status_code == 404
    second.post(here(transcript, "finish/"))
    assert "Settle 1 transcript with the other coder" in words(client, "/")
    assert "The second thinks so" in words(client, here(transcript))
    for who in (client, second):
        assert "1 passage coded the same; 2 differences, 2 to settle" in words(
            who, here(transcript, "compare/")
        )


def test_differences_are_settled_with_a_reason_and_become_what_counts(
    client, second, trust, study, transcript
):
    both_coded(client, second, trust, transcript)
    for who in (client, second):
        who.post(here(transcript, "finish/"))
    compare = here(transcript, "compare/")
    keys = re.findall(r'name="key" value="([^"]+)"', client.get(compare).content.decode())
    assert (
        client.post(compare, {"key": keys[0], "choice": "all the words of both"}).status_code == 403
    )
    assert client.post(here(transcript, "compare/settled/")).status_code == 403
    said = {"choice": "as the second coder", "because": "The answer alone"}
    assert client.post(compare, {"key": keys[0], **said}).status_code == 302
    quicker = second.post(compare, {"key": keys[0], **said})
    assert quicker.status_code == 403
    assert "settled this meanwhile" in quicker.content.decode()
    second.post(compare, {"key": keys[1], "choice": "not coded", "because": "It is a question"})
    second.post(here(transcript, "compare/settled/"))
    now = final_codings(study).filter(transcript=transcript)
    assert {(TEXT[c.start : c.end], c.coder) for c in now} == {
        ("What was it like?", None),
        ("looked 🙂 at it", None),
    }
    assert [d.because for d in Decision.objects.all()] == ["The answer alone", "It is a question"]
    assert "The answer alone" in words(client, compare)
    assert give_code(client, transcript, line=4).status_code == 403


def test_agreement_is_of_what_both_coded_before_they_settled(
    client, second, trust, study, transcript
):
    assert "That is optional" in words(client, f"/coding/{study.pk}/agreement/")
    both_coded(client, second, trust, transcript)
    for who in (client, second):
        who.post(here(transcript, "finish/"))
    # Four lines: both on 1 and 2, the second alone on 3. Observed 3/4; chance (2·3 + 2·1)/16 = 0.5;
    # kappa 0.5. Alpha: 2 of 8 values disagree, expected 2·5·3/(8·7): 1 - 0.25/0.5357 = 0.53.
    said = words(client, f"/coding/{study.pk}/agreement/")
    figures = "Agreement 75% Cohen’s kappa 0.50 Krippendorff’s alpha 0.53"
    assert f"Poor performance needs a clearer definition {figures}" in said
    assert "1 transcript (4 lines)" in words(client, f"/coding/{study.pk}/report/")


def test_two_versions_of_one_transcript_agree_once(client, second, trust, transcript):
    both_coded(client, second, trust, transcript)
    for who in (client, second):
        who.post(here(transcript, "finish/"))
    client.post(here(transcript, "compare/settled/"))
    newer = Transcript.objects.create(
        study=transcript.study,
        participant=transcript.participant,
        text=TEXT,
        version=2,
        recorded_on=transcript.recorded_on,
    )
    before = agreement_of(transcript.study)
    both_coded(client, second, trust, newer)
    assert agreement_of(transcript.study) == before
    for who in (client, second):
        who.post(here(newer, "finish/"))
    assert agreement_of(transcript.study).transcripts == 1


def test_only_another_evaluator_is_offered_and_it_is_taken_back(client, second, trust, transcript):
    offered = client.get(here(transcript)).content.decode()
    assert f'value="{trust.accounts["secondcoder"].pk}"' in offered
    client.post(here(transcript, "open/"), {"coder": trust.projectteam.pk})
    assert not Work.objects.filter(transcript=transcript).exists()
    both_coded(client, second, trust, transcript)
    assert second.post(here(transcript, "open/"), {"coder": 1}).status_code == 404
    client.post(here(transcript, f"close/{trust.accounts['secondcoder'].pk}/"))
    assert second.get(here(transcript)).status_code == 404


def test_the_codebook_keeps_every_version_and_its_reason(client, study):
    url = f"/coding/{study.pk}/codebook/"
    above = Code.objects.get(name="Recipients distrusted the data")
    new = {"name": "Doubt", "definition": "Says so", "parent": above.pk, "because": "It came up"}
    assert client.post(url, new).status_code == 302
    code = Code.objects.get(name="Doubt")
    assert client.post(url, new).status_code == 403  # the name is taken
    change = {**new, "name": "Doubted", "because": "A better word", "seen": 2}
    assert client.post(f"{url}{code.pk}/", change).status_code == 302
    stale = client.post(f"{url}{code.pk}/", {**change, "name": "Again", "seen": 2})
    assert stale.status_code == 403
    assert "The codebook is now version 3" in stale.content.decode()
    below = {**change, "name": above.name, "parent": code.pk, "seen": 3}
    assert "below itself" in client.post(f"{url}{above.pk}/", below).content.decode()
    client.post(f"{url}{code.pk}/", {**change, "seen": 3, "retire": 1, "because": "Not used"})
    said = words(client, f"{url}versions/")
    assert "“Doubt” is now “Doubted”" in said
    assert "Retired: “Doubted”" in said
    assert CodebookVersion.objects.filter(study=study).count() == 4


def test_a_code_that_a_theme_counts_is_not_retired_under_it(client, study):
    row = Row.objects.exclude(within=None).first()
    for code in (row.code, row.within):
        said = {"name": code.name, "because": "Unused", "seen": 1, "retire": "yes"}
        refused = client.post(f"/coding/{study.pk}/codebook/{code.pk}/", said)
        assert refused.status_code == 403
        assert "Take that row out of its table" in refused.content.decode()
        assert not Code.objects.get(pk=code.pk).retired_at


def test_codes_go_along_to_a_newer_version_of_a_transcript(client, transcript):
    give_code(client, transcript, line=3)
    newer = Transcript.objects.create(
        study=transcript.study,
        participant=transcript.participant,
        text=TEXT.replace("the café", "[a place]"),
        version=2,
        recorded_on=transcript.recorded_on,
    )
    assert give_code(client, transcript, line=1).status_code == 403
    assert "Carry 1 code over" in words(client, here(newer))
    client.post(here(newer, "carry-over/"))
    coding = Coding.objects.get(transcript=newer)
    assert coding.words == "I had [a place] and the data."


def test_passages_are_found_by_code_and_group_quoted_and_taken_away(client, study):
    code = Code.objects.get(name="Data should be owned by the clinicians")
    asked = f"?code={code.pk}&group=CD"
    assert "11 passages" in words(client, f"/coding/{study.pk}/passages/{asked}")
    assert "no passage" in words(client, f"/coding/{study.pk}/passages/{asked}&level=trust")
    rows = client.get(f"/coding/{study.pk}/codings.csv{asked}").content.decode("utf-8-sig")
    assert len(rows.splitlines()) == 12
    coding = final_codings(study).filter(code=code).last()
    theme = Theme.objects.last()
    client.post(f"/coding/{study.pk}/passages/{coding.pk}/quote/", {"theme": theme.pk})
    assert Quote.objects.filter(theme=theme, start=coding.start).exists()


def test_patterns_show_the_curve_the_groups_and_what_occurs_together(client, study):
    said = words(client, f"/coding/{study.pk}/patterns/")
    assert "The last new code came with interview 21 of 29" in said
    assert "Not managed effectively before 9/14 3/6 7/9" in said


def test_a_matrix_keeps_what_each_says_to_each_theme_and_memos_are_the_evaluators(client, study):
    theme = Theme.objects.first()
    cell = f"/coding/{study.pk}/matrix/{theme.pk}/1/"
    assert re.search(
        r"Number 1 \(CD\).{0,60}\d passages Write", words(client, f"/coding/{study.pk}/matrix/")
    )
    assert client.post(cell, {"text": "Left alone", "seen": 0}).status_code == 302
    assert client.post(cell, {"text": "Other words", "seen": 0}).status_code == 409
    assert "Left alone" in words(client, f"/coding/{study.pk}/matrix/")
    client.post(f"/coding/{study.pk}/memos/", {"text": "I was one of them", "seen": 0})
    memo = Memo.objects.get()
    client.post(f"/coding/memos/{memo.pk}/", {"text": "I was like them", "seen": 1})
    assert "I was like them" in words(client, f"/coding/{study.pk}/memos/")
    assert "kept 1 reflexive memo" in words(client, f"/coding/{study.pk}/report/")


def test_what_a_cell_says_of_somebody_goes_with_their_consent(client, study):
    theme, who = Theme.objects.first(), study.participants.get(number=1)
    cell = f"/coding/{study.pk}/matrix/{theme.pk}/1/"
    client.post(cell, {"text": "Said that nobody looked", "seen": 0})
    row = theme.rows.first()
    row.left_out.create(participant=who, because="Was new in the post")
    withdraw(participant=who, at=AT)
    assert not Cell.objects.filter(participant=who).exists()
    assert not row.left_out.exists()
    assert client.get(cell).status_code == 404
    assert client.post(cell, {"text": "Said that nobody looked", "seen": 0}).status_code == 404


PAGES = (
    *("transcripts/", "codebook/", "codebook/versions/", "memos/", "patterns/", "passages/"),
    *("matrix/", "agreement/"),
)


def test_no_page_of_coding_asks_more_than_twenty_questions(
    client, second, trust, study, transcript
):
    both_coded(client, second, trust, transcript)
    for who in (client, second):
        who.post(here(transcript, "finish/"))
    asked = {}
    for page in (
        *(f"/coding/{study.pk}/{p}" for p in PAGES),
        here(transcript),
        here(transcript, "compare/"),
    ):
        with CaptureQueriesContext(connection) as questions:
            assert client.get(page).status_code == 200, page
        asked[page] = len(questions)
    assert not {page: n for page, n in asked.items() if n > 20}


def test_the_demonstrations_two_coders_differ_in_part_and_every_count_stays(trust, study):
    def counts():
        return [(r.code, r.share) for t in themes_of(study, given(study)) for r in t.rows]

    before = counts()
    code_by_two(study, trust.accounts["secondcoder"], AT)
    found = agreement_of(study)
    assert found is not None
    assert found.transcripts == 6
    assert 0.5 < found.overall.kappa < 0.95
    assert {d.choice for d in Decision.objects.all()} == {Choice.FIRST, Choice.NEITHER}
    assert counts() == before
