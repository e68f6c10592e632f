"""What two people can talk about: a released figure's signal, a safety signal, something else."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from clinlead.access.deciding import directors_cases_on, owner_in
from clinlead.access.models import RoleHolding
from clinlead.access.policies import OwnerFacts, Reader, Role
from clinlead.conversations.policies import SubjectFacts, why_not_take_part
from clinlead.organisation.models import Department, Person, Post
from clinlead.releases.models import ReleasedFigure
from clinlead.releases.policies import Stage
from clinlead.safety.models import Signal


@dataclass(frozen=True)
class Subject:
    """One thing to talk about, with whom it concerns and where it belongs."""

    person: Person
    department: Department
    topic: str
    words: str
    figure: ReleasedFigure | None = None
    signal: Signal | None = None

    def facts(self, on: date) -> SubjectFacts:
        shown = self.figure.has_signal or bool(self.figure.beside) if self.figure else True
        out = self.figure is None or self.figure.release.stage is not Stage.PREPARING
        return SubjectFacts(
            owner=owner_in(self.person.pk, self.department.pk, on),
            signal=shown,
            released=out,
            words=self.words,
        )


def of_figure(figure: ReleasedFigure) -> Subject | None:
    """Of a person's figure; one conversation for all editions of the same months."""
    release = figure.release
    if figure.person is None:
        return None
    months = f"{release.first_month}..{release.last_month}"
    topic = f"figure {release.department_id} {months} {'/'.join(figure.key)}"
    words = f"{figure.title}, {release.period}"
    return Subject(figure.person, release.department, topic[:200], words, figure=figure)


def of_signal(signal: Signal) -> Subject | None:
    """Of a clinician's safety signal; a department's is talked about in its meetings."""
    if signal.person is None:
        return None
    words = f"Safety signal of {signal.signalled_on.day} {signal.signalled_on:%B %Y}"
    return Subject(signal.person, signal.department, f"signal {signal.pk}", words, signal=signal)


def of_words(person: Person, department: Department, words: str, at: str) -> Subject:
    """Something else than a figure: conduct, workload, or a figure without a signal."""
    topic = f"words {person.pk} {department.pk} {at}"
    return Subject(person, department, topic, words.strip()[:200])


def talkable(reader: Reader, *, chiefs: bool = False) -> list[tuple[Person, Department]]:
    """With whom, or as whom, this person may begin a conversation, each with the department.

    With `chiefs`, everybody in a chief's departments: for what a chief may do past the lead.
    """
    near = reader.leads | reader.chief_of
    posts = Post.objects.on(reader.on).select_related("person", "department")
    own = posts.filter(person=reader.person_id, department__in=reader.departments)
    directors_cases = directors_cases_on(reader.on)
    theirs_to_lead = Q(department__in=near)
    if reader.has(Role.DIRECTOR):
        theirs_to_lead |= Q(person__in=directors_cases)
    theirs = posts.filter(theirs_to_lead).exclude(person=reader.person_id)
    found = [*own, *theirs.order_by("department__name", "person__name")]
    holdings = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD, department__in=near)
    leaders = set(holdings.values_list("account__person_id", "department_id"))

    def theirs_to_talk(post: Post) -> bool:
        key = (post.person_id, post.department_id)
        owner = OwnerFacts(
            person_id=post.person_id,
            departments=frozenset({post.department_id}),
            owner_leads=key in leaders,
            owner_goes_to_director=post.person_id in directors_cases,
        )
        return why_not_take_part(reader, owner) is None

    return [
        (post.person, post.department)
        for post in found
        if (chiefs and post.department_id in reader.chief_of) or theirs_to_talk(post)
    ]
