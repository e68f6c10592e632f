"""HR's check of job plans: a question that was answered, and one that waits for the visitor."""

from typing import TYPE_CHECKING

from clinlead.access.deciding import leads_of
from clinlead.access.models import Account
from clinlead.demo.keeping_time import no_earlier
from clinlead.jobplans.asking import answer, ask
from clinlead.jobplans.concordance import Point, found_in
from clinlead.jobplans.queries import Checked, checked
from clinlead.organisation.models import Department, Person

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

ANSWERED, WAITING = "general-surgery", "cardiology"
TEXT = (
    "{found} Which of the two is right, and should the plan be agreed anew? The contract is on "
    "file with us."
)
SAID = (
    "The plan was agreed before the second clinic was added. We agree it anew in April, with the "
    "teaching named in it."
)


def check_plans(making: "Making") -> None:
    """One department answered last week; cardiology's question waits for its clinical director."""
    for code, days_ago in ((ANSWERED, 8), (WAITING, 2)):
        department = Department.objects.filter(code=code).first()
        if department is None:
            continue
        at = no_earlier(making.days_ago(days_ago, 10))
        person, found = differing(checked(department, at.date()))
        if person is None:
            continue
        asked = ask(
            person=person,
            department=department,
            point=Point.CONTRACT,
            text=TEXT.format(found=found),
            by=Account.objects.get(username="hr"),
            at=at,
        )
        if code == ANSWERED:
            answer(
                question_id=asked.pk,
                text=SAID,
                by=leads_of(department, at.date())[0],
                at=no_earlier(making.days_ago(5, 13)),
            )


def differing(found: Checked) -> tuple[Person | None, str]:
    """The first clinician, but no lead, whose plan and contract do not agree."""
    for person in found.people:
        leading = person.account.roles.exists() if hasattr(person, "account") else False
        for each in found_in(found.facts[person.pk]):
            if each.point is Point.CONTRACT and not leading:
                return person, each.words
    return None, ""
