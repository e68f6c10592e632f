"""Making a release, making it again after a correction, and what follows it."""

from datetime import date, datetime

from django.db import transaction

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.waiting import why_not_act
from clinlead.background.claiming import queue
from clinlead.notices.actions import tell
from clinlead.releases.acts import asking, day_of, enter, locked
from clinlead.releases.deciding import owners
from clinlead.releases.freezing import freeze
from clinlead.releases.models import (
    ControlTotal,
    FigureKey,
    Interpretation,
    Release,
    ReleaseState,
    SignOff,
)
from clinlead.releases.policies import (
    FigureFacts,
    why_not_append,
    why_not_release,
    why_not_release_again,
    why_not_table,
)
from clinlead.releases.standing import (
    gate_of,
    release_facts,
    standing,
)


@transaction.atomic
def release_figures(*, release_id: int, invitation: str, by: Account, at: datetime) -> Release:
    """Freeze the figures and make them visible to their owners, with an invitation to talk."""
    release = locked(release_id)
    now = standing(release, day_of(at), fresh=True)
    refuse_if(why_not_release(release_facts(release, gate_of(now)), asking(by, at)))
    refuse_if(why_not_act("release figures", by.pk))
    release.invitation = invitation.strip()
    freeze(now, at=at, by=by)
    release.unfinished.all().delete()
    if release.supersedes is not None:
        Release.objects.filter(pk=release.supersedes.pk).update(state=ReleaseState.SUPERSEDED)
    tell_owners(release, at)
    queue("packs", release.pk, at=at, about=str(release))
    enter(
        "release made", release, by, at,
        about=owners(now.figures.drafts), digest=release.digest, edition=release.edition,
    )  # fmt: skip
    return release


def tell_owners(release: Release, at: datetime) -> None:
    """On their home pages; the e-mail comes with their pack."""
    again = " again after a correction" if release.edition > 1 else ""
    tell(
        Account.objects.filter(person__in=release.figures.values("person_id")),
        key=f"release {release.pk}",
        words=f"Your figures for {release.period} were released{again}",
        href=release.get_absolute_url(),
        at=at,
        by_mail=False,
    )


@transaction.atomic
def release_again(*, release_id: int, because: str, by: Account, at: datetime) -> Release:
    """Begin a new edition after a correction; the one before stays visible until it is replaced.

    Sign-offs and words of figures that have not changed come along; the others are made anew.
    """
    old = locked(release_id)
    refuse_if(why_not_release_again(release_facts(old), because, asking(by, at)))
    new = Release.objects.create(
        department=old.department,
        first_month=old.first_month,
        last_month=old.last_month,
        edition=old.edition + 1,
        because=because.strip(),
        supersedes=old,
        due_on=day_of(at),
        prepared_by=by,
        prepared_at=at,
    )
    carry_over(old, new)
    enter("release begun again", new, by, at, because=new.because, supersedes=old.pk)
    return new


def carry_over(old: Release, new: Release) -> None:
    """What was said of figures as they were; it counts only for those that are still the same."""
    for said in old.interpretations.filter(by_owner=False):
        said.carried = True
        copy_to(new, said)
    for signed in old.sign_offs.all():
        signed.carried = True
        copy_to(new, signed)
    for total in old.control_totals.all():
        copy_to(new, total)


def copy_to(new: Release, row: Interpretation | SignOff | ControlTotal) -> None:
    """The same row once more, of another release."""
    row.pk, row.release = None, new
    row._state.adding = True
    row.save()


@transaction.atomic
def append_words(
    *, release_id: int, key: FigureKey, text: str, by: Account, at: datetime
) -> Interpretation:
    """The owner's own words beside their released figure."""
    release = locked(release_id)
    figure = release.figures.filter(**key._asdict()).select_related("person").first()
    person_id = figure.person_id if figure else None
    facts = FigureFacts(
        department_id=release.department_id, stage=release.stage, person_id=person_id
    )
    refuse_if(why_not_append(facts, text, asking(by, at)))
    if figure is None:
        raise LookupError(key)
    written = Interpretation.objects.create(
        release=release,
        **key._asdict(),
        person=figure.person,
        by=by,
        by_owner=True,
        at=at,
        digest=figure.digest,
        text=text.strip(),
    )
    enter("owner wrote", release, by, at, about=[person_id], figure=list(key))
    return written


@transaction.atomic
def table_at_governance(
    *, release_id: int, on: date, note: str, by: Account, at: datetime
) -> Release:
    """Note that the release was tabled at clinical governance."""
    release = locked(release_id)
    refuse_if(why_not_table(release_facts(release), asking(by, at)))
    release.tabled_on, release.tabled_by, release.tabled_note = on, by, note
    release.save(update_fields=["tabled_on", "tabled_by", "tabled_note"])
    enter("release tabled", release, by, at, on=on.isoformat(), note=note)
    return release
