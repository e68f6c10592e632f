"""A person at a screen, and what a browser must not do while they read."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

DESK, PHONE = 1280, 390
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The menu folds in the frame after a change of width; until then its words lie outside the header.
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Visitor:
    """One person at one screen."""

    page: object
    home: str
    problems: list[str] = field(default_factory=list)

    def go(self, path: str):
        return self.page.goto(self.home + path)

    def wide(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})

    def sign_in(self, login: str, password: str = "demo") -> None:
        self.go("/sign-in/")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def watch(self) -> None:
        self.page.on("request", self.note_request)
        self.page.on("console", self.note_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("response", self.note_response)

    def note_request(self, request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.home).netloc:
            self.problems.append(f"asked elsewhere: {request.url}")

    def note_console(self, message) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.problems.append(f"policy: {message.text}")

    def note_response(self, response) -> None:
        if response.status >= 500:
            self.problems.append(f"server fault at {response.url}")


def arrived(page) -> None:
    """Waits for the page that a click asked for: a document may have begun and hold nothing yet."""
    page.wait_for_load_state()


def sideways(page) -> int:
    """How many pixels the page is wider than its screen; 0 on a page that fits.

    Asked again for a second: what folds into the menu does so after the page has come.
    """
    arrived(page)
    for _ in range(20):
        wider = page.evaluate(WIDER)
        if wider <= 0:
            break
        page.wait_for_timeout(50)
    return wider


def broken_rules(page) -> str:
    """Axe's report of the accessibility rules that a page breaks; empty where it breaks none."""
    from axe_playwright_python.sync_playwright import Axe

    arrived(page)
    page.evaluate(TWO_FRAMES)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return found.generate_report() if found.violations_count else ""


def too_wide(page) -> str:
    wider = sideways(page)
    return f"{page.url} is {wider} px too wide" if wider > 0 else ""


def faults_of(visitor: Visitor, *paths: str, answers: int = 200) -> list[str]:
    """What answers otherwise, is inaccessible or does not fit, at a phone's and a desk's width."""
    faults = []
    for path in paths:
        visitor.wide(PHONE)
        answer = visitor.go(path)
        faults.append("" if answer.status == answers else f"{path} answered {answer.status}")
        for width in (PHONE, DESK):
            visitor.wide(width)
            faults += [broken_rules(visitor.page), too_wide(visitor.page)]
    return [fault for fault in faults if fault]
