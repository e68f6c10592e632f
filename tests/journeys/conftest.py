"""A real browser on a small trust: Chromium from the system, axe from a wheel, no internet.

`visit(login, width=…)` opens a signed-in page; at the end of the test the browser must have
asked nothing of any other address, broken no content security policy and met no server fault.
`axe(page)` fails on any accessibility violation.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from browsing import DESK, Visitor, broken_rules, too_wide

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str:
    """Where Chromium is; without it a user's machine skips and continuous integration fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    why = "needs Chromium (Debian: apt-get install chromium)"
    return pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)


@pytest.fixture(scope="session")
def browser():
    executable = chromium_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


def recognise(visitor: Visitor, login: str) -> None:
    """At home, as if this person had just signed in; the form is for the tests of the way in."""
    from django.conf import settings
    from django.test import Client

    from clinlead.access.models import Account

    client = Client()
    client.force_login(Account.objects.get(username=login))
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": visitor.home}
    visitor.page.context.add_cookies([cookie])
    visitor.go("/")


@pytest.fixture
def visit(browser, live_server) -> Iterator[Callable[..., Visitor]]:
    opened: list[Visitor] = []

    def open_page(login: str | None = None, width: int = DESK, **options) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        visitor = Visitor(context.new_page(), live_server.url)
        visitor.watch()
        opened.append(visitor)
        if login:
            recognise(visitor, login)
        return visitor

    yield open_page
    for visitor in opened:
        visitor.page.context.close()
    assert [problem for visitor in opened for problem in visitor.problems] == []


@pytest.fixture
def ready(transactional_db, django_db_blocker, tmp_path):
    """A quarter being prepared, as every file of tests that begins with one has it."""
    from kept_worlds import world_of
    from small_release import quarter_prepared

    with world_of(quarter_prepared, tmp_path, django_db_blocker) as found:
        yield found


@pytest.fixture
def let_out(transactional_db, django_db_blocker, tmp_path):
    """The same quarter, released."""
    from kept_worlds import world_of
    from small_release import quarter_let_out

    with world_of(quarter_let_out, tmp_path, django_db_blocker) as found:
        yield found


@pytest.fixture
def axe() -> Callable[[object], None]:
    """Fails with axe's own report when a page breaks an accessibility rule."""

    def check(page) -> None:
        assert broken_rules(page) == ""

    return check


@pytest.fixture
def fits() -> Callable[[object], None]:
    def check(page) -> None:
        assert too_wide(page) == ""

    return check
