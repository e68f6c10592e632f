"""The bench: one figure with its chart, its evidence, and the words of whoever interprets it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from clinlead.access.models import Account
from clinlead.access.policies import Button, Reader, Refusal
from clinlead.figures.charting import Charted
from clinlead.releases import forms, policies, presenters
from clinlead.releases.evidence import evidence_for, examined_draft
from clinlead.releases.live import Draft
from clinlead.releases.models import Release, SignOff, UnfinishedWords
from clinlead.releases.reasons import Evidence
from clinlead.releases.standing import Standing


@dataclass(frozen=True)
class Written:
    """What somebody began to write of a figure, and whether it is signed off as it stands."""

    signed: bool
    text: str
    found: Mapping[str, Any]
    at: datetime | None  # None: nothing is begun


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything that one figure's interpretation takes, in one place."""

    title: str
    owner: str
    here: str
    place: int  # among those that wait for this person's words; 0: it does not
    waiting: int
    statistics: Mapping[str, Any]
    beside: str
    chart: Charted
    evidence: Sequence[Evidence]
    said: Sequence[presenters.Said]
    kept: Written | None
    signed: bool
    form: forms.InterpretForm
    decides: bool
    why_not: Refusal | None
    needs: bool
    save_button: Button
    sign_button: Button

    def checked(self) -> Iterator[tuple[Evidence, Any]]:
        """Each possible explanation with its field."""
        return ((each, self.form[each.reason.value]) for each in self.evidence)


def of(now: Standing, draft: Draft, by: Account, reader: Reader, form=None) -> Bench:
    facts, examined = now.facts_of(draft, reader), examined_draft(now, draft)
    refusal = policies.why_not_interpret(facts, "words", reader)
    left = [each.key for each in presenters.waiting(now, reader)]
    earlier = now.earlier.get(draft.key)
    begun = written(now, draft, by)
    kept = begun if refusal is None and begun.at else None
    return Bench(
        title=draft.title,
        owner=presenters.owner_label(draft.person, now.release.department, reader),
        here=presenters.address(now.release, draft.key),
        place=left.index(draft.key) + 1 if draft.key in left else 0,
        waiting=len(left),
        statistics=draft.statistics,
        beside=presenters.beside_words(draft.beside),
        chart=examined.chart,
        evidence=evidence_for(examined),
        said=presenters.said_of([earlier] if earlier else [], draft.digest),
        kept=kept,
        signed=begun.signed,
        form=form or forms.InterpretForm(initial=initial(draft, kept, earlier)),
        decides=refusal is None,
        why_not=refusal,
        needs=now.needs_interpretation(draft),
        save_button=Button.guarded("Save and next" if len(left) > 1 else "Save", refusal),
        sign_button=Button.guarded(
            "Sign off this figure", policies.why_not_sign_off(facts, reader)
        ),
    )


def written(now: Standing, draft: Draft, by: Account) -> Written:
    """One query: a figure has several signatures, as it was and as it is, and one begun text."""
    key = draft.key._asdict()
    begun = UnfinishedWords.objects.filter(release=OuterRef("pk"), by=by, **key)
    signed = SignOff.objects.filter(release=OuterRef("pk"), digest=draft.digest, **key)
    columns = {f"begun_{name}": Subquery(begun.values(name)) for name in ("text", "found", "at")}
    row = Release.objects.filter(pk=now.release.pk).annotate(signed=Exists(signed), **columns)
    is_signed, text, found, at = row.values_list("signed", *columns).get()
    return Written(signed=is_signed, text=text or "", found=found or {}, at=at)


def initial(draft: Draft, kept: Written | None, earlier: Any) -> dict[str, Any]:
    """The form as it opens: what was begun, else what was said before."""
    text = kept.text if kept else earlier.text if earlier else ""
    found = kept.found if kept else {}
    words = earlier.pk if earlier else 0
    return {**found, "text": text, "digest": draft.digest, "words": words}
