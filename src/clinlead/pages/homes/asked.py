"""What others asked of somebody, who waits for the answer: a part of the home page that comes in a
request of its own, for those who were asked lately.
"""

from collections.abc import Iterable

from clinlead.access.deciding import Offices
from clinlead.access.policies import Reader
from clinlead.feedback.queries import asked_of
from clinlead.jobplans.queries import to_answer
from clinlead.notices.models import Notice
from clinlead.pages.homes.parts import Path, Task
from clinlead.pages.words import as_day, plural
from clinlead.recognition.queries import to_confirm

ASKED = ("/feedback/", "/job-plans/", "/recognition/")  # where notices of it lead
PATH = Path("Asked of you", "/home/asked/", "/feedback/", "See what colleagues and HR ask of you")


def asked_paths(told: Iterable[Notice]) -> list[Path]:
    """Nothing to ask for whoever was asked nothing for a quarter."""
    return [PATH] if any(one.href.startswith(ASKED) for one in told) else []


def asked_tasks(reader: Reader) -> list[Task]:
    """Feedback to give, questions of HR, contributions; no names: others may see the screen."""
    waiting = len(to_confirm(reader))
    return [
        *(
            Task(
                "Give feedback on a colleague",
                f"/feedback/{one.round_id}/answer/",
                f"by {as_day(one.round.closes_on)}",
            )
            for one in asked_of(reader)
        ),
        *(
            Task(
                f"Answer HR’s question about the job plan of {one.person}",
                one.get_absolute_url(),
                f"asked on {as_day(one.asked_at)}",
            )
            for one in to_answer(reader, Offices(reader.on))
        ),
        *(
            [Task(f"Confirm {plural(waiting, 'contribution')} of colleagues", "/recognition/")]
            if waiting
            else []
        ),
    ]
