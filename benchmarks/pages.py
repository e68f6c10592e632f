"""Every page of a trust as each role: questions to the database, and CPU at the median.

    ./run bench --pages DIR         DIR: a data directory that `clinlead demo` made

Each role follows links from its home until none leads to a route of the application that it has
not seen twice; a page that first asks for a reason is given one. The routes that no role reached
are named. Only reading: nothing is posted. A role's dearest pages are printed, and every page over
the budget; exit status 1 where there is one.
"""

import logging
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LOGINS = (
    *("clinician", "peer", "lead", "otherlead", "chief", "director", "operations", "hr"),
    *("analyst", "projectteam", "executive", "wardstaff", "dpo", "evaluator", "sysadmin"),
)
TIMES = 7
MOST_QUESTIONS, MOST_CPU_MS = 20, 80
SHOWN = 5  # of the dearest pages of a role
OF_A_ROUTE = 2  # another's page of the same route may be of another kind
SEEDS = ("/", "/search/?q=dr")  # what is typed rather than followed
LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
ASKED_FIRST = re.compile(r'<form method="get".*name="(purpose|reason)"', re.DOTALL)
LEFT_OUT = ("/static/", "/sign-out/", "/me/second-factor/codes/", "/api/")
FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")  # of a transaction: no question


@dataclass(frozen=True)
class Page:
    """One page as one role."""

    route: str
    path: str
    questions: int
    cpu: float

    @property
    def over(self) -> bool:
        return self.questions > MOST_QUESTIONS or self.cpu > MOST_CPU_MS


def main(directory: Path) -> int:
    start(directory)
    print("| role | page | questions | CPU ms, median | |\n|---|---|---|---|---|")
    found = [page for login in LOGINS for page in measured_as(login)]
    over = [page for page in found if page.over]
    reached = {page.route for page in found}
    left = sorted(route for route in routes() if route not in reached)
    print(f"\n{len(found)} pages of {len(reached)} routes; {len(over)} over the budget of")
    print(f"{MOST_QUESTIONS} questions and {MOST_CPU_MS} ms.")
    print(f"\nReached by no link, or acts rather than pages: {', '.join(left) or 'none'}.")
    return 1 if over else 0


def start(directory: Path) -> None:
    os.environ["CLINLEAD_DATA_DIR"] = str(directory)
    os.environ["CLINLEAD_DEMONSTRATION"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
    import django

    django.setup()
    from django import db
    from django.conf import settings
    from django.core.signals import request_started

    settings.ALLOWED_HOSTS.append("testserver")
    request_started.disconnect(db.reset_queries)
    logging.disable(logging.WARNING)


def measured_as(login: str) -> list[Page]:
    """A role's pages, the dearest first; the first of them and those over the budget printed."""
    from django.test import Client

    from clinlead.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(username=login))
    found = [measured(client, *place) for place in pages_of(client)]
    found.sort(key=lambda page: -page.cpu)
    most = max(page.questions for page in found)
    for place, page in enumerate(found):
        if place < SHOWN or page.over or page.questions == most:
            flag = "over" if page.over else ""
            print(f"| {login} | {page.path} | {page.questions} | {page.cpu:.0f} | {flag} |")
    median = statistics.median(page.cpu for page in found)
    print(f"| {login} | median of {len(found)} pages | | {median:.0f} | |", flush=True)
    return found


def pages_of(client) -> Iterator[tuple[str, str]]:
    """Route and path of what links lead to, a few of each route, and what those link to."""
    seen: Counter[tuple[str, bool]] = Counter()
    waiting, known = list(SEEDS), set(SEEDS)
    while waiting:
        path = waiting.pop(0)
        kind = (route_of(path), "purpose=" in path or "reason=" in path)
        if not kind[0] or seen[kind] >= OF_A_ROUTE:
            continue
        answer = client.get(path)
        if answer.status_code != 200:
            continue
        seen[kind] += 1
        yield kind[0], path
        new = [each for each in links_in(answer, path) if each not in known]
        known.update(new)
        waiting += new


def route_of(path: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(path.split("?", maxsplit=1)[0]).route or "/"
    except Resolver404:
        return ""


def routes() -> Iterator[str]:
    """Every route of the application's pages; the interface for programs has its own."""
    from django.urls import get_resolver

    def within(patterns, before: str) -> Iterator[str]:
        for each in patterns:
            here = before + str(each.pattern)
            if hasattr(each, "url_patterns"):
                yield from within(each.url_patterns, here)
            elif not here.startswith("api/"):
                yield here or "/"

    return within(get_resolver().url_patterns, "")


def links_in(answer, path: str) -> list[str]:
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return []
    text = answer.content.decode()
    found = [each.replace("&amp;", "&") for each in dict.fromkeys(LINK.findall(text))]
    if asked := ASKED_FIRST.search(text):
        found.append(f"{path}{'&' if '?' in path else '?'}{asked[1]}=measuring")
    return [each for each in found if not each.startswith(LEFT_OUT)]


def measured(client, route: str, path: str) -> Page:
    questions = questions_of(client, path)
    spent = []
    for _ in range(TIMES):
        began = time.process_time()
        read(client, path)
        spent.append(1000 * (time.process_time() - began))
    return Page(route, path, questions, statistics.median(spent))


def read(client, path: str) -> None:
    """The whole answer, also of a file that is sent in parts."""
    answer = client.get(path)
    if answer.streaming:
        list(answer.streaming_content)


def questions_of(client, path: str) -> int:
    from django.db import connection

    read(client, path)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    read(client, path)
    connection.force_debug_cursor = False
    return sum(not each["sql"].startswith(FRAME) for each in connection.queries_log)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/pages.py DIR (a data directory of `clinlead demo`)")
    sys.exit(main(Path(sys.argv[1])))
