"""What the lead makes of figures, and stands by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Refusal, refuse_if
from clinlead.access.waiting import why_not_act
from clinlead.releases.acts import asking, day_of, enter, locked
from clinlead.releases.evidence import evidence_for, examined_draft
from clinlead.releases.live import Draft, digest_of_drafts
from clinlead.releases.models import (
    FigureKey,
    Interpretation,
    Release,
    SignOff,
    UnfinishedWords,
)
from clinlead.releases.policies import (
    FigureFacts,
    Overtaken,
    why_not_decide,
    why_not_interpret,
    why_not_over,
    why_not_sign_off,
)
from clinlead.releases.reasons import Found, kept
from clinlead.releases.standing import (
    Standing,
    standing,
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What its writer had before them: the figure's digest, and the last words of a lead then."""

    digest: str
    words: int = 0  # number of the newest interpretation; 0: there was none


@transaction.atomic
def interpret(
    *,
    release_id: int,
    key: FigureKey,
    text: str,
    by: Account,
    at: datetime,
    found: Found | None = None,
    seen: Seen | None = None,
) -> Interpretation:
    """What the lead makes of a figure; who interprets a figure stands by it as it is.

    `found` is what they found of each possible explanation; its evidence is kept as it is now.
    """
    now = standing(locked(release_id), day_of(at), fresh=True)
    draft = now.figures.find(key)
    facts = facts_of(now, draft, asking(by, at))
    refuse_if(why_not_interpret(facts, text, asking(by, at)))
    refuse_if(why_not_act("interpret a figure", by.pk))
    if draft is None:
        refuse_if(why_not_sign_off(facts, asking(by, at)))
        raise LookupError(key)
    refuse_if(why_overtaken(now, draft, by, seen) if seen else None)
    written = Interpretation.objects.create(
        release=now.release,
        **key._asdict(),
        person=draft.person,
        by=by,
        at=at,
        digest=draft.digest,
        text=text.strip(),
        looked_at=kept(evidence_for(examined_draft(now, draft)), found or {}),
    )
    unfinished_of(now.release, by).filter(**key._asdict()).delete()
    if why_not_decide(facts, asking(by, at)) is None:  # a stream lead writes, and does not sign off
        stand_by(now, [draft], by=by, at=at, together=False)
    enter("figure interpreted", now.release, by, at, about=owners([draft]), figure=list(key))
    return written


def why_overtaken(now: Standing, draft: Draft, by: Account, seen: Seen) -> Refusal | None:
    """Why these words are of something else than what is there now."""
    newest = now.earlier.get(draft.key)
    said = None
    if newest is not None and newest.pk != seen.words and newest.by_id != by.pk:
        said = Overtaken(who=str(newest.by), at=localtime(newest.at))
    return why_not_over(changed=seen.digest != draft.digest, said=said)


@transaction.atomic
def keep_words(
    *, release_id: int, key: FigureKey, text: str, found: Found, by: Account, at: datetime
) -> UnfinishedWords | None:
    """Keep what somebody has begun to write, so that a session that ends loses nothing.

    It is nobody's word yet: only its writer reads it, and the record of acts has no entry of it.
    """
    now = standing(locked(release_id), day_of(at))
    facts = facts_of(now, now.figures.find(key), asking(by, at))
    refuse_if(why_not_interpret(facts, "words", asking(by, at)))
    mine = unfinished_of(now.release, by)
    said = now.earlier.get(key)
    saved = said is not None and said.by_id == by.pk and said.text == text.strip()
    if saved or not (text.strip() or found):
        mine.filter(**key._asdict()).delete()
        return None
    written, _ = mine.update_or_create(
        release=now.release,
        **key._asdict(),
        by=by,
        defaults={"text": text, "found": dict(found), "at": at},
    )
    return written


def unfinished_of(release: Release, by: Account) -> QuerySet[UnfinishedWords]:
    return UnfinishedWords.objects.filter(release=release, by=by)


def facts_of(now: Standing, draft: Draft | None, reader: Reader | None = None) -> FigureFacts:
    """The figure's facts; one that has vanished is the department's and no longer there."""
    if draft is not None:
        return now.facts_of(draft, reader)
    release = now.release
    return FigureFacts(
        department_id=release.department_id, stage=release.stage, person_id=None, exists=False
    )


@transaction.atomic
def sign_off(*, release_id: int, keys: Iterable[FigureKey], by: Account, at: datetime) -> int:
    """Stand by figures as they are now: one, or the unremarkable ones together in one act."""
    now = standing(locked(release_id), day_of(at), fresh=True)
    reader = asking(by, at)
    drafts = []
    for key in keys:
        draft = now.figures.find(key)
        refuse_if(why_not_sign_off(facts_of(now, draft), reader))
        if draft is not None and not now.is_signed(draft):
            drafts.append(draft)
    refuse_if(why_not_act("sign off figures", by.pk))
    stand_by(now, drafts, by=by, at=at, together=len(drafts) > 1)
    if drafts:
        figures = ["/".join(draft.key) for draft in drafts]
        enter("figures signed off", now.release, by, at, about=owners(drafts), figures=figures)
    return len(drafts)


def sign_off_together(*, release_id: int, by: Account, at: datetime, seen: str = "") -> int:
    """Sign off everything that is this person's to decide and needs no interpretation.

    `seen` is the digest of the figures that they looked down: others are not signed unseen.
    """
    with transaction.atomic():
        now = standing(locked(release_id), day_of(at), fresh=True)
        reader = asking(by, at)
        mine = now.decided_by(reader, now.to_sign_off)
        if not mine:
            refuse_if(why_nothing_to_sign_off(now, reader))
        if seen:
            refuse_if(why_not_over(changed=seen != digest_of_drafts(mine), said=None))
        keys = [draft.key for draft in mine]
        return sign_off(release_id=release_id, keys=keys, by=by, at=at)


def why_nothing_to_sign_off(now: Standing, reader: Reader) -> Refusal | None:
    """Somebody else has signed them off; or the rule's own words where that is not theirs to do."""
    for draft in now.figures.drafts:
        refusal = why_not_sign_off(now.facts_of(draft), reader)
        if refusal is None:
            return why_not_over(changed=False, said=signed_by_another(now, reader))
    return refusal if now.figures.drafts else None


def signed_by_another(now: Standing, reader: Reader) -> Overtaken | None:
    """Who else signed off figures of this release last, and when."""
    others = now.release.sign_offs.exclude(by_id=reader.account_id).select_related("by__person")
    last = others.order_by("-at", "-pk").first()
    if last is None:
        return None
    return Overtaken(who=str(last.by), at=localtime(last.at), act="signed these figures off")


def stand_by(
    now: Standing, drafts: Iterable[Draft], *, by: Account, at: datetime, together: bool
) -> None:
    for draft in drafts:
        SignOff.objects.get_or_create(
            release=now.release,
            **draft.key._asdict(),
            digest=draft.digest,
            defaults={"by": by, "at": at, "together": together},
        )


def owners(drafts: Iterable[Draft]) -> list[int]:
    return sorted({draft.person.pk for draft in drafts if draft.person})
