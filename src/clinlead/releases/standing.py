"""Where a release stands: each figure's interpretation and sign-off, and the gate's facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from clinlead.access.deciding import Above, above_on
from clinlead.access.models import RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.figures.grading import graded, quality_of
from clinlead.figures.presenters import month_words
from clinlead.intake.models import Load
from clinlead.intake.queries import in_use
from clinlead.releases.gate import Criterion, Elsewhere, GateFacts, MonthFacts, gate
from clinlead.releases.live import Assembled, Draft, assembled, posts_of
from clinlead.releases.loads import loads_read
from clinlead.releases.models import (
    ControlTotal,
    FigureKey,
    Interpretation,
    Release,
    ReleaseState,
)
from clinlead.releases.policies import (
    FigureFacts,
    ReleaseFacts,
    why_not_decide,
    why_not_see_figure,
)
from clinlead.releases.totals import TotalFacts
from clinlead.strategy.streams import NO_STREAMS, StreamSight, stream_sight
from clinlead.validation.models import Challenge, Window
from clinlead.validation.queries import open_challenges
from clinmeasures.definitions.behind import columns_behind


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A release being prepared, on one day: its figures and what has been said of each."""

    release: Release
    on: date
    figures: Assembled
    leading: frozenset[int]  # people of the department who lead it
    directors_cases: frozenset[int]  # people of the department who are chief, or medical director
    interpreted: Mapping[tuple[FigureKey, str], Interpretation]  # of the figure as it is
    earlier: Mapping[FigureKey, Interpretation]  # the newest, whatever the figure was then

    @cached_property
    def signed(self) -> frozenset[tuple[FigureKey, str]]:
        """Figures as they were signed off; one query, the first time."""
        return frozenset((each.key, each.digest) for each in self.release.sign_offs.all())

    @cached_property
    def above(self) -> Above:
        """Asked only where a chief or a medical director has figures here."""
        return above_on(self.on)

    def is_interpreted(self, draft: Draft) -> bool:
        return (draft.key, draft.digest) in self.interpreted

    def is_signed(self, draft: Draft) -> bool:
        return (draft.key, draft.digest) in self.signed

    def needs_interpretation(self, draft: Draft) -> bool:
        return draft.needs_words and not self.is_interpreted(draft)

    @cached_property
    def to_interpret(self) -> list[Draft]:
        return [draft for draft in self.figures.drafts if self.needs_interpretation(draft)]

    @cached_property
    def to_sign_off(self) -> list[Draft]:
        """What is left to sign off, apart from what must be interpreted first."""
        return [
            draft
            for draft in self.figures.drafts
            if not self.is_signed(draft) and not self.needs_interpretation(draft)
        ]

    @cached_property
    def streams(self) -> StreamSight:
        """Who joined which stream, and its measures; asked for a stream's lead alone."""
        return stream_sight(self.release.department_id, self.on)

    def facts_of(self, draft: Draft, reader: Reader | None = None) -> FigureFacts:
        """For the rules; with a reader, the streams by which a stream's lead may see it too."""
        led = reader is not None and self.release.department_id in reader.stream_departments
        streams = self.streams if led else NO_STREAMS
        person_id = draft.person.pk if draft.person else None
        return FigureFacts(
            department_id=self.release.department_id,
            stage=self.release.stage,
            person_id=person_id,
            owner_leads=person_id in self.leading,
            owner_goes_to_director=person_id in self.directors_cases,
            contributors=draft.contributors,
            needs_interpretation=self.needs_interpretation(draft),
            streams=streams.of(person_id, draft.key.measure),
        )

    def seen_by(self, reader: Reader) -> list[Draft]:
        """The figures this person may see before the release."""
        return [
            draft
            for draft in self.figures.drafts
            if why_not_see_figure(self.facts_of(draft, reader), reader) is None
        ]

    def decided_by(self, reader: Reader, drafts: Sequence[Draft]) -> list[Draft]:
        """Those among some figures that are this person's to interpret and sign off."""
        return [d for d in drafts if why_not_decide(self.facts_of(d), reader) is None]


def standing(release: Release, on: date, *, fresh: bool = False) -> Standing:
    """Everything about a release that is being prepared."""
    words = list(release.interpretations.filter(by_owner=False).select_related("by__person"))
    leads = leads_on(release.department_id, on).filter(account__person=OuterRef("person"))
    above = RoleHolding.objects.on(on).directors_cases().filter(account__person=OuterRef("person"))
    posts = posts_of(release, leads=Exists(leads), is_directors_cases=Exists(above))
    return Standing(
        release=release,
        on=on,
        figures=assembled(release, posts=posts, fresh=fresh),
        leading=frozenset(each.person_id for each in posts if each.leads),  # type: ignore[attr-defined]
        directors_cases=frozenset(each.person_id for each in posts if each.is_directors_cases),  # type: ignore[attr-defined]
        interpreted={(each.key, each.digest): each for each in words},
        earlier={each.key: each for each in words},
    )


def leading(department_id: int, on: date) -> frozenset[int]:
    """The people who lead a department on a day, deputies included."""
    found = leads_on(department_id, on).values_list("account__person_id", flat=True)
    return frozenset(person for person in found if person is not None)


def leads_on(department_id: int, on: date) -> QuerySet[RoleHolding]:
    return RoleHolding.objects.on(on).filter(department=department_id, role=Role.LEAD)


def gate_of(now: Standing) -> tuple[Criterion, ...]:
    return gate(gate_facts(now))


def gate_facts(now: Standing) -> GateFacts:
    release, figures = now.release, now.figures
    challenges = list(open_challenges(release.department, release.period.months))
    overdue = sum(each.due_on < now.on for each in challenges)
    lapsed = bool(release.checked_at) and release.checked_digest != figures.digest
    return GateFacts(
        on=now.on,
        figures=len(figures.drafts),
        window_closes_on=window_closes_on(release),
        grades=tuple(load.grade for load in loads_behind(release, figures)),
        lowest_grade=settings.CONFIGURATION.release_lowest_grade,
        months=months_of(release, figures),
        totals=totals_of(release, figures),
        overdue_challenges=overdue,
        open_challenges=len(challenges) - overdue,
        own_challenges=sum(
            not (now.leading | now.directors_cases).isdisjoint({c.person_id, c.asked_id})
            for c in challenges
        ),
        checked=bool(release.checked_at) and not lapsed,
        check_lapsed=lapsed,
        signals=sum(draft.needs_words for draft in figures.drafts),
        to_interpret=len(now.to_interpret),
        to_sign_off=len(now.to_sign_off),
        own_to_interpret=elsewhere(now, now.to_interpret),
        own_to_sign_off=elsewhere(now, now.to_sign_off),
    )


def elsewhere(now: Standing, drafts: Sequence[Draft]) -> Elsewhere:
    """How many of some figures the lead does not decide, by who does."""
    facts = [now.facts_of(each) for each in drafts]
    owners = [each.owner.person_id for each in facts if each.owner_goes_to_director]
    return Elsewhere(
        leads=sum(each.owner_leads and not each.owner_goes_to_director for each in facts),
        directors_cases=len(owners),
        nobodys=sum(not now.above.of_directors_cases(one) for one in owners),
    )


def window_closes_on(release: Release) -> date | None:
    """When the last window closes in which these months' owners check their records.

    It comes with a release that `with_window` found; else it is asked for.
    """
    if not hasattr(release, "window_closes"):
        release = with_window(Release.objects.filter(pk=release.pk)).only("pk").get()
    return release.window_closes  # type: ignore[attr-defined]


def with_window(releases: QuerySet[Release]) -> QuerySet[Release]:
    """The same releases, each with when its window closes."""
    windows = Window.objects.filter(
        department=OuterRef("department"),
        first_month__lte=OuterRef("last_month"),
        last_month__gte=OuterRef("first_month"),
    )
    last = windows.order_by("-closes_on").values("closes_on")[:1]
    return releases.annotate(window_closes=Subquery(last))


def loads_behind(release: Release, figures: Assembled) -> list[Load]:
    """The loads in use that the figures of these months are read from, in load order."""
    rules = {draft.key.rule for draft in figures.drafts}
    return loads_read(figures.definitions, rules, release.period)


def months_of(release: Release, figures: Assembled) -> tuple[MonthFacts, ...]:
    """The grade of the data behind each month that goes out, measure by measure; three queries."""
    drafts = team_figures(figures)
    behind = {draft.key: columns_behind(draft.definition, draft.key.rule) for draft in drafts}
    datasets = {name for columns in behind.values() for name, _ in columns}
    quality = quality_of(datasets, release.period.months, in_use())
    return tuple(
        MonthFacts(
            measure=draft.title,
            month=month_words(month),
            grade=str(each.grade or ""),
            because=each.because,
        )
        for draft in drafts
        for month, each in graded(
            behind[draft.key], [one.month for one in draft.in_period], quality
        ).items()
    )


def totals_of(release: Release, figures: Assembled) -> tuple[TotalFacts, ...]:
    """Each measure of the release against its control totals: the period's, and each month's."""
    entered: dict[str, dict[str, ControlTotal]] = {}
    for total in release.control_totals.all():
        entered.setdefault(total.measure, {})[total.month] = total
    return tuple(
        each
        for draft in team_figures(figures)
        for each in totals_against(draft, entered.get(draft.key.measure, {}))
    )


def totals_against(draft: Draft, entered: Mapping[str, ControlTotal]) -> Iterator[TotalFacts]:
    """One measure's totals; without one of the period each of its months must have one."""
    ours = draft.records_by_month
    wanted = [""] if "" in entered or not entered else [month for month in ours if month]
    for month in dict.fromkeys([*wanted, *sorted(entered)]):
        total = entered.get(month)
        yield TotalFacts(
            measure=draft.title,
            month=month_words(month) if month else "",
            entered=total is not None,
            theirs=total.theirs if total else None,
            ours_then=total.ours if total else 0,
            ours_now=ours.get(month, 0),
            explained=bool(total and total.explained.strip()),
            tolerance=settings.CONFIGURATION.release_totals_tolerance,
        )


def team_figures(figures: Assembled) -> list[Draft]:
    """The department's own figures: one a measure."""
    return [draft for draft in figures.drafts if draft.key.is_team]


def release_facts(release: Release, criteria: tuple[Criterion, ...] = ()) -> ReleaseFacts:
    """What the rules need to know of a release."""
    return ReleaseFacts(
        department_id=release.department_id,
        stage=release.stage,
        newest=is_preparing(release) or not editions_after(release),
        tabled=release.tabled_on is not None,
        gate=criteria,
    )


def editions_after(release: Release) -> bool:
    same = Release.objects.filter(
        department=release.department_id,
        first_month=release.first_month,
        last_month=release.last_month,
    )
    return same.filter(edition__gt=release.edition).exists()


def challenges_about(release: Release, draft: Draft, challenges: Sequence[Challenge]) -> list[str]:
    """Keys of the records behind a figure that somebody has challenged and nobody settled yet."""
    owner = draft.person.pk if draft.person else None
    return [
        each.key
        for each in challenges
        if each.key
        and each.dataset == draft.definition.record
        and each.month in release.period.months
        and (draft.key.is_team or owner in {each.person_id, each.asked_id})
    ]


def is_preparing(release: Release) -> bool:
    return release.state == ReleaseState.PREPARING
