"""The data protection officer of the invented trust: periods, a request to erase, a disclosure."""

from typing import TYPE_CHECKING

from clinlead.access.models import Account
from clinlead.dataprotection import actions
from clinlead.dataprotection.actions import Said
from clinlead.dataprotection.policies import Basis
from clinlead.intake.actions import set_period
from clinlead.intake.retaining import RECORD_OF_ACTS, Asked
from clinlead.intake.retention import holdings

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

YEARS = 8
OF_THE_RECORD = "The invented trust’s schedule: as long as the records that were read"
SCHEDULE = "The invented trust’s schedule: as long as the patient’s own record"


def protect_data(making: "Making") -> None:
    """Today, so that nothing of what was played before is older."""
    officer, at = Account.objects.get(username="dpo"), making.now
    for held in holdings(at.date()):
        asked = Asked(dataset=held.dataset, years=YEARS, reason=SCHEDULE)
        set_period(asked=asked, by=officer, at=at)
    record = Asked(dataset=RECORD_OF_ACTS, years=YEARS, reason=OF_THE_RECORD)
    set_period(asked=record, by=officer, at=at)
    peer = Account.objects.get(username="peer")
    actions.ask_for_erasure(
        account=peer,
        says="Please erase the plans that I wrote last year; I no longer follow them.",
        received_on=making.days_ago(9).date(),
        by=peer,
        at=at,
    )
    said = Said(
        to_whom="Somebody who asked under freedom of information",
        what="How many departments released figures in each quarter",
        basis=Basis.INFORMATION,
        because="Request FOI 118",
        on=making.days_ago(20).date(),
    )
    actions.note_disclosure(said=said, by=officer, at=at)
