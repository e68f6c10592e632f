"""The pages of those who are asked to take part, of letters and of the consent text."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clinlead.access.policies import NotAllowed
from clinlead.evaluation import cohort, consenting, inviting
from clinlead.evaluation.acts import ACTS, Doing, forms_for, offered
from clinlead.evaluation.asking import Asked, address_of, of_study, opened, participant_in
from clinlead.evaluation.forms import (
    ConsentTextForm,
    LetterForm,
    ParticipantForm,
    SeveralForm,
    sent,
)
from clinlead.evaluation.holding import key_of
from clinlead.evaluation.models import Participant, Study
from clinlead.evaluation.policies import Group
from clinlead.evaluation.presenters import ParticipantPage, with_what_they_gave
from clinlead.evaluation.sealing import Key
from clinlead.evaluation.wording import Letter, first_consent
from clinlead.notices.policies import LetterState
from clinlead.notices.sending import is_set_up
from clinmeasures.wording.units import how_many


@require_http_methods(["GET", "POST"])
@of_study
@opened
def add(request: Asked, study: Study, key: Key) -> HttpResponse:
    """One by one, or several as lines."""
    several = "lines" in request.POST
    one = ParticipantForm(None if several else sent(request), auto_id="one-%s")
    many = SeveralForm(sent(request) if several else None, auto_id="several-%s")
    form = many if several else one
    if request.method == "POST" and form.is_valid():
        rows = many.cleaned_data["lines"] if several else [one.cleaned_data]
        number = add_rows(request, study, key, rows)
        messages.success(request, f"{how_many(number, 'participant')} added.")
        return redirect(study)
    page = {"study": study, "one": one, "several": many, "wrong": form if form.errors else None}
    return render(request, "evaluation/add.html", page, status=422 if form.errors else 200)


def add_rows(request: Asked, study: Study, key: Key, rows: list) -> int:
    for row in rows:
        said = row if isinstance(row, dict) else vars(row)
        cohort.add_participant(
            study=study,
            key=key,
            who=cohort.Who(name=said["name"], email=said["email"]),
            place=cohort.Place(group=Group(said["group"]), role=said["role"], level=said["level"]),
            by=request.user,
            at=timezone.now(),
        )
    return len(rows)


@require_GET
@of_study
def participant(request: Asked, study: Study, number: int) -> HttpResponse:
    return page_of(request, participant_in(study, number), {})


def page_of(request: Asked, participant: Participant, wrong: dict[str, forms.Form]) -> HttpResponse:
    """The page; what was filled in wrongly is still in its form."""
    key = key_of(request, participant.study)
    page = ParticipantPage.of(participant, key)
    may = offered(participant, timezone.now()) if key else set()
    made = forms_for(participant)
    if page.who:
        made["identity"].initial = {"name": page.who.name, "email": page.who.email}
    context = {
        "page": page,
        "study": participant.study,
        "forms": {**{name: made[name] for name in may}, **wrong},
        "wrong": next(iter(wrong.values()), None),
        "letter": letter_shown(participant, key, address_of(request)) if key else None,
        "address": address_of(request),
    }
    return render(request, "evaluation/participant.html", context, status=422 if wrong else 200)


def letter_shown(participant: Participant, key: Key, address: str) -> Letter | None:
    """The letter that may go out now, as it would be sent, to be copied by hand."""
    post, now = inviting.Post(key=key, address=address), timezone.now()
    for reminder in (False, True):
        due = inviting.why_not_write(participant, reminder=reminder, at=now) is None
        if due and hasattr(participant, "identity"):
            return inviting.letter_for(participant, reminder, post)
    return None


@require_POST
@of_study
@opened
def act(request: Asked, study: Study, key: Key, number: int, what: str) -> HttpResponse:
    found = participant_in(study, number)
    if what not in ACTS:
        raise Http404
    form = forms_for(found, request.POST)[what]
    if not form.is_valid():
        return page_of(request, found, {what: form})
    doing = Doing(
        participant=found,
        key=key,
        address=address_of(request),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, ACTS[what](doing, form))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@of_study
@opened
def letters(request: Asked, study: Study, key: Key) -> HttpResponse:
    """The words of both letters, and sending all that may go out."""
    forms_ = {which: letter_form(study, which) for which in (False, True)}
    if "send" in request.POST:
        return send_all(request, study, key, reminder=request.POST["send"] == "reminders")
    if request.method == "POST":
        which = request.POST.get("which") == "reminder"
        form = forms_[which] = letter_form(study, which, request.POST)
        if form.is_valid():
            letter = Letter(form.cleaned_data["subject"], form.cleaned_data["text"])
            inviting.write_letter(
                study=study, reminder=which, letter=letter, by=request.user, at=timezone.now()
            )
            messages.success(request, "Saved.")
            return redirect("evaluation_letters", pk=study.pk)
    wrong = next((form for form in forms_.values() if form.errors), None)
    listed = with_what_they_gave(study)
    page = {
        "study": study,
        "invitation": forms_[False],
        "reminder": forms_[True],
        "wrong": wrong,
        "invitations": len(inviting.due(listed, timezone.now(), reminder=False)),
        "reminders": len(inviting.due(listed, timezone.now(), reminder=True)),
        "mails": is_set_up(),
    }
    return render(request, "evaluation/letters.html", page, status=422 if wrong else 200)


def letter_form(study: Study, reminder: bool, data=None) -> LetterForm:
    kept = study.letters.get(reminder=reminder)
    initial = {"subject": kept.subject, "text": kept.text}
    return LetterForm(data, initial=initial, auto_id=f"{'reminder' if reminder else 'first'}-%s")


def send_all(request: Asked, study: Study, key: Key, *, reminder: bool) -> HttpResponse:
    """To each who may be written to; who cannot be is said by number."""
    post, left, gone = inviting.Post(key=key, address=address_of(request)), [], 0
    for one in inviting.due(with_what_they_gave(study), timezone.now(), reminder=reminder):
        try:
            mailing = inviting.send(
                participant=one, reminder=reminder, post=post, by=request.user, at=timezone.now()
            )
        except NotAllowed as refused:
            left.append(f"{one.number} ({refused.refusal.because})")
            continue
        gone += mailing.state == LetterState.SENT
        left += [f"{one.number} ({mailing.reason})"] if mailing.reason else []
    messages.success(request, f"{how_many(gone, 'letter')} sent.")
    if left:
        messages.warning(request, f"Not sent to participants {', '.join(left)}")
    return redirect("evaluation_letters", pk=study.pk)


@require_http_methods(["GET", "POST"])
@of_study
def consent_text(request: Asked, study: Study) -> HttpResponse:
    """Every version; the newest is what people read and consent to from now on."""
    versions = list(study.consent_texts.all())
    newest = versions[0].text if versions else first_consent()
    form = ConsentTextForm(sent(request), initial={"text": newest})
    if request.method == "POST" and form.is_valid():
        consenting.write_text(
            study=study, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        )
        messages.success(request, "Saved as a new version. Consents given before stay as they are.")
        return redirect("evaluation_consent", pk=study.pk)
    page = {"study": study, "versions": versions, "form": form}
    return render(request, "evaluation/consent.html", page, status=422 if form.errors else 200)
