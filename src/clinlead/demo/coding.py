"""The evaluator has the published study as an example, before anything else is evaluated here."""

from typing import TYPE_CHECKING

from clinlead.access.models import Account
from clinlead.coding.example.including import include_example
from clinlead.demo.keeping_time import no_earlier

if TYPE_CHECKING:
    from clinlead.demo.actions import Making


def include_study(making: "Making") -> None:
    evaluator = Account.objects.get(username="evaluator")
    include_example(by=evaluator, at=no_earlier(making.went_live_at))
