import importlib.util
import json
import logging
import sys
from pathlib import Path

import pytest

from clinlead.configuration import Configuration
from clinlead.logs import JsonFormatter

ROOT = Path(__file__).parents[2]


def test_the_page_of_settings_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("tool", ROOT / "tools" / "settings_table.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text(encoding="utf-8") == tool.table()


def test_hosts_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("CLINLEAD_ALLOWED_HOSTS", "a.example, b.example")
    assert Configuration().allowed_hosts == ["a.example", "b.example"]


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINLEAD_DATA_DIR", str(tmp_path))
    first = Configuration().key("example")
    assert Configuration().key("example") == first
    if sys.platform != "win32":
        assert (tmp_path / "keys" / "example").stat().st_mode & 0o077 == 0


def line_of(**extra) -> dict:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Not Found: /records/S1/", (), None)
    for name, value in extra.items():
        setattr(record, name, value)
    return json.loads(JsonFormatter().format(record))


class Request:
    method = "GET"
    resolver_match = type("Match", (), {"route": "records/<key>/"})


def test_a_log_line_names_the_route_and_not_the_record():
    line = line_of(request=Request(), status_code=404)
    assert line["message"] == "404 GET records/<key>/"


def test_an_error_in_the_log_carries_no_data():
    with pytest.raises(ValueError, match="hospital number") as error:
        raise ValueError("hospital number 4000000004")
    line = line_of(exc_info=error._excinfo)
    assert "ValueError" in line["error"]
    assert "4000000004" not in json.dumps(line)
