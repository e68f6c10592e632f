"""Every page of the whole demonstration as each role: `./run soak`, about half an hour.

Pages are found by following links from each role's home, two steps deep, one of each shape. Each
must answer, keep to its own address and content security policy, fit, and pass axe.
"""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from browsing import DESK, PHONE, Visitor, sideways
from clinlead.demo.touring import tours

pytestmark = pytest.mark.soak

LOGINS = (
    *("clinician", "peer", "stranger", "lead", "otherlead", "chief", "director", "operations"),
    *("hr", "analyst", "projectteam", "executive", "evaluator", "wardstaff", "dpo", "sysadmin"),
)
LEFT_OUT = ("/static/", "/sign-out/", "/api/")
FILES = re.compile(r"\.[a-z]+$|/(quarantine|manifest|download)/$")  # what is taken away
STEPS = 2


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The address of a served demonstration, made for this run or found in CLINLEAD_SOAK_AT."""
    if at := os.environ.get("CLINLEAD_SOAK_AT"):
        yield at
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    directory = tmp_path_factory.mktemp("demonstration") / "demo"
    command = [str(Path(sys.executable).parent / "clinlead"), "demo", "--data", str(directory)]
    serving = subprocess.Popen([*command, "--port", str(port)])
    try:
        yield answering(f"http://127.0.0.1:{port}", serving)
    finally:
        serving.terminate()
        serving.wait(30)


def answering(address: str, serving: subprocess.Popen) -> str:
    """The address, once the server says that it is ready."""
    for _ in range(1200):
        assert serving.poll() is None, "the demonstration stopped before it served"
        try:
            with urlopen(f"{address}/health/ready"):
                return address
        except OSError:
            time.sleep(0.5)
    return pytest.fail("the demonstration did not answer within ten minutes")


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_of_a_role_is_accessible_and_fits(browser, demonstration, axe, login):
    context = browser.new_context(viewport={"width": DESK, "height": 900})
    visitor = Visitor(context.new_page(), demonstration)
    visitor.watch()
    visitor.sign_in(login)
    wrong, seen = [], 0
    for path in every_page(visitor):
        seen += 1
        wrong += faults(visitor, path, axe)
    context.close()
    print(f"{login}: {seen} pages")
    assert seen > 5
    assert wrong + visitor.problems == []


@pytest.mark.parametrize("code", tours())
def test_every_step_of_a_tour_is_accessible_and_shows_what_it_says(
    browser, demonstration, axe, code
):
    context = browser.new_context(viewport={"width": DESK, "height": 900})
    visitor = Visitor(context.new_page(), demonstration)
    visitor.watch()
    visitor.sign_in(tours()[code].account)
    wrong = []
    for number, step in enumerate(tours()[code].steps, start=1):
        answer = visitor.go(f"/tours/{code}/{number}/")
        shown = visitor.page.locator("main").inner_text()
        if answer.status != 200 or step.see not in shown or "not there any more" in shown:
            wrong.append(f"{code}, step {number}: {answer.status} at {visitor.page.url}")
        wrong += faults(visitor, f"{code}, step {number}", axe)
    context.close()
    assert wrong + visitor.problems == []


def every_page(visitor: Visitor):
    """Paths, one of each shape, each open in the browser when it is given."""
    shapes, level = {shape("/")}, ["/"]
    for step in range(STEPS + 1):
        found = []
        for path in level:
            if (answer := visitor.go(path)) is None or not is_page(answer):
                continue
            links = links_of(visitor.page) if step < STEPS else []
            yield path
            found += links
        level = []
        for path in found:
            if shape(path) not in shapes:
                shapes.add(shape(path))
                level.append(path)


def shape(path: str) -> str:
    """The path with what names one person, record or measure left out; a query's values too."""
    path = re.sub(r"=[^&]*", "=", path)
    return re.sub(r"\d+|spells:[^/]+|[a-z]+(-[a-z0-9]+)+(?=/)", "*", path)


def is_page(answer) -> bool:
    return "html" in answer.headers.get("content-type", "")


def links_of(page) -> list[str]:
    found = page.eval_on_selector_all(
        "a[href^='/']", "all => all.map(a => a.getAttribute('href').split('#')[0])"
    )
    return [
        path
        for path in dict.fromkeys(found)
        if path and not path.startswith(LEFT_OUT) and not FILES.search(path.split("?")[0])
    ]


def faults(visitor: Visitor, path: str, axe) -> list[str]:
    """What is wrong with the open page at a desk's width and at a phone's."""
    found = []
    for width in (DESK, PHONE):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        try:
            axe(visitor.page)
        except AssertionError as violations:
            found.append(f"{path} at {width}: {violations}")
        if (wider := sideways(visitor.page)) > 0:
            found.append(f"{path} at {width}: {wider} px too wide")
    visitor.page.set_viewport_size({"width": DESK, "height": 900})
    return found
