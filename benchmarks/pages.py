"""Every page of a trust as each role: questions to the database, and CPU at the median.

    ./run bench --pages DIR         DIR: a data directory that `clinlead demo` made

Pages are found by following the links of each role's menu and home, one step deep. Only reading:
nothing is posted. A role's worst pages are printed; exit status 1 where one breaks the budget.
"""

import logging
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOGINS = (
    *("clinician", "peer", "lead", "chief", "director", "operations", "hr", "analyst"),
    *("projectteam", "executive", "wardstaff", "dpo", "evaluator", "sysadmin"),
)
TIMES = 7
MOST_QUESTIONS, MOST_CPU_MS = 20, 80
SHOWN = 6  # of the worst pages of a role
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
LEFT_OUT = ("/static/", "/sign-out/", "/me/second-factor/codes/", "/api/")
FILES = (".csv", ".json", "/quarantine/", "/manifest/", "/download/")


def main(directory: Path) -> int:
    start(directory)
    print("| role | page | questions | CPU ms, median |\n|---|---|---|---|")
    over = [line for login in LOGINS for line in worst_of(login) if line[-1]]
    print(f"\n{len(over)} pages over the budget of {MOST_QUESTIONS} questions, {MOST_CPU_MS} ms.")
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


def worst_of(login: str) -> list[tuple[str, int, float, bool]]:
    """A role's pages, the dearest first; the first of them printed."""
    from django.test import Client

    from clinlead.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(username=login))
    found = sorted((measured(client, path) for path in pages_of(client)), key=lambda x: -x[2])
    for path, questions, cpu, _ in found[:SHOWN]:
        print(f"| {login} | {path} | {questions} | {cpu:.0f} |", flush=True)
    median = statistics.median(cpu for _, _, cpu, _ in found)
    print(f"| {login} | median of {len(found)} pages | | {median:.0f} |", flush=True)
    return found


def pages_of(client) -> Iterator[str]:
    """The home page, what it links to, and what those link to: one page of each shape."""
    seen: dict[str, str] = {}
    for path in ["/", *links_of(client, "/")]:
        for each in [path, *links_of(client, path)]:
            shape = re.sub(r"\d+|[?].*|spells:[^/]+|[a-z]+(-[a-z]+)+", "*", each)
            seen.setdefault(shape, each)
    return (path for path in seen.values() if client.get(path).status_code == 200)


def links_of(client, path: str) -> list[str]:
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
        return []
    found = dict.fromkeys(LINK.findall(answer.content.decode()))
    plain = (each.replace("&amp;", "&") for each in found)
    return [p for p in plain if not p.startswith(LEFT_OUT) and not p.split("?")[0].endswith(FILES)]


def measured(client, path: str) -> tuple[str, int, float, bool]:
    questions = questions_of(client, path)
    spent = []
    for _ in range(TIMES):
        began = time.process_time()
        client.get(path)
        spent.append(1000 * (time.process_time() - began))
    cpu = statistics.median(spent)
    return path, questions, cpu, questions > MOST_QUESTIONS or cpu > MOST_CPU_MS


def questions_of(client, path: str) -> int:
    from django.db import connection

    client.get(path)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    client.get(path)
    connection.force_debug_cursor = False
    return len(connection.queries_log)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/pages.py DIR (a data directory of `clinlead demo`)")
    sys.exit(main(Path(sys.argv[1])))
