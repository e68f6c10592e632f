"""What people write in a concern. Who may is a rule; here is only what a form needs."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from clinlead.access.forms import AccountChoice, DayInput
from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.concerns.acting import Explored
from clinlead.concerns.contacts import ContactSaid
from clinlead.concerns.facts import EXPLORES, StepKind
from clinlead.concerns.routing import RouteText, steps_of
from clinlead.conversations.subjects import talkable
from clinlead.releases.reasons import FOUND, Finding
from clinlead.strategy.models import Cause

LONGEST = 6000
WRONG_DAY = "Enter the day as year, month and day, such as 2026-07-28."
EXPLAINED = {
    StepKind.DATA: "The data",
    StepKind.CASE_MIX: "The patients, or the role",
    StepKind.STRUCTURE: "How the work is organised",
    StepKind.PERSON: "Something that the person was helped with",
}


def text(label: str, missing: str, help_text: str = "", rows: int = 4, **more: Any):
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": rows}),
        error_messages={"required": missing},
        **more,
    )


class WhoForm(forms.Form):
    """About whom; only clinicians for whom this person decides."""

    who = forms.ChoiceField(label="About whom?")

    def __init__(self, *args: Any, reader: Reader, chiefs: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        found = talkable(reader, chiefs=chiefs)
        others = [pair for pair in found if pair[0].pk != reader.person_id]
        self.pairs = {f"{one.code} {where.code}": (one, where) for one, where in others}
        choices = [(key, f"{one.name}, {where}") for key, (one, where) in self.pairs.items()]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    @property
    def pair(self):
        return self.pairs[self.cleaned_data["who"]]


class OpenForm(WhoForm):
    why = text(
        "What remains a concern, after you talked?",
        "Say what remains a concern.",
        "The clinician reads it at once, word for word.",
    )


class BypassForm(WhoForm):
    reason = text(
        "Why can it not wait?",
        "Say why it cannot wait.",
        "The clinician, the chief of service and the medical director read it at once.",
    )
    done = text("What have you done to keep patients safe?", "", required=False, rows=2)


class RecordForm(forms.Form):
    """What was found at a step, with its evidence: copied lines, words, or both."""

    order = forms.IntegerField(widget=forms.HiddenInput)
    found = forms.ChoiceField(
        label="Does it explain what is behind the concern?",
        choices=[(each.value, FOUND[each]) for each in Finding],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you found."},
    )
    words = text("What did you find?", "Say what you found.", "The clinician reads it.")
    evidence = forms.MultipleChoiceField(
        label="Evidence from your conversations and the releases",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence_words = text(
        "Other evidence",
        "",
        "What it is and where it is kept: minutes, a rota, an audit, who told you. Do not name "
        "patients.",
        rows=3,
        required=False,
    )
    cause = forms.ChoiceField(label="Which cause of the definition is it?", required=False)

    def __init__(
        self, *args: Any, lines: Sequence[str], causes: Iterable[Cause], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.lines = list(lines)
        self.causes = {str(one.pk): one for one in causes}
        offered = [(str(place), line) for place, line in enumerate(self.lines)]
        self.fields["evidence"].choices = offered  # type: ignore[attr-defined]
        if not self.lines:
            del self.fields["evidence"]
        named = [(key, f"{one.group}: {one.name}") for key, one in self.causes.items()]
        self.fields["cause"].choices = [("", "None of them"), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("evidence") and not given.get("evidence_words", "").strip():
            self.add_error(
                "evidence_words", "Attach the evidence: the next step waits until it is there."
            )
        return given

    def explored(self) -> Explored:
        given = self.cleaned_data
        return Explored(
            order=given["order"],
            found=Finding(given["found"]),
            words=given["words"],
            evidence=[self.lines[int(place)] for place in given.get("evidence", [])],
            evidence_words=given["evidence_words"],
            cause=self.causes.get(given["cause"]),
        )


class NoteForm(forms.Form):
    text = text("Your words", "Write something before you save it.", "All who are in it read them.")


class SupportForm(forms.Form):
    what = text(
        "What do you offer?",
        "Say what you offer.",
        "Time, a mentor, training, occupational health, fewer sessions: and from when.",
        rows=3,
    )


class SupportAnswerForm(forms.Form):
    support = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.TypedChoiceField(
        label="Do you take it up?",
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    words = text("In your words", "", rows=2, required=False)


class ResultForm(forms.Form):
    support = forms.IntegerField(widget=forms.HiddenInput)
    result = text("What became of it?", "Say what became of it.", rows=2)


class EscalateForm(forms.Form):
    """Whom to bring in, and why; beside a reviewer, somebody of HR."""

    because = text("Why do you bring them in?", "Say why.", "The clinician reads it.", rows=3)
    to = AccountChoice(
        Account.objects.none(),
        label="Whom do you bring in?",
        empty_label="Choose somebody",
        error_messages={"required": "Choose whom you bring in."},
    )
    hr = AccountChoice(
        Account.objects.none(),
        label="Who of HR supports the review?",
        empty_label="Choose somebody",
        error_messages={"required": "Choose who of HR supports the review."},
    )

    def __init__(
        self, *args: Any, to: Sequence[Account], hr: Sequence[Account] | None, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.among("to", to)
        if hr is None:
            del self.fields["hr"]
        else:
            self.among("hr", hr)

    def among(self, name: str, accounts: Sequence[Account]) -> None:
        field: Any = self.fields[name]
        field.queryset = Account.objects.filter(pk__in=[one.pk for one in accounts])
        named = [(one.pk, field.label_from_instance(one)) for one in accounts]
        field.choices = [("", field.empty_label), *named]  # asked for already: none of the list's


class ReviewForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label="Could it not wait?",
        choices=[("yes", "It could not: the bypass stands"), ("no", "It could: the order holds")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it could wait."},
    )
    words = text("What did you find?", "Say what you found.", "All who are in it read it.", rows=3)


class CloseForm(forms.Form):
    explained_by = forms.ChoiceField(
        label="What explained it?",
        choices=[*((kind.value, EXPLAINED[kind]) for kind in EXPLORES), ("", "Nothing did")],
        required=False,
        widget=forms.RadioSelect,
    )
    learned = text(
        "What was learned?",
        "Say what was learned.",
        "By the department as much as by anybody. The clinician reads it.",
    )


class HandOverForm(forms.Form):
    procedure = forms.CharField(
        label="To which procedure?",
        help_text="Its name alone, such as Capability procedure. Write nothing of the case: this "
        "line is all that is logged.",
        max_length=100,
        error_messages={"required": "Name the procedure."},
    )
    on = forms.DateField(
        label="On which day?",
        widget=DayInput(),
        error_messages={"required": "Enter the day.", "invalid": WRONG_DAY},
    )


class RouteForm(forms.Form):
    """The steps as lines that can be read aloud."""

    steps = text(
        "The steps, in order",
        "Write the steps.",
        "One a line: kind | title | what it asks. The kinds are data, case-mix, structure, person, "
        "support, chief and outside, in this order; the first five may have several steps.",
        rows=14,
    )
    answer_days = forms.IntegerField(label="Days that the clinician has to answer each step")
    discussions = forms.IntegerField(label="Recorded conversations that come before a concern")
    because = text("Why do the steps change?", "Say why.", "Everybody reads it.", rows=2)

    def clean_steps(self) -> tuple:
        lines = [line for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        try:
            return tuple(steps_of(lines))
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def route(self) -> RouteText:
        given = self.cleaned_data
        return RouteText(
            steps=given["steps"],
            answer_days=given["answer_days"],
            discussions=given["discussions"],
        )

    @staticmethod
    def of(route: RouteText) -> dict[str, Any]:
        lines = (f"{one.kind} | {one.title} | {one.about}" for one in route.steps)
        return {
            "steps": "\n".join(lines),
            "answer_days": route.answer_days,
            "discussions": route.discussions,
        }


class ContactsForm(forms.Form):
    contacts = text(
        "Whom can a clinician turn to?",
        "Write at least one.",
        "One a line: who | how to reach them | what for. For example: Occupational health | "
        "extension 4410 | Sleep, strain, illness; in confidence.",
        rows=8,
    )

    def clean_contacts(self) -> list[ContactSaid]:
        lines = [line for line in self.cleaned_data["contacts"].splitlines() if line.strip()]
        return [contact_of(number, line) for number, line in enumerate(lines, start=1)]


def contact_of(number: int, line: str) -> ContactSaid:
    who, how, about = ([part.strip() for part in line.split("|")] + ["", "", ""])[:3]
    if not who or not how:
        raise forms.ValidationError(f"Line {number} needs who, and how to reach them.")
    for words, most in ((who, 100), (how, 200), (about, 300)):
        if len(words) > most:
            raise forms.ValidationError(
                f"Line {number}: “{words[:30]}…” is longer than {most} letters."
            )
    return ContactSaid(who, how, about)
