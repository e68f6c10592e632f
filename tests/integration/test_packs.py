"""Packs: two pages from frozen figures, for their owner and their lead, made once and made anew."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from clinlead.access.models import RoleHolding
from clinlead.access.policies import Role
from clinlead.background.models import Job
from clinlead.background.policies import JobState
from clinlead.background.working import work_off, work_once
from clinlead.history.queries import readings_about
from clinlead.organisation.models import Post
from clinlead.packs import keeping, making
from clinlead.packs.gathering import gather
from clinlead.packs.models import Pack, Plan
from clinlead.packs.personal import personal
from clinlead.packs.policies import Comparator, Kind
from clinlead.releases import actions as releases
from clinlead.releases.models import ReleasedFigure
from kept_worlds import world_of
from people import START, give
from small_release import AT, Quarter, quarter_let_out

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 8, 1, 10, 0, tzinfo=UTC)
PEOPLE, PAPERS = 7, 9  # clinicians with a figure; and the department's two


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """A release that went out, and nothing done in the background yet."""
    with (
        world_of(quarter_let_out, tmp_path_factory.mktemp("packs"), django_db_blocker) as ready,
        transaction.atomic(),
    ):
        yield ready
        transaction.set_rollback(True)


@pytest.fixture
def ready(made, db, monkeypatch, tmp_path):
    """The same with an empty folder of packs."""
    monkeypatch.setattr(keeping, "root", lambda: tmp_path / "packs")
    monkeypatch.setattr(making, "root", lambda: tmp_path / "packs")
    made.release.refresh_from_db()
    return made


def text_of(paper: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def pack_of(ready, who: str) -> Pack:
    return Pack.objects.get(release=ready.release, person=ready.trust.person(who))


def opened(client, ready, who: str, address: str, post=False):
    client.force_login(ready.trust.accounts[who])
    path = f"/releases/{ready.release.pk}/{address}"
    return client.post(path) if post else client.get(path)


def address(ready, who: str) -> str:
    return f"packs/{ready.trust.person(who).code}.pdf"


def test_when_a_release_goes_out_every_pack_is_made_in_the_background(ready):
    (job,) = work_off()
    assert (job.kind, job.state, job.result) == ("packs", JobState.DONE, "9 packs made.")
    assert (job.done, job.total) == (PAPERS, PAPERS)
    kinds = list(Pack.objects.values_list("kind", flat=True))
    assert kinds.count(Kind.PERSONAL) == PEOPLE


def test_a_personal_pack_is_two_tagged_pages_about_one_person(ready):
    work_off()
    paper = keeping.read(pack_of(ready, "clinician"))
    document = PdfReader(io.BytesIO(paper))
    assert len(document.pages) == 2
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.metadata.title == "Your figures for January to March 2026"
    text = text_of(paper)
    for words in ("Dr Clinician", "Length of stay", "Come and talk.", "One conversation to have"):
        assert words in text
    for other in ("peer", "second", "third", "fourth", "fifth"):
        assert ready.trust.person(other).name not in text


def test_a_chiefs_own_pack_sends_them_to_the_medical_director(ready):
    trust = ready.trust
    give(trust, "peer", Role.CHIEF, division=trust.surgery.division)
    own = personal(gather(ready.release), trust.person("peer"))
    assert own["interpreter"] == "medical director"
    assert str(trust.accounts["director"]) in own["partner"]


def test_a_medical_directors_own_pack_names_nobody_below_to_talk_to(ready):
    trust = ready.trust
    RoleHolding.objects.filter(role=Role.DIRECTOR).update(ends_on=START)
    give(trust, "peer", Role.DIRECTOR)
    own = personal(gather(ready.release), trust.person("peer"))
    assert own["partner"] == "Have it with a medical director, once one other than you is named."
    give(trust, "stranger", Role.DIRECTOR)
    own = personal(gather(ready.release), trust.person("peer"))
    assert own["partner"] == f"Have it with {trust.accounts['stranger']}, your medical director."


def test_a_leads_own_pack_sends_them_to_the_chief_and_everybody_elses_to_the_lead(ready):
    gathered = gather(ready.release)
    theirs = personal(gathered, ready.trust.person("lead"))
    assert theirs["interpreter"] == "chief of service"
    assert (
        theirs["partner"] == f"Have it with {ready.trust.accounts['chief']}, your chief of service."
    )
    others = personal(gathered, ready.trust.person("clinician"))
    assert others["partner"] == f"Have it with {ready.trust.lead}, your clinical director."


def test_a_goal_of_ones_own_stands_on_the_figure_and_in_the_pack_of_whoever_compares_with_it(
    client, ready
):
    client.force_login(ready.trust.clinician)
    page, goal = "/me/figures/length-of-stay/", "/me/goals/length-of-stay/"
    assert client.post(goal, {"towards": "at most", "value": "soon"}).status_code == 422
    said = {"towards": "at most", "value": "4.5", "agreed": "agreed with Dr Lead in March"}
    client.post(goal, {**said, "value": "6"})
    assert client.post(goal, said).url == page
    assert "at most 4.5 days, agreed with Dr Lead in March" in client.get(page).content.decode()
    client.post("/me/packs/", {"comparator": "goal"})
    opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert "Your goal: at most 4.5 days" in text_of(keeping.read(pack_of(ready, "clinician")))
    theirs = client.get("/me/packs/written.json").json()["goals"]
    assert [(each["goal"], bool(each["ended"])) for each in theirs] == [
        ("at most 4.5", False),
        ("at most 6", True),
    ]
    client.post(goal, {"end": "yes"})
    assert "Set a goal of your own" in client.get(page).content.decode()
    again = opened(client, ready, "clinician", address(ready, "clinician"))
    assert "This pack is not made yet" in again.content.decode()


def test_a_plan_is_its_owners_to_take_as_a_file_and_to_erase(client, ready):
    client.force_login(ready.trust.clinician)
    plan = f"/me/packs/{ready.release.pk}/plan/"
    client.post(plan, {"what": "Ask about the letters", "shown": "on"})
    opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    file = keeping.root() / pack_of(ready, "clinician").file
    (kept,) = client.get("/me/packs/written.json").json()["plans"]
    assert "Ask about the letters" in kept["answers"].values()
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(f"{plan}erase/")
    assert not Plan.objects.exists()
    assert not file.exists()
    assert "letters" not in client.get(plan).content.decode()


def test_the_file_says_nothing_of_whose_it_is_and_the_digest_is_of_its_bytes(ready):
    work_off()
    pack = pack_of(ready, "clinician")
    person = ready.trust.person("clinician")
    assert person.code not in pack.file
    assert hashlib.sha256((keeping.root() / pack.file).read_bytes()).hexdigest() == pack.digest
    assert not list(keeping.root().rglob("*.part"))


def test_killed_half_way_the_rest_is_made_and_nothing_twice(ready, monkeypatch):
    kept = []
    keep = making.keep

    def killed_at_the_fourth(*given, **more):
        if len(kept) == 3:
            raise KeyboardInterrupt
        kept.append(more.get("person"))
        return keep(*given, **more)

    monkeypatch.setattr(making, "keep", killed_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        work_once()
    assert Pack.objects.count() == 3
    first = set(Pack.objects.values_list("file", flat=True))
    Job.objects.update(beat_at=AT)  # silent for long
    monkeypatch.setattr(making, "keep", keep)
    work_off()
    assert Pack.objects.count() == PAPERS
    assert first <= set(Pack.objects.values_list("file", flat=True))


def test_what_packs_read_does_not_grow_with_the_clinicians(ready):
    with CaptureQueriesContext(connection) as asked:
        gathered = gather(ready.release)
        for person in gathered.people:
            personal(gathered, person)
    assert len(asked) <= 14


def test_the_owner_opens_it_and_nothing_is_logged_but_the_leads_opening_is(client, ready):
    work_off()
    person = ready.trust.person("clinician")
    before = readings_about(person.pk).count()
    assert opened(client, ready, "clinician", address(ready, "clinician")).content[:4] == b"%PDF"
    assert readings_about(person.pk).count() == before
    opened(client, ready, "lead", address(ready, "clinician"))
    assert readings_about(person.pk).first().facts["details"] == {"reason": "A pack was opened"}


def test_the_department_pack_names_everybody_and_everybody_can_see_that_it_was_opened(
    client, ready
):
    work_off()
    text = text_of(opened(client, ready, "lead", "pack.pdf").content)
    for who in ("clinician", "peer", "fifth"):
        assert ready.trust.person(who).name in text
        assert readings_about(ready.trust.person(who).pk).exists()


def test_the_unnamed_pack_names_nobody_and_hides_what_too_few_stand_behind(client, ready):
    team = ReleasedFigure.objects.filter(release=ready.release, person=None)
    team.filter(measure="died-in-hospital").update(contributors=5)
    work_off()
    text = text_of(opened(client, ready, "operations", "team.pdf").content)
    assert "Fewer than 6 clinicians stand behind this figure." in text
    assert "Length of stay" in text
    for who in ("clinician", "peer", "fifth"):
        assert ready.trust.person(who).name not in text


def test_not_made_yet_it_says_so_and_is_made_with_one_button(client, ready):
    page = opened(client, ready, "clinician", address(ready, "clinician"))
    assert "This pack is not made yet" in page.content.decode()
    assert not Pack.objects.exists()
    made = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert made.content[:4] == b"%PDF"


def test_a_file_that_was_changed_on_the_disk_is_never_handed_over(client, ready):
    work_off()
    path = keeping.root() / pack_of(ready, "clinician").file
    path.write_bytes(path.read_bytes() + b"%")
    page = opened(client, ready, "clinician", address(ready, "clinician"))
    assert "This pack is not made yet" in page.content.decode()


@pytest.mark.parametrize(
    ("comparator", "words"),
    [
        (Comparator.OWN_PAST, "Your figures beside your own of twelve months before"),
        (Comparator.DEPARTMENT, "Cardiology: "),
        (Comparator.PEERS, "Your figures beside your colleagues’, unnamed"),
    ],
)
def test_the_pack_compares_with_what_its_owner_chose(client, ready, comparator, words):
    client.force_login(ready.trust.clinician)
    assert client.post("/me/packs/", {"comparator": comparator}).status_code == 302
    made = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert words in text_of(made.content)


def test_the_pack_sets_no_work_beside_that_is_not_alike_and_says_so(client, ready):
    ready.trust.person("peer").profiles.create(
        starts_on="2026-01-01", role="Locum", comparable=False, caveat="Sees the sickest."
    )
    client.force_login(ready.trust.clinician)
    client.post("/me/packs/", {"comparator": Comparator.PEERS})
    made = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    text = " ".join(text_of(made.content).split())
    assert "2 colleagues are left out: 1 whose role profile says that the work is not like" in text
    assert "sickest" not in text


def test_a_choice_made_later_makes_the_pack_anew(client, ready):
    work_off()
    client.force_login(ready.trust.clinician)
    client.post("/me/packs/", {"comparator": Comparator.OWN_PAST})
    page = opened(client, ready, "clinician", address(ready, "clinician"))
    assert "not made yet" in page.content.decode()
    opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert pack_of(ready, "clinician").comparator == Comparator.OWN_PAST
    assert len(list(keeping.root().rglob("*.pdf"))) == PAPERS


def test_released_again_the_packs_are_made_anew_and_say_why(client, ready):
    work_off()
    first = ready.release
    ready.release = releases.release_again(
        release_id=first.pk, because="Two stays were a colleague's.", by=ready.trust.lead, at=AT
    )
    ready.all_but_release()
    ready.make()
    work_off()
    again = text_of(keeping.read(pack_of(ready, "clinician")))
    assert "Released again, because: Two stays were a colleague's." in again
    assert Pack.objects.filter(release=first).count() == PAPERS
    old = opened(client, Quarter(ready.trust, first), "clinician", address(ready, "clinician"))
    assert old.content == keeping.read(
        Pack.objects.get(release=first, person=ready.trust.person("clinician"))
    )
    ready.release = first


def test_of_an_edition_that_was_replaced_nothing_more_is_made(client, ready):
    first = ready.release
    type(first).objects.filter(pk=first.pk).update(state="superseded")
    (job,) = work_off()
    assert job.result == "Nothing made: a later edition has replaced this one."
    page = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert "A later edition has replaced these figures" in page.content.decode()
    assert not Pack.objects.exists()


def test_somebody_who_left_in_the_quarter_still_has_their_pack(client, ready):
    work_off()
    Post.objects.filter(person=ready.trust.person("peer")).update(ends_on="2026-02-15")
    assert opened(client, ready, "peer", address(ready, "peer")).content[:4] == b"%PDF"


def test_where_nothing_can_be_printed_job_and_page_say_so(client, ready, monkeypatch):
    monkeypatch.setattr("clinlead.printing.paper.find_spec", lambda _name: None)
    work_off()
    assert "typst is not installed" in Job.objects.get(kind="packs").reason
    page = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert "typst is not installed" in page.content.decode()


def test_a_plan_is_its_owners_alone_until_they_show_it_in_their_pack(client, ready):
    work_off()
    client.force_login(ready.trust.clinician)
    address_of_plan = f"/me/packs/{ready.release.pk}/plan/"
    said = {"what": "Ask for the letters", "who": "With Sister Ward, by May", "how": ""}
    assert client.post(address_of_plan, said).status_code == 302
    made = opened(client, ready, "lead", address(ready, "clinician"), post=True)
    assert "Ask for the letters" not in text_of(made.content)
    client.force_login(ready.trust.clinician)
    client.post(address_of_plan, {**said, "shown": "on"})
    assert "not made yet" in client.get("/me/packs/").content.decode()
    made = opened(client, ready, "lead", address(ready, "clinician"), post=True)
    assert "Ask for the letters" in text_of(made.content)
    assert len(PdfReader(io.BytesIO(made.content)).pages) == 2


def test_the_next_pack_and_its_page_say_what_was_planned_last_time(client, ready):
    Plan.objects.create(
        person=ready.trust.person("clinician"),
        department=ready.trust.cardiology,
        first_month="2025-10",
        last_month="2025-12",
        what="Ask pharmacy",
        shown=True,
        written_at=AT,
    )
    made = opened(client, ready, "clinician", address(ready, "clinician"), post=True)
    assert "Last time you planned: Ask pharmacy" in text_of(made.content)
    page = client.get(f"/me/packs/{ready.release.pk}/plan/").content.decode()
    assert "Last time (October to December 2025) you planned: Ask pharmacy" in page
    refused = client.post(f"/me/packs/{ready.release.pk}/plan/", {"what": ""})
    assert refused.status_code == 422
