"""`clinlead tick`: what the calendar says is due today, and everything that follows from it."""

import argparse


def configure(_parser: argparse.ArgumentParser) -> None:
    """It has no arguments."""


def run(_options: argparse.Namespace) -> int:
    """Do what is due today; doing it again changes nothing. Exit status 1 where a job failed."""
    from clinlead.cli import start_django

    start_django()
    from django.utils import timezone

    from clinlead.background.claiming import is_paused
    from clinlead.background.policies import JobState
    from clinlead.background.working import keep_calendar_of, work_off

    if is_paused():
        print("Background work is paused, so nothing was done. Its page says by whom and why.")
        return 1
    now = timezone.now()
    keep_calendar_of(timezone.localdate(now), at=now)
    failed = 0
    for job in work_off():
        done = job.state == JobState.DONE or (job.state == JobState.WAITING and not job.reason)
        failed += not done
        print(f"{str(job).capitalize()}: {job.result if done else job.reason}")
    return 1 if failed else 0
