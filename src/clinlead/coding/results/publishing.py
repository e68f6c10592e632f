"""Publishing what a study found to staff, taking one quote out of it, and taking it all back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import noted
from clinlead.coding.findings import QuoteFound
from clinlead.coding.found import cohort_of, themes_of
from clinlead.coding.models import Publication, PublishedQuote, Quote
from clinlead.coding.policies import (
    PublishFacts,
    why_not_publish,
    why_not_take_back,
    why_not_write_findings,
)
from clinlead.coding.queries import given, study_facts
from clinlead.coding.results.content import (
    Published,
    PublishedTheme,
    all_words,
    anything_to_show,
    cautions,
)
from clinlead.evaluation.models import Study
from clinlead.identifying import Roster, find
from clinlead.notices.actions import tell
from clinlead.organisation.models import Person


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What would be published now, with what to look at before."""

    content: Published
    counted: list[int]  # participants
    quotes: list[Sequence[QuoteFound]]  # by theme, those of speakers who count
    themes: int  # that say something
    cautions: list[str]

    @property
    def parts(self) -> list[tuple[PublishedTheme, Sequence[QuoteFound]]]:
        return list(zip(self.content.themes, self.quotes, strict=True))

    @property
    def quoted(self) -> list[int]:
        return [quote.key for quotes in self.quotes for quote in quotes]


@dataclass(frozen=True, kw_only=True)
class Preface:
    """What the evaluator says beside the findings."""

    introduction: str = ""
    new: str = ""  # since the version before
    read_through: bool = False


def draft_of(study: Study, at: datetime, preface: str = "") -> Draft:
    counted_in = given(study)
    cohort, themes = cohort_of(study, counted_in), themes_of(study, counted_in)
    content = Published.of(cohort, themes)
    words = all_words(content, [q.words for t in themes for q in t.quotes], [study.title, preface])
    return Draft(
        content=content,
        counted=[case.key for case in counted_in],
        quotes=[theme.quotes for theme in themes],
        themes=anything_to_show(themes),
        cautions=cautions(cohort, themes, named_in(words, at)),
    )


def named_in(words: str, at: datetime) -> list[str]:
    """Words that surely look like a name, a number or an address, each once."""
    roster = roster_of(tuple(Person.objects.order_by("pk").values_list("name", flat=True)))
    found = find(words, roster, on=timezone.localdate(at))
    return list(dict.fromkeys(f"“{one.text}”" for one in found if one.sure))


@lru_cache(maxsize=1)
def roster_of(names: tuple[str, ...]) -> Roster:
    """Made once for the staff there is."""
    return Roster.of(names)


def last_version(study: Study) -> int:
    return study.publications.aggregate(last=Max("number"))["last"] or 0


@transaction.atomic
def publish(*, study: Study, preface: Preface, by: Account, at: datetime) -> Publication:
    """The findings as they are now, for all staff: another version."""
    Study.objects.select_for_update().get(pk=study.pk)
    before, draft = last_version(study), draft_of(study, at)
    facts = PublishFacts(
        themes=draft.themes,
        before=before,
        new=preface.new,
        read_through=preface.read_through,
    )
    refuse_if(why_not_publish(reader_of(by, at.date()), study_facts(study), facts))
    made = Publication.objects.create(
        study=study,
        number=before + 1,
        content=draft.content.as_kept(),
        introduction=preface.introduction.strip(),
        new=preface.new.strip(),
        quotes_published=len(draft.quoted),
        by=by,
        at=at,
    )
    made.counted.set(draft.counted)
    quote_all(made, draft.quoted)
    tell_staff(made, but=by)
    noted("evaluation results published", study, by, at, {"version": made.number})
    return made


def tell_staff(made: Publication, *, but: Account) -> None:
    """Everybody who can read it, once a version."""
    anew = "A newer version of results can be read" if made.number > 1 else "Results can be read"
    tell(
        Account.objects.exclude(pk=but.pk),
        key=f"results {made.study_id} {made.number}",
        words=f"{anew}: {made.study.title}",
        href=made.get_absolute_url(),
        at=made.at,
    )


def quote_all(made: Publication, quotes: list[int]) -> None:
    """By their places in the transcript: when a transcript goes, its quotes go."""
    found = Quote.objects.filter(pk__in=quotes).select_related("theme")
    numbers = list(made.study.themes.values_list("pk", flat=True))
    PublishedQuote.objects.bulk_create(
        PublishedQuote(
            publication=made,
            transcript_id=each.transcript_id,
            start=each.start,
            end=each.end,
            theme=numbers.index(each.theme_id) + 1,
            draw=each.theme.draw,
            place=place,
        )
        for place, each in enumerate(found)
    )


@transaction.atomic
def take_quote_out(*, quote: PublishedQuote, by: Account, at: datetime) -> None:
    """From every version, and from the themes, lest it comes back with the next: somebody would
    rather not be quoted with these words."""
    study = quote.publication.study
    refuse_if(why_not_write_findings(reader_of(by, at.date()), study_facts(study)))
    touching = Q(transcript=quote.transcript_id, start__lt=quote.end, end__gt=quote.start)
    PublishedQuote.objects.filter(touching).delete()
    Quote.objects.filter(touching).delete()
    noted("quote taken out of published results", study, by, at)


@transaction.atomic
def take_back(*, study: Study, because: str, by: Account, at: datetime) -> None:
    """Every version: staff read that it was taken back and why, and nothing of it."""
    Study.objects.select_for_update().get(pk=study.pk)
    standing = study.publications.filter(taken_back_at=None)
    refuse_if(
        why_not_take_back(
            reader_of(by, at.date()), study_facts(study), because, standing=standing.count()
        )
    )
    standing.update(taken_back_at=at, taken_back_because=because.strip())
    noted("evaluation results taken back", study, by, at)
