"""Stories that happened side by side, played so that the record of acts is in the order of time."""

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

from clinlead.demo import concerns, evaluating, merging, piloting, workstreams

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

# A story yields the moment of what it does next, and does it when it is asked to go on.
Story = Iterator[datetime]


def play_before_the_extracts(making: "Making") -> None:
    play(
        workstreams.before_the_extracts(making),
        merging.merge_two(making),
        concerns.support_and_close(making),
        concerns.bring_in_others(making),
        evaluating.ask(making),
        piloting.go_first(making),
    )


def play(*stories: Story) -> None:
    """Of all stories that go on, always the one whose next moment is the earliest."""
    begun, number = ((next(story, None), story) for story in stories), count()
    waiting = [(at, next(number), story) for at, story in begun if at is not None]
    heapq.heapify(waiting)
    while waiting:
        _, _, story = heapq.heappop(waiting)
        if (at := next(story, None)) is not None:
            heapq.heappush(waiting, (at, next(number), story))
