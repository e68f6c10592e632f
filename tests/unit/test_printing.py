"""Papers are PDFs that everybody can read, and say what they are given and nothing else."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from clinlead import printing
from clinlead.printing import CannotPrint, Picture, pdf
from clinlead.printing.paper import ROOT, compiler

AT = datetime(2026, 7, 20, 9, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><circle r="9"/></svg>'
TEMPLATE = """
#import "/printing/papers/house.typ": *
#show: paper
= #content.title
#content.words
#rows-of(("Month", "Figure"), content.rows)
#picture(content.chart)
#writing-lines(2)
"""


@pytest.fixture
def template(tmp_path_factory, monkeypatch):
    """A paper in a folder of its own, beside the house's own templates and fonts."""
    root = tmp_path_factory.mktemp("papers")
    (root / "printing").symlink_to(ROOT / "printing")
    (root / "paper.typ").write_text(TEMPLATE)
    monkeypatch.setattr("clinlead.printing.paper.ROOT", root)
    compiler.cache_clear()
    yield "paper.typ"
    compiler.cache_clear()


def content(**changes):
    usual = {"title": "Your figures", "words": "9 of 212 stays (4.2%)", "rows": [["May", "3"]]}
    return usual | {"chart": Picture(svg=SVG, words="A chart of stays")} | changes


def read(paper: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(paper))


def test_a_paper_is_tagged_and_has_a_title_and_a_language(template):
    catalogue = read(pdf(template, content(), at=AT)).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF's own kind of truth
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "/StructTreeRoot" in catalogue
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()


def test_a_picture_is_read_aloud_in_its_words(template):
    paper = pdf(template, content(), at=AT)
    assert "A chart of stays" in str(described(read(paper).trailer["/Root"]["/StructTreeRoot"]))


def described(element) -> list[str]:
    """The alternative words of every part of a document's structure."""
    element = element.get_object()
    if isinstance(element, list):
        return [words for each in element for words in described(each)]
    if not hasattr(element, "get"):
        return []
    own = [element["/Alt"]] if "/Alt" in element else []
    return own + (described(element["/K"]) if "/K" in element else [])


def test_the_font_is_the_bundled_one_and_in_the_paper(template):
    fonts = read(pdf(template, content(), at=AT)).pages[0]["/Resources"]["/Font"]
    bases = {font.get_object()["/BaseFont"].split("+")[-1] for font in fonts.values()}
    assert bases <= {"LiberationSans", "LiberationSans-Bold"}


def test_text_is_only_ever_text(template):
    words = "*not bold* #panic() $x$ @ref <b>"
    assert words in read(pdf(template, content(words=words), at=AT)).pages[0].extract_text()


def test_the_same_content_gives_the_same_bytes(template):
    assert pdf(template, content(), at=AT) == pdf(template, content(), at=AT)


def test_a_paper_that_would_not_be_accessible_is_refused(template):
    with pytest.raises(CannotPrint, match=r"paper\.typ cannot be made: .*title"):
        pdf(template, content(title=""), at=AT)


def test_what_has_no_place_in_a_paper_is_refused(template):
    with pytest.raises(TypeError, match="datetime has no place"):
        pdf(template, content(words=AT), at=AT)


def test_where_the_package_is_missing_it_is_said_in_words(template, monkeypatch):
    monkeypatch.setattr("clinlead.printing.paper.find_spec", lambda name: None)
    assert "typst is not installed" in printing.why_not_print()
    with pytest.raises(CannotPrint, match="on the pages, which print"):
        pdf(template, content(), at=AT)


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        ("It was fine 🙂", "It was fine (slightly smiling face)"),
        ("A nurse 👩🏽 said", "A nurse (woman) said"),
        ("Nothing\x01 \ufffehidden", "Nothing hidden"),
        ("Žluťoučký: naïve, ≥ ½ → “so”", "Žluťoučký: naïve, ≥ ½ → “so”"),
        ("中文 and ไทย", "□□ and □□□"),
    ],
)
def test_what_no_bundled_font_has_is_put_in_words_and_never_stops_a_paper(template, words, drawn):
    page = read(pdf(template, content(words=words, rows=[[words, "3"]]), at=AT)).pages[0]
    said = " ".join(page.extract_text().split())
    assert said.count(drawn) == 2
