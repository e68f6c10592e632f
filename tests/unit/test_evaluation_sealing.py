"""What is sealed opens with the right words, in its own place, and in no other way."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinlead.evaluation import documents
from clinlead.evaluation.documents import CannotRead, text_of
from clinlead.evaluation.pseudonyms import NotALegend, legend_of, replaced, suggestions
from clinlead.evaluation.rows import NotARow, rows_of
from clinlead.evaluation.sealing import (
    CannotOpen,
    Key,
    as_code,
    handed_over,
    locked,
    new_code,
    taken_back,
    unlocked,
)
from clinlead.identifying import Roster
from people import START

CHEAP = 4
FEW = settings(max_examples=40)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@FEW
@given(texts)
def test_what_is_sealed_opens_as_it_was_and_in_its_own_place_alone(text):
    key = Key.new()
    closed = key.seal({"name": text}, "here")
    assert key.open(closed, "here") == {"name": text}
    for other, place in ((key, "there"), (Key.new(), "here")):
        with pytest.raises(CannotOpen):
            other.open(closed, place)


@FEW
@given(texts)
def test_no_word_of_what_is_sealed_stands_in_it(text):
    closed = Key.new().seal(f"Dr Quill {text}", "here")
    assert b"Quill" not in closed


def test_a_key_opens_by_its_passphrase_or_its_code_however_it_is_typed():
    key, code = Key.new(), new_code()
    by_words = locked(key, "moss lantern quiet ferry", "study 1", cost_bits=CHEAP)
    by_code = locked(key, code, "study 1", cost_bits=CHEAP)
    assert unlocked(by_words, "moss lantern quiet ferry", "study 1") == key
    assert unlocked(by_code, as_code(f" {code.lower().replace('-', ' ')} "), "study 1") == key
    for words, place in (("moss lantern quiet fery", "study 1"), (code, "study 1")):
        with pytest.raises(CannotOpen):
            unlocked(by_words, words, place)
    with pytest.raises(CannotOpen):
        unlocked(by_words, "moss lantern quiet ferry", "study 2")


def test_neither_half_of_a_key_that_is_held_opens_it():
    key = Key.new()
    token, half = handed_over(key)
    assert taken_back(token, half) == key
    with pytest.raises(CannotOpen):
        taken_back("guessed", half)
    assert key.secret not in half
    assert repr(key) == "Key(…)"


# ---- transcripts as files ------------------------------------------------------------------------


SAID = "Žluťoučký – “naïve” 🙂👩‍⚕️\n\n\tA line.\nThe last"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_a_text_comes_in_as_it_was_whatever_ends_its_lines(encoding, ends):
    content = SAID.replace("\n", ends).encode(encoding)
    assert text_of("talk.txt", content) == SAID


def test_a_text_of_windows_keeps_its_accents():
    assert text_of("talk.txt", "Été – “naïve”".encode("cp1252")) == "Été – “naïve”"


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(body: str, *, head: str = "", part: str = "word/document.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        whole = f'{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        packed.writestr(part, whole)
    return made.getvalue()


def paragraph(words: str) -> str:
    runs = words.replace("\t", "</w:t><w:tab/><w:t>")
    return f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>{runs}</w:t></w:r></w:p>"


def test_a_word_document_keeps_letters_tabs_and_empty_lines():
    body = "".join(paragraph(line) for line in SAID.split("\n"))
    assert text_of("talk.docx", word_file(body)) == SAID


def test_what_was_deleted_in_word_stays_out_and_breaks_stay_in():
    body = (
        "<w:p><w:r><w:t>I </w:t></w:r><w:del><w:r><w:delText>never</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>always</w:t><w:br/><w:t>said so</w:t></w:r></w:ins></w:p>"
    )
    assert text_of("talk.docx", word_file(body)) == "I always\nsaid so"


def test_a_sign_that_word_puts_for_a_smiley_is_not_lost():
    signs = "".join(
        f'<w:sym w:font="Wingdings" w:char="{sign}"/>'
        for sign in ("F04A", "F0E0", "2022", "F0B7", "")
    )
    body = f"<w:p><w:r><w:t>Well </w:t>{signs}</w:r></w:p>"
    assert text_of("talk.docx", word_file(body)) == "Well ☺→•□□"


def test_a_zip_bomb_is_refused_with_a_sentence_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(documents, "LARGEST_XML", 2**18)
    bomb = word_file(" " * 2**20)
    assert len(bomb) < 2**12
    with pytest.raises(CannotRead, match="unpacks to more than"):
        text_of("talk.docx", bomb)


def test_a_million_empty_paragraphs_are_no_transcript(monkeypatch):
    monkeypatch.setattr(documents, "LONGEST_TEXT", 2**10)
    with pytest.raises(CannotRead, match="longer than"):
        text_of("talk.docx", word_file("<w:p/>" * 2**11))


def test_a_word_file_with_wrong_bytes_is_refused_and_never_a_failure_of_ours():
    whole, chance = word_file(paragraph("Some words")), random.Random(3)
    refused = 0
    for _ in range(400):
        content = bytearray(whole)
        for _ in range(3):
            content[chance.randrange(2, len(content))] = chance.randrange(256)
        try:
            assert isinstance(text_of("talk.docx", bytes(content)), str)
        except CannotRead:
            refused += 1
    assert refused > 100


def test_entities_that_unfold_are_refused():
    head = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(CannotRead, match="declarations"):
        text_of("talk.docx", word_file(paragraph("&b;"), head=head))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("talk.docx", b"PK\x03\x04 broken", "damaged"),
        ("talk.docx", word_file("", part="xl/workbook.xml"), "not a Word document"),
        ("talk.docx", word_file("<w:p>"), "damaged"),
        ("talk.doc", b"\xd0\xcf\x11\xe0", "old Word"),
        ("talk.pdf", b"%PDF-1.7", "PDF"),
        ("talk.mp3", b"ID3\x00\x00\x01", "not a text"),
    ],
)
def test_what_is_no_transcript_is_refused_in_words(name, content, said):
    with pytest.raises(CannotRead, match=said):
        text_of(name, content)


# ---- names taken out -----------------------------------------------------------------------------


@FEW
@given(texts, st.dictionaries(st.from_regex(r"[A-Za-zé' ]{1,6}", fullmatch=True), texts))
def test_replacing_changes_the_words_alone(text, legend):
    legend = {word.strip(): f"[{number}]" for number, word in enumerate(legend) if word.strip()}
    made = replaced(text, legend)
    if not any(word in text for word in legend):
        assert made == text
    assert replaced(text, {}) == text


def test_the_longer_name_goes_first_and_words_within_words_stay():
    legend = {"Dr Quill": "[colleague 1]", "Quill": "[colleague 2]"}
    assert replaced("Dr Quill, Quill, Quills", legend) == "[colleague 1], [colleague 2], Quills"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("_Quill_ and Quill2", "_[x]_ and [x]2"),
        ("NHS4573200319, but not 45732003190", "NHS[n], but not 45732003190"),
        ("Quille\u0301 is another", "Quille\u0301 is another"),
        ("Quil\nQuill's “Quill”", "Quil\n[x]'s “[x]”"),
    ],
)
def test_what_stands_beside_a_name_does_not_hide_it(text, made):
    assert replaced(text, {"Quill": "[x]", "4573200319": "[n]", "Quille": "[y]"}) == made


def test_each_word_that_is_suggested_can_be_replaced():
    text = "_Ada Quill_ (NHS4573200319),\nDr\nQuill2; Mr J Okonjo, 12OCT1952; @AdaQ"
    found = suggestions(text, Roster.of(["Ada Quill"]), legend={}, on=START)
    assert all(one.times for one in found)
    made = replaced(text, {one.word: one.instead for one in found})
    assert not any(part in made for part in ("Quill", "Okonjo", "4573", "1952", "AdaQ"))


def test_each_word_is_suggested_once_and_called_as_it_was_before():
    roster = Roster.of(["Ada Quill", "Tamsin Yardley"])
    text = "Ada Quill came.\nThen Tamsin Yardley. Ada Quill left. Ring 07700 900123."
    found = suggestions(text, roster, legend={"Ada Quill": "[colleague 7]"}, on=START)
    assert [(one.word, one.times, one.instead) for one in found] == [
        ("Ada Quill", 2, "[colleague 7]"),
        ("Tamsin Yardley", 1, "[colleague 1]"),
        ("07700 900123", 1, "[telephone number 1]"),
    ]
    assert found[0].around == "Ada Quill came."


def test_a_name_that_no_list_knows_is_suggested_and_left_to_the_evaluator():
    text = "We met in May. Then Zdeněk Ruud of Larkhill spoke.\nGood, I’m told. The NHS too."
    found = suggestions(text, Roster(), legend={}, on=START)
    assert [(one.word, one.sure) for one in found] == [
        ("May", False),
        ("Zdeněk Ruud", False),
        ("Larkhill", False),
    ]


def test_words_to_replace_are_one_a_line_and_a_wrong_line_is_named():
    assert legend_of("St Elsewhere = [a hospital]\n\n x=y ") == {
        "St Elsewhere": "[a hospital]",
        "x": "y",
    }
    with pytest.raises(NotALegend, match="St Elsewhere"):
        legend_of("St Elsewhere")


def test_a_pasted_cohort_is_read_line_by_line_and_a_wrong_line_is_named():
    pasted = "Ada Quill; ada@x.example; cos; ; senior\n\nTamsin\t\tManager\tHR"
    assert [(row.name, row.group, row.role, row.level) for row in rows_of(pasted)] == [
        ("Ada Quill", "CoS", "", "senior"),
        ("Tamsin", "Manager", "HR", ""),
    ]
    wrongs = {
        "; a@x; CD": "no name",
        "Ada; ada; CD": "not an e-mail",
        "Ada; ; Boss": "group “Boss”",
        "a;b@c;CD;d;e;f": "more than 5",
    }
    for wrong, said in wrongs.items():
        with pytest.raises(NotARow, match=said):
            rows_of(f"Ada; ; CD\n{wrong}")
