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

    paused, now = is_paused(), timezone.now()
    if paused:
        print("Background work is paused, so only safety is seen to. Its page says who and why.")
    keep_calendar_of(timezone.localdate(now), at=now)
    failed = 0
    for job in work_off():
        done = job.state == JobState.DONE or (job.state == JobState.WAITING and not job.reason)
        failed += not done
        print(f"{str(job).capitalize()}: {job.result if done else job.reason}")
    return 1 if failed or paused else 0
