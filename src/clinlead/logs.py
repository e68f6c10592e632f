"""Log lines as JSON, without identifiers: addresses are named by route, never by their values."""

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """One JSON object a line. A request is named by its route, so no key or login is logged."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        if record.exc_info:
            line["error"] = where_it_broke(record)
        return json.dumps(line, ensure_ascii=False)


def message_of(record: logging.LogRecord) -> str:
    """The message; for a request, its status and route in place of the address asked for."""
    request = getattr(record, "request", None)
    if request is None:
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    route = match.route if match else "an unknown address"
    return f"{getattr(record, 'status_code', '')} {request.method} {route}".strip()


def where_it_broke(record: logging.LogRecord) -> str:
    """The error's type and the lines it passed through; never its message, which may hold data."""
    kind, _, traceback = record.exc_info or (None, None, None)
    steps = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        steps.append(f"{code.co_name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return f"{kind.__name__ if kind else 'Error'} at " + " > ".join(steps)
