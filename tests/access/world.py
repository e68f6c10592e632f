"""The trust in which every route is tried: one of each thing, all of them Dr Clinician's."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

import coded
import concerned
import improving
import learned
import met
import planned_work
import rated
import reviewed
import strategy_stated as strategy
import streams_run as streams
from case_mix import asked_model, kept_model
from clinlead.access.actions import grant_sight
from clinlead.access.models import Account
from clinlead.access.sessions import BEGAN, SEEN
from clinlead.api.tokens import make_token
from clinlead.background.claiming import queue
from clinlead.background.models import Job
from clinlead.background.policies import JobState
from clinlead.evaluation.policies import Group
from clinlead.figures.records import counting_for
from clinlead.governance import meetings
from clinlead.improvement import actions as improvements
from clinlead.improvement.policies import Kind
from clinlead.intake.loading import Extract, load_file
from clinlead.measures import redefining
from clinlead.measures.actions import register, shipped_texts
from clinlead.measures.breaks import record_break
from clinlead.measures.safety import mark_safety
from clinlead.releases import actions as releases
from clinlead.releases.opening import open_wider
from clinlead.releases.periods import Period
from clinlead.strategy.models import Statement
from clinlead.validation import actions as validation
from clinlead.validation.challenging import Said
from clinlead.validation.models import Window
from clinlead.validation.policies import ChallengeReason
from clinlead.workstreams.actions import waive
from clinlead.workstreams.helping import ask_for_help
from clinlead.workstreams.people import join
from clinlead.workstreams.policies import PartPlayed, Precondition
from clinlead.workstreams.preconditions import record_precondition
from people import Trust, small_trust
from redefined import drafted, said
from safety_signal import kept_signal
from small_release import AT, quarter
from stream_joined import heart_stream
from studied import begun

# The owner, a teammate, strangers, and every role. None is somebody who has not signed in.
VIEWERS = (
    *("clinician", "peer", "stranger", "lead", "otherlead", "streamlead", "chief", "director"),
    *(
        "operations",
        "hr",
        "analyst",
        "projectteam",
        "executive",
        "wardstaff",
        "dpo",
        "evaluator",
        "sysadmin",
    ),
)
HANDLER = ClientHandler(enforce_csrf_checks=False)  # one for all: each would load the middleware
OWNER = "clinician"
OWNERS_NAME = "Dr Clinician"


@dataclass
class World:
    """Addresses' parts by name, and a session and a token for each viewer."""

    trust: Trust
    names: dict[str, object]
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, viewer: str | None, method: str, address: str, data: dict):
        """The response to this viewer; None has not signed in."""
        path = address.format(**self.names)
        data = {k: v.format(**self.names) if isinstance(v, str) else v for k, v in data.items()}
        client = Client()
        client.handler = HANDLER
        if viewer:
            client.cookies["sessionid"] = self.sessions[viewer]
        if path.startswith("/api/"):
            return self.ask_api(viewer, method, path, data)
        return client.post(path, data) if method == "POST" else client.get(path)

    def ask_api(self, viewer: str | None, method: str, path: str, data: dict):
        given = {"HTTP_AUTHORIZATION": f"Bearer {self.tokens[viewer]}"} if viewer else {}
        if method == "POST":
            return Client().post(path, data, content_type="application/json", **given)
        return Client().get(path, **given)


def made_world() -> World:
    """One release out and one being prepared, a challenge, a window, a grant, a load."""
    ready = quarter(small_trust())
    trust = ready.trust
    heart_stream(trust, OWNER)
    out = ready.through()
    preparing = releases.prepare(
        department=trust.cardiology, period=Period("2026-04", "2026-06"), at=AT
    )
    names: dict[str, object] = {
        "released": out.pk,
        "preparing": preparing.pk,
        "unit": trust.person(OWNER).code,
        "record": a_record(trust),
        "window": Window.objects.get().pk,
        "challenge": a_challenge(trust).pk,
        "grant": a_grant(trust).pk,
        "load": a_load(trust),
        "break": a_break(trust).pk,
        "mark": a_mark(trust).pk,
        "signal": a_signal(trust).pk,
        "model": kept_model().version,
        "fit": asked_model().pk,
        "opening": an_opening(trust).pk,
        **statements(trust),
        "job": a_job(),
        **wordings(trust),
        **a_stream(trust),
        "cardiology": trust.cardiology.pk,
        **governance(trust),
        "role": trust.otherlead.roles.get().pk,
        "plan_question": planned_work.asked(trust).pk,
        **forum(trust),
        **improvement(trust, out),
        **concerned.in_world(trust),
        **evaluated(trust),
        **rated.in_world(trust, timezone.now()),
        **reviewed.in_world(trust, timezone.now()),
        **coded.in_world(trust),
        "figure": out.figures.get(measure="length-of-stay", unit=trust.person(OWNER).code).pk,
    }
    world = World(trust, names)
    for viewer in VIEWERS:
        world.sessions[viewer] = session_of(trust.accounts[viewer])
        world.tokens[viewer] = make_token(account=trust.accounts[viewer], days=1, at=timezone.now())
    return world


def session_of(account: Account) -> str:
    """Signed in, and seen so lately that no request of a long table writes the session again."""
    client = Client()
    client.force_login(account)
    session = client.session
    session[BEGAN] = session[SEEN] = (timezone.now() + timedelta(hours=2)).timestamp()
    session.save()
    return client.cookies["sessionid"].value


def a_load(trust: Trust) -> int:
    """A real extract, taken in as the analyst would, with one row that is put aside."""
    file = Path(settings.CONFIGURATION.data_dir) / "deaths.csv"
    file.write_text("patient_id,died_on\nN1,2026-05-01\nN2,not a day\n")
    extract = Extract(paths=[file], dataset="deaths", source="register")
    return load_file(extract=extract, by=trust.analyst, at=AT, compute=False).load.number


def a_record(trust: Trust) -> str:
    unit = trust.person(OWNER).code
    found = counting_for([unit], "spells", months=["2026-02"], rules=["discharging"])
    return f"spells:{found[0].key}"


def a_challenge(trust: Trust):
    unit = trust.person(OWNER).code
    found = counting_for([unit], "spells", months=["2026-02"], rules=["discharging"])
    return validation.raise_challenge(
        dataset="spells",
        key=found[1].key,
        said=Said(reason=ChallengeReason.OTHER, text="The ward is wrong."),
        by=trust.clinician,
        at=AT,
    )


def a_break(trust: Trust):
    return record_break(
        measure="length-of-stay",
        department=trust.cardiology,
        on=date(2020, 1, 1),
        reason="A new form at discharge",
        by=trust.lead,
        at=AT,
    )


def a_mark(trust: Trust):
    return mark_safety(
        measure="died-in-hospital",
        department=trust.cardiology,
        reason="Deaths are watched",
        by=trust.director,
        at=AT,
    )


def an_opening(trust: Trust):
    """Of deaths alone: length of stay stays closed to other departments."""
    return open_wider(
        department=trust.cardiology,
        measure="died-in-hospital",
        agreement="Minutes of June",
        by=trust.lead,
        at=AT,
    )


def a_signal(trust: Trust):
    """Found as a load would have found it; nobody has acknowledged it yet."""
    return kept_signal(trust.cardiology, trust.person(OWNER), found_at=timezone.now())


def statements(trust: Trust) -> dict[str, object]:
    """An objective in force, an outcome with a measure, a mandate, and one proposal that waits."""
    stated = strategy.stated(trust)
    proposed = strategy.objective(trust, "Nobody waits")
    return {"objective": stated.objective, "link": stated.link.pk, "proposal": proposed.pk}


def improvement(trust: Trust, out) -> dict[str, object]:
    """A decision with a planned and a running cycle, one to be shared, a driver and an idea."""
    decision = improving.decided(trust, out)
    spread = improving.decided(trust, out, kind=Kind.SPREAD)
    outcome = Statement.objects.get(code="short-stays")
    driver = improvements.add_driver(outcome=outcome, text="Rounds", by=trust.lead, at=AT)
    idea = improvements.add_idea(driver_id=driver.pk, text="Earlier", by=trust.lead, at=AT)
    return {
        "decision": decision.pk,
        "spread": spread.pk,
        "planned": improving.planned(trust, decision, title="Later").pk,
        "running": improving.running(trust, decision).pk,
        "driver": driver.pk,
        "idea": idea.pk,
    }


def a_job() -> int:
    """Background work that failed."""
    job = queue("calendar", "2026-01-01", at=AT)
    Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
    return job.pk


def wordings(trust: Trust) -> dict[str, object]:
    """A comment on a wording; a draft, one being checked and one that waits for an executive."""
    for name, text in shipped_texts():
        if name in ("discharge-summary-24h.toml", "emergency-readmission-30d.toml"):
            register(text=text, source=name, at=AT, by=None)
    checking = drafted(trust, code="died-in-hospital")
    redefining.send(draft_id=checking.pk, by=trust.analyst, at=AT)
    checked = drafted(trust, code="discharge-summary-24h")
    redefining.send(draft_id=checked.pk, by=trust.analyst, at=AT)
    redefining.check(draft_id=checked.pk, note="Read it", by=trust.director, at=AT)
    return {
        "feedback": said(trust).pk,
        "draft": drafted(trust).pk,
        "checking": checking.pk,
        "checked": checked.pk,
    }


def a_stream(trust: Trust) -> dict[str, object]:
    """A stream of Dr Clinician's department, which they joined; its lead asked for help."""
    stream = streams.set_up(trust)
    coach = streams.name(trust, stream, PartPlayed.COACH, trust.hr)
    join(stream=stream, by=trust.clinician, at=timezone.now())
    staff_side = Precondition.STAFF_SIDE
    record_precondition(
        kind=staff_side, on=date(2026, 1, 1), evidence="Minutes", by=trust.hr, at=AT
    )
    waiver = waive(stream=stream, key="sponsor", because="Pilot", by=trust.projectteam, at=AT)
    asked = ask_for_help(stream=stream, text="How do I begin?", by=trust.lead, at=AT)
    return {"part": coach.pk, "waiver": waiver.pk, "help": asked.pk}


def governance(trust: Trust) -> dict[str, object]:
    """A meeting whose day has come, with an item; one that was held, with minutes and an action."""
    meeting = met.planned(trust)
    item = meetings.add_item(meeting_id=meeting.pk, text="Rotas", by=trust.lead, at=AT)
    held = met.minuted(trust, met.held(trust))
    return {
        "meeting": meeting.pk,
        "item": item.pk,
        "held": held.pk,
        "action": met.asked(trust, held).pk,
        "member": trust.peer.pk,
    }


def forum(trust: Trust) -> dict[str, object]:
    """What Dr Clinician wrote: one appears, one is held. Whose progress is asked for."""
    held = learned.held(trust)
    return {
        "thread": learned.shown(trust).thread_id,
        "held_thread": held.thread_id,
        "held_post": held.pk,
        "owner_account": trust.clinician.pk,
        "lead_account": trust.lead.pk,
    }


def evaluated(trust: Trust) -> dict[str, object]:
    """A study with somebody who was invited and somebody whose transcript is kept."""
    studied = begun(trust, timezone.now())
    asked = studied.invited()
    kept = studied.transcribed(studied.interviewed(Group.MANAGER))
    opening = studied.opened(studied.validated(studied.questionnaire("clinician-form")))
    return {
        "study": studied.study.pk,
        "asked": asked.number,
        "interviewed": kept.participant.number,
        "transcript": kept.pk,
        "token": studied.token(asked),
        "questionnaire": opening.version.questionnaire_id,
        "form": opening.token,
    }


def a_grant(trust: Trust):
    return grant_sight(
        to=trust.hr,
        department=trust.surgery,
        named=False,
        reason="Job planning",
        agreement="Minutes of May",
        until=date(2030, 1, 1),
        by=trust.otherlead,
        at=timezone.now() - timedelta(days=1),
    )
