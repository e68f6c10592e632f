"""One record: what it says, whom it counts for, what happened to it; and saying it is wrong."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from clinlead.access.policies import Reader, Reason, refuse_if
from clinlead.casemix.risk import risks_of_record
from clinlead.history.actions import record_reading
from clinlead.intake.numbers import open_number
from clinlead.intake.policies import NumberFacts, why_not_open_number
from clinlead.organisation.models import ClinicianCode, Person
from clinlead.validation import actions, evidence, ledger, queries
from clinlead.validation.addresses import parse_record_id, record_id
from clinlead.validation.challenging import Said, usual_places
from clinlead.validation.forms import ChallengeForm, ReasonForm
from clinlead.validation.ledger import Found
from clinlead.validation.models import Challenge
from clinlead.validation.owners import (
    Owners,
    owners_of,
    people_by_unit,
    resolved_places,
)
from clinlead.validation.policies import (
    ChallengeReason,
    RecordFacts,
    why_not_challenge,
    why_not_see_record,
)
from clinlead.validation.presenters.acts import buttons
from clinlead.validation.presenters.challenges import challenge_line
from clinlead.validation.presenters.lists import summary_of
from clinlead.validation.presenters.records import (
    correction_lines,
    counted_by_rule,
    entries_of,
    field_rows,
    related_tables,
)
from clinlead.validation.records import Record, WrongValue
from clinlead.validation.views import who

STATED = "stated reasons"  # in the session: why a lead opened which record


def found_or_404(name: str) -> Found:
    parsed = parse_record_id(name)
    found = ledger.found(*parsed) if parsed else None
    if found is None:
        raise Http404
    return found


def stated_reason(request: HttpRequest, name: str) -> str:
    return request.session.get(STATED, {}).get(name, "")


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, name: str) -> HttpResponse:
    """A record. A lead says why first; whoever reads somebody else's is seen reading."""
    found, today = found_or_404(name), timezone.localdate()
    owners = owners_of(found.record, today)
    facts = queries.record_facts(found.record, today, owners)
    stated = stated_reason(request, name)
    refusal = why_not_see_record(who.reader(request), facts, stated)
    if refusal and refusal.reason is Reason.NO_REASON_GIVEN:
        return ask_why(request, name)
    if refusal:
        raise Http404
    note_reading(request, name, owners, stated)
    page = page_of(who.reader(request), found, owners, facts)
    return render(request, "validation/record.html", page)


@require_POST
def hospital_number(request: HttpRequest, name: str) -> HttpResponse:
    """One record's hospital number, for its owner, the lead who settles about it, the analyst."""
    found, today = found_or_404(name), timezone.localdate()
    owners = owners_of(found.record, today)
    facts = queries.record_facts(found.record, today, owners)
    stated = stated_reason(request, name)
    if why_not_see_record(who.reader(request), facts, stated):
        raise Http404
    number = open_number(
        patient_key=found.record.patient_key,
        record=name,
        facts=number_facts(facts),
        by=who.account(request),
        at=timezone.now(),
        reason=stated,
    )
    page = page_of(who.reader(request), found, owners, facts)
    page["hospital_number"] = number or "The source gave none."
    return render(request, "validation/record.html", page)


def number_facts(facts: RecordFacts) -> NumberFacts:
    """A lead opens it only while a challenge of the record is theirs to settle."""
    return NumberFacts(owner_ids=facts.owner_ids, department_ids=facts.settled_by_lead)


def ask_why(request: HttpRequest, name: str) -> HttpResponse:
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**request.session.get(STATED, {}), name: form.cleaned_data["reason"]}
        request.session[STATED] = said
        return redirect("record", name)
    return render(request, "validation/why.html", {"form": form})


def note_reading(request: HttpRequest, name: str, owners: Owners, stated: str = "") -> None:
    """Log that somebody else read it; a page that cannot be logged is not shown."""
    reader = who.reader(request)
    others = owners.ids - {reader.person_id}
    if others and reader.person_id not in owners.ids:
        record_reading(
            at=timezone.now(),
            by_id=reader.account_id,
            about=others,
            object_kind="record",
            object_id=name,
            reason=stated,
        )


def page_of(reader: Reader, found: Found, owners: Owners, facts: RecordFacts) -> dict:
    record = found.record
    seen = Challenge.objects.visible_to(reader).select_related("person", "asked")
    about = seen.filter(dataset=record.dataset, key=record.key)
    return {
        **shown_of(found, owners),
        "risks": risks_of_record(record.dataset, record.key, found.files, record.fields),
        "record": record,
        "corrections": correction_lines(evidence.corrections_of(record)),
        "challenges": [challenge_line(one, reader) for one in about],
        "figures": evidence.figures_counting(found, owners),
        "origin": ledger.origin_of(record),
        "own": reader.person_id in facts.owner_ids,
        "joined": facts.joined,
        "may": buttons(
            challenge=("Challenge this record", why_not_challenge(reader, facts)),
            number=("Open the number", why_not_open_number(reader, number_facts(facts))),
        ),
    }


def shown_of(found: Found, owners: Owners, codes: list[ClinicianCode] | None = None) -> dict:
    """What a record says, whom it counts for and why, and the rest of its stay."""
    record = found.record
    places = resolved_places(record, found.related, codes or ())
    units = {u for by_unit in record.weights.values() for u in by_unit} | {p.unit for p in places}
    people = people_by_unit(units, owners.people)
    return {
        "name": record_id(record.dataset, record.key),
        "summary": summary_of(record),
        "rows": field_rows(record, timezone.get_default_timezone()),
        "counted": counted_by_rule(record, people, owners.rules_chosen(record.dataset)),
        "entries": entries_of(places, people, "", ()),
        "related": related_tables(found.related),
    }


@require_http_methods(["GET", "POST"])
def challenge(request: HttpRequest, name: str) -> HttpResponse:
    """This is not right."""
    found, today = found_or_404(name), timezone.localdate()
    record = found.record
    reader = who.reader(request)
    facts = queries.record_facts(record, today)
    refusal = why_not_challenge(reader, facts)
    if refusal and why_not_see_record(reader, facts, stated_reason(request, name)):
        raise Http404
    refuse_if(refusal)
    form = challenge_form(request, found)
    if request.method == "POST" and form.is_valid():
        raised = raised_by(request, record, form)
        if raised:
            messages.success(request, "Challenge sent. You can follow it here.")
            return redirect(raised)
    page = {"form": form, "name": name, "record": record, "summary": summary_of(record)}
    return render(request, "validation/challenge.html", page)


def challenge_form(request: HttpRequest, found: Found) -> ChallengeForm:
    person = who.account(request).person
    assert person is not None  # only an owner gets here
    return challenge_form_for(person, found, request.POST or None)


def challenge_form_for(person: Person, found: Found, said: QueryDict | None) -> ChallengeForm:
    """The form in which an owner, or an audit of their record, says what is wrong."""
    record, today = found.record, timezone.localdate()
    places = resolved_places(record, found.related)
    mine = [each for each in places if each.unit == person.code]
    usual = [each.id for each in usual_places(mine, record, person, today)]
    entries = entries_of(places, people_by_unit(p.unit for p in places), person.code, usual)
    return ChallengeForm(said, record=record, entries=entries, me=person)


def raised_by(request: HttpRequest, record: Record, form: ChallengeForm) -> Challenge | None:
    try:
        return actions.raise_challenge(
            dataset=record.dataset,
            key=record.key,
            said=as_said(form.cleaned_data),
            by=who.account(request),
            at=timezone.now(),
        )
    except WrongValue as wrong:
        form.add_error(part_of(form, wrong.part), wrong.because)
        return None


def as_said(typed: dict) -> Said:
    """What belongs to the reason chosen; what was typed beside other reasons is left out."""
    reason = ChallengeReason(typed["reason"])
    said = Said(reason=reason, text=typed["text"])
    if reason is ChallengeReason.NOT_MINE:
        colleague = Person.objects.filter(code=typed["goes_to"]).first()
        places = typed["places"] or None
        return Said(reason=reason, text=said.text, goes_to=colleague, places=places)
    if reason is ChallengeReason.WRONG_DATE:
        field, value = typed["date_field"], typed["date_value"]
        return Said(reason=reason, text=said.text, field=field, value=value)
    if reason is ChallengeReason.WRONG_CODE:
        field, value = typed["detail_field"], typed["detail_value"]
        return Said(reason=reason, text=said.text, field=field, value=value)
    if reason is ChallengeReason.DUPLICATE:
        return Said(reason=reason, text=said.text, same_as=typed["same_as"])
    return said


def part_of(form: ChallengeForm, part: str) -> str | None:
    """The form's own name for a part of what was said."""
    kind = "date" if form.cleaned_data.get("reason") == ChallengeReason.WRONG_DATE else "detail"
    name = {"field": f"{kind}_field", "value": f"{kind}_value"}.get(part, part)
    return name if name in form.fields else None
