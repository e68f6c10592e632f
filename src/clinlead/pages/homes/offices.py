"""Homes of those who see no named results, or only what a department granted."""

from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from clinlead.access.disclosing import counts_shown
from clinlead.access.models import Account, Grant, RoleHolding
from clinlead.access.policies import Reader, Role
from clinlead.access.queries import grants_visible_to
from clinlead.coding.results.reading import to_publish_anew
from clinlead.coding.waiting import waiting as coding_waiting
from clinlead.dataprotection.queries import open_requests
from clinlead.evaluation.waiting import waiting
from clinlead.history.actions import READ
from clinlead.history.models import Entry
from clinlead.history.queries import head
from clinlead.intake.retaining import RECORD_OF_ACTS
from clinlead.intake.retention import holdings, periods
from clinlead.jobplans.queries import to_close
from clinlead.measures.models import MeasureVersion
from clinlead.organisation.models import Absence, Department, Person, Post, RoleProfile
from clinlead.pages import readiness
from clinlead.pages.homes.builders import failed_work
from clinlead.pages.homes.leads import out_of, proposals_to_second
from clinlead.pages.homes.parts import (
    DEPARTMENTS,
    FRAMEWORK,
    JOB_PLANS,
    MEASURES,
    RESULTS,
    RULES,
    STRATEGY,
    WORK,
    Fact,
    News,
    Part,
    Task,
    Way,
)
from clinlead.pages.words import as_day, plural
from clinlead.strategy.queries import to_approve
from clinlead.validation.models import Challenge, ChallengeState

A_QUARTER = timedelta(days=92)
A_WEEK = timedelta(days=7)


def for_operations(reader: Reader) -> Part:
    granted = grants_visible_to(reader).filter(
        account_id=reader.account_id, revoked_at=None, ends_on__gte=reader.on
    )
    return Part(
        news=[
            News(
                f"{grant.granted_by} lets you see {grant.department}’s "
                f"{'figures by name' if grant.named else 'team figures'} "
                f"until {as_day(grant.ends_on)}",
                timezone.localdate(grant.granted_at),
                f"/departments/{grant.department.code}/",
            )
            for grant in granted
        ],
        ways=[
            DEPARTMENTS,
            Way("Grants", "/grants/", "What departments let you see, and until when"),
            MEASURES,
            RULES,
        ],
    )


def for_hr(reader: Reader) -> Part:
    ending = Post.objects.on(reader.on).filter(ends_on__lte=reader.on + A_QUARTER)
    posted = Person.objects.filter(pk__in=Post.objects.on(reader.on).values("person_id"))
    described = RoleProfile.objects.on(reader.on).values("person_id")
    plain = posted.exclude(pk__in=described).count()
    leading = RoleHolding.objects.on(reader.on).filter(role=Role.LEAD).values("department_id")
    unled = Department.objects.open().exclude(pk__in=leading).count()
    answered = to_close(reader)
    tasks = [
        (unled, f"{plural(unled, 'department')} without a director", "/departments/"),
        (answered, f"Read {plural(answered, 'answer')} about job plans", "/job-plans/"),
    ]
    return Part(
        tasks=[Task(words, href) for number, words, href in tasks if number],
        facts=[
            Fact("Clinicians in post", str(posted.count())),
            Fact("Posts that end in the next three months", str(ending.count())),
            Fact("Clinicians without a role profile", str(plain)),
            Fact("Clinicians on leave today", str(Absence.objects.on(reader.on).count())),
        ],
        ways=[JOB_PLANS, DEPARTMENTS, RULES, MEASURES],
    )


def for_executive(reader: Reader) -> Part:
    everywhere = frozenset(Department.objects.open().values_list("pk", flat=True))
    settled = Challenge.objects.aggregate(
        all=Count("pk"), accepted=Count("pk", filter=Q(state=ChallengeState.ACCEPTED))
    )
    overdue = Challenge.objects.filter(state=ChallengeState.OPEN, due_on__lt=reader.on).count()
    other = settled["all"] - settled["accepted"] - overdue  # an overdue one is still open
    corrected, late, _, raised = counts_shown([settled["accepted"], overdue, other])
    measures = MeasureVersion.objects.filter(approved=True).values("code").distinct().count()
    return Part(
        facts=[
            Fact("Departments with figures released", out_of(everywhere)),
            Fact("Measures agreed", str(measures)),
            Fact("Challenges raised by clinicians", raised),
            Fact("Challenges that corrected the data", corrected),
            Fact("Challenges overdue", late),
        ],
        tasks=[
            Task(f"Approve or decline: {one.title}", one.get_absolute_url(), one.kind.words)
            for one in to_approve(reader)
        ],
        ways=[STRATEGY, FRAMEWORK, RESULTS, DEPARTMENTS, JOB_PLANS, MEASURES, RULES],
    )


def for_staff(_reader: Reader) -> Part:
    return Part(
        ways=[
            Way("Measures", "/measures/", "What your entries are used for, in plain English"),
            *(DEPARTMENTS, RESULTS, RULES),
        ]
    )


def without_period(on: date) -> list[str]:
    """What is kept for ever until somebody says for how long."""
    found = []
    if without := sum(1 for each in holdings(on) if each.period is None):
        kept = "is" if without == 1 else "are"
        found.append(f"Say how long {plural(without, 'data set')} {kept} kept")
    if RECORD_OF_ACTS not in periods():
        found.append("Say how long the record of acts is kept")
    return found


def for_dpo(reader: Reader) -> Part:
    week = Entry.objects.filter(at__date__gt=reader.on - A_WEEK)
    running = Grant.objects.in_force(reader.on)
    number, _ = head()
    tasks = [
        Task(
            "Answer a request to erase",
            one.get_absolute_url(),
            f"by {as_day(one.due_on)}",
            late=one.due_on < reader.on,
        )
        for one in open_requests(reader)
    ]
    tasks += [Task(words, "/data-protection/retention/") for words in without_period(reader.on)]
    return Part(
        tasks=tasks,
        facts=[
            Fact("Entries in the record of acts", f"{number:,}"),
            Fact("Looks at named results in seven days", str(week.filter(act=READ).count())),
            Fact("Grants running", str(running.count())),
            Fact("Of them to figures by name", str(running.filter(named=True).count())),
        ],
        ways=[
            Way("Record of acts", "/history/", "Who did what, when, about whom; no results"),
            Way("Grants", "/grants/", "Who may see which department’s figures, and why"),
            Way("Subject access", "/data-protection/exports/", "Everything held about somebody"),
            Way("Requests to erase", "/data-protection/requests/", "Due within a month"),
            Way("Disclosures", "/data-protection/disclosures/", "What went out, and by what right"),
            Way("Retention", "/data-protection/retention/", "How long records are kept"),
            RULES,
            MEASURES,
        ],
    )


def for_evaluator(reader: Reader) -> Part:
    tasks = waiting(reader.account_id, timezone.now())
    opened, settle = coding_waiting(reader.account_id)
    coding = [
        (opened, f"Code {plural(opened, 'transcript')} that somebody opened to you"),
        (settle, f"Settle {plural(settle, 'transcript')} with the other coder"),
    ]
    return Part(
        tasks=[
            *(Task(words, href) for words, href in tasks),
            *(Task(words, "/coding/") for number, words in coding if number),
            *(
                Task(
                    f"Something was withdrawn: publish {study} anew", f"/coding/{study.pk}/publish/"
                )
                for study in to_publish_anew(reader.account_id)
            ),
        ],
        ways=[
            Way("Evaluation", "/evaluation/", "Your studies, and who takes part in them"),
            Way("Coding and findings", "/coding/", "Codes, themes, counts and the report"),
            *(RESULTS, RULES, MEASURES, DEPARTMENTS),
        ],
    )


def for_system_administrator(reader: Reader) -> Part:
    held = RoleHolding.objects.on(reader.on).values("account_id")
    posted = Post.objects.on(reader.on).values("person_id")
    without = Account.objects.filter(is_active=True).exclude(pk__in=held)
    idle = without.exclude(person_id__in=posted).count()
    tasks = [*failed_work(), *proposals_to_second(reader)]
    if idle:
        tasks.append(Task(f"{plural(idle, 'account')} with no role and no post", "/roles/"))
    tasks += [
        Task(f"Not ready: {name.replace('_', ' ')}", "/health/ready", late=True)
        for name, good in readiness.state().items()
        if not good
    ]
    return Part(
        tasks=tasks,
        facts=[Fact("Accounts in use", str(Account.objects.filter(is_active=True).count()))],
        ways=[
            Way("Accounts and roles", "/roles/", "Propose, second and end roles"),
            WORK,
            DEPARTMENTS,
            RULES,
            MEASURES,
        ],
    )
