"""A person at a screen, and what a browser must not do while they read."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

DESK, PHONE = 1280, 390


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


def sideways(page) -> int:
    """How many pixels the page is wider than its screen; 0 on a page that fits."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
