#!/usr/bin/env python3
"""Screenshots of pages as each role, at a desk's width and a phone's, to be looked at.

    python tests/look.py --out shots                  the suite's small trust, in a quarter
    python tests/look.py --out shots --at http://127.0.0.1:8000 --as lead --as clinician
    python tests/look.py --out shots --as analyst /measures/ /rules/

Without paths: the home page and every page of the role's menu.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent))
WIDTHS = (1280, 390)
LOGINS = [
    *["clinician", "lead", "chief", "director", "operations", "hr", "analyst", "projectteam"],
    *["executive", "wardstaff", "dpo", "evaluator", "sysadmin"],
]


def main() -> None:
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    home = options.at or serve_small_trust()
    from playwright.sync_api import sync_playwright

    from journeys.conftest import FLAGS, chromium_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        for login in options.who or LOGINS:
            for width in WIDTHS:
                shoot(browser, home, login, width, options)
        browser.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take screenshots as each role.")
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--at", default="", help="address of a running demonstration")
    parser.add_argument("--as", dest="who", action="append", help="login; may be repeated")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--password", default="demo")
    return parser.parse_args()


def shoot(browser, home: str, login: str, width: int, options: argparse.Namespace) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(home + "/sign-in/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", options.password)
    page.click("main button[type=submit]")
    for path in options.paths or menu_of(page):
        page.goto(home + path, wait_until="networkidle")
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
        target = options.out / f"{login}-{name}-{width}.png"
        page.screenshot(path=target, full_page=True)
        print(target, f"{page.title()!r}")
    context.close()


def menu_of(page) -> list[str]:
    links = page.eval_on_selector_all(".nhsuk-header__navigation a", "all => all.map(a => a.href)")
    return list(dict.fromkeys(["/", *(urlsplit(link).path for link in links)]))


def serve_small_trust() -> str:
    """The suite's small trust in a data directory of its own, served from this process."""
    os.environ["CLINLEAD_DATA_DIR"] = tempfile.mkdtemp(prefix="clinlead-look-")
    os.environ["CLINLEAD_DEMONSTRATION"] = "true"
    os.environ["CLINLEAD_TRUST_NAME"] = "Invented Hospitals NHS Trust"
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinlead.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    make_trust()
    return serve(get_wsgi_application())


def make_trust() -> None:
    """The small trust in the middle of a quarter, with its figures computed."""
    from lived_in import MEASURES, live_in
    from people import small_trust
    from small_activity import compute, load_small_activity
    from strategy_stated import stated

    trust = small_trust()
    trust.stays = load_small_activity()
    compute(trust, MEASURES)
    live_in(trust)
    stated(trust)


def serve(application) -> str:
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_arguments) -> None:
            """Say nothing for each request."""

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    server = make_server("127.0.0.1", 0, application, Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


if __name__ == "__main__":
    main()
