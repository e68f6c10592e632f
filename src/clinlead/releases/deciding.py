"""What the lead makes of figures, and stands by."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import Reader, Refusal, refuse_if
from clinlead.releases.acts import asking, day_of, enter, locked
from clinlead.releases.live import Draft
from clinlead.releases.models import (
    FigureKey,
    Interpretation,
    SignOff,
)
from clinlead.releases.policies import (
    FigureFacts,
    why_not_interpret,
    why_not_sign_off,
)
from clinlead.releases.standing import (
    Standing,
    standing,
)


@transaction.atomic
def interpret(
    *, release_id: int, key: FigureKey, text: str, by: Account, at: datetime
) -> Interpretation:
    """What the lead makes of a figure; who interprets a figure stands by it as it is."""
    now = standing(locked(release_id), day_of(at), fresh=True)
    draft = now.figures.find(key)
    facts = facts_of(now, draft)
    refuse_if(why_not_interpret(facts, text, asking(by, at)))
    if draft is None:
        refuse_if(why_not_sign_off(facts, asking(by, at)))
        raise LookupError(key)
    written = Interpretation.objects.create(
        release=now.release,
        **key._asdict(),
        person=draft.person,
        by=by,
        at=at,
        digest=draft.digest,
        text=text.strip(),
    )
    stand_by(now, [draft], by=by, at=at, together=False)
    enter("figure interpreted", now.release, by, at, about=owners([draft]), figure=list(key))
    return written


def facts_of(now: Standing, draft: Draft | None) -> FigureFacts:
    """The figure's facts; one that has vanished is the department's and no longer there."""
    if draft is not None:
        return now.facts_of(draft)
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
    stand_by(now, drafts, by=by, at=at, together=len(drafts) > 1)
    if drafts:
        figures = ["/".join(draft.key) for draft in drafts]
        enter("figures signed off", now.release, by, at, about=owners(drafts), figures=figures)
    return len(drafts)


def sign_off_together(*, release_id: int, by: Account, at: datetime) -> int:
    """Sign off everything that is this person's to decide and needs no interpretation."""
    with transaction.atomic():
        now = standing(locked(release_id), day_of(at), fresh=True)
        mine = now.decided_by(asking(by, at), now.to_sign_off)
        if not mine:
            refuse_if(why_nothing_to_sign_off(now, asking(by, at)))
        keys = [draft.key for draft in mine]
        return sign_off(release_id=release_id, keys=keys, by=by, at=at)


def why_nothing_to_sign_off(now: Standing, reader: Reader) -> Refusal | None:
    """The rule's own words where these figures are somebody else's to sign off."""
    for draft in now.figures.drafts:
        refusal = why_not_sign_off(now.facts_of(draft), reader)
        if refusal:
            return refusal
    return None


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
