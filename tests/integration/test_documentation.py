"""Tutorials and how-to pages do what they say: every block is run, every output compared."""

import sys
from pathlib import Path

import pytest

from documentation import RUN, follow

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if RUN in page.read_text(encoding="utf-8")]


def test_there_are_pages_that_are_run():
    assert len(PAGES) >= 5


@pytest.mark.skipif(sys.platform == "win32", reason="the pages are written for a Unix shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_reader_of_the_page_gets_what_it_says(page, tmp_path):
    follow(page, tmp_path)
