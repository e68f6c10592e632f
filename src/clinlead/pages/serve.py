"""`clinlead serve`: the application behind a production web server."""

import argparse
import contextlib
import errno
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

from clinmeasures.errors import BadInput

PORT = 8000
WORKERS = 2
THREADS = 4  # a worker thread keeps one DuckDB connection
LARGEST_PORT = 65_535


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from clinlead.cli import start_django

    start_django()
    serve(host=options.host, port=options.port, workers=options.workers)
    return 0


def serve(*, host: str, port: int, workers: int = WORKERS) -> None:
    """Check what must hold before anybody signs in, then serve until stopped."""
    refuse_to_expose_the_demonstration(host)
    refuse_port(port)
    refuse_old_database()
    refuse_busy_port(host, port)
    with background_work_beside():
        start_server(host, port, workers)


@contextlib.contextmanager
def background_work_beside() -> Iterator[None]:
    """Background work in a process of its own, ended with the server; unless settings say not."""
    from django.conf import settings

    if not settings.CONFIGURATION.background_work:
        yield
        return
    server = os.getpid()
    command = [sys.executable, "-m", "clinlead.cli", "worker", "--beside", str(server)]
    worker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 our own interpreter
    try:
        yield
    finally:
        if os.getpid() == server:  # a worker of the web server leaves this way too
            worker.terminate()


def refuse_to_expose_the_demonstration(host: str) -> None:
    from django.conf import settings

    if settings.CONFIGURATION.demonstration and not is_loopback(host):
        raise BadInput(
            f"the demonstration has simple passwords, so it listens on this machine only, not on "
            f"{host}; leave out --host, or set up an installation of your own."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_port(port: int) -> None:
    if not 0 < port <= LARGEST_PORT:
        raise BadInput(f"--port {port} is not a port; give a number from 1 to {LARGEST_PORT}.")


def refuse_old_database() -> None:
    from clinlead.pages.readiness import database_is_current

    if not database_is_current():
        raise BadInput(
            "the database is not of this version; run `clinlead upgrade` first (it makes a backup)."
        )


def refuse_busy_port(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=family_of(host)).close()
    except OSError as error:
        why = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror
        raise BadInput(
            f"cannot listen on {host} port {port}: {why}; give another with --port."
        ) from error


def family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def start_server(host: str, port: int, workers: int) -> None:
    from clinlead.figures.warming import warm_aside
    from clinlead.wsgi import application

    if os.name == "nt":
        import waitress

        warm_aside()
        waitress.serve(application, host=host, port=port, threads=workers * THREADS)
    else:
        server_class()(application, host, port, workers).run()


def warm_worker(_worker) -> None:
    """Every process gets ready by itself, beside its first requests."""
    from clinlead.figures.warming import warm_aside

    warm_aside()


def server_class():
    """Gunicorn as an application of ours, made here because Windows does not have it."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def __init__(self, application, host: str, port: int, workers: int) -> None:
            self.application = application
            self.chosen = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "worker_class": "gthread",
                "threads": THREADS,
                "timeout": 120,
                "control_socket_disable": True,
                "loglevel": "warning",
                "proc_name": "clinlead",
                "post_worker_init": warm_worker,
            }
            super().__init__()

        def load_config(self) -> None:
            for name, value in self.chosen.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self):
            return self.application

        def run(self) -> None:
            print(f"Clinlead is at http://{self.chosen['bind']}/", file=sys.stderr, flush=True)
            super().run()

    return Server
