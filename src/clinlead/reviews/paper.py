"""A review as a PDF, and a zip of its evidence by the GMC's six kinds: what its owner may read."""

import csv
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from django.utils import timezone

from clinlead.governance.agenda import spoken
from clinlead.printing import pdf
from clinlead.reviews.facts import EVIDENCE, State
from clinlead.reviews.models import Objective, Words
from clinlead.reviews.presenters import DomainShown, ReviewPage, SignatureShown
from clinlead.validation.at_source import cell

TEMPLATE = "reviews/papers/review.typ"
COLUMNS = ("Source", "What", "Where")
UNMARKED = "Other evidence"
KINDS = (*EVIDENCE.values(), UNMARKED)  # a file keeps its number, whatever else is there
Content = dict[str, Any]


def printed(page: ReviewPage, at: datetime) -> bytes:
    return pdf(TEMPLATE, content_of(page, at), at=at)


def archive(page: ReviewPage, at: datetime) -> bytes:
    """The review as PDF and as data, and a table of evidence for each kind that has some."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("review.pdf", printed(page, at))
        made.writestr("review.json", json.dumps(content_of(page, at), ensure_ascii=False, indent=1))
        made.writestr("kinds.csv", as_csv(("Kind of evidence (GMC)", "Pieces"), counts(page)))
        for kind, rows in by_kind(page):
            name = f"evidence/{KINDS.index(kind) + 1} {kind.lower()}.csv"
            made.writestr(name, as_csv(COLUMNS, rows))
    return out.getvalue()


def content_of(page: ReviewPage, at: datetime) -> Content:
    """Plain text and rows for the template."""
    review = page.review
    who, today = review.person.name, spoken(timezone.localdate(at))
    return {
        "title": f"Performance review of {who}",
        "foot": f"{who}, {review.department}. Taken away by the clinician on {today}. Private.",
        "facts": [
            ["Department", str(review.department)],
            ["Looked back at", f"{spoken(review.first_day)} to {spoken(review.last_day)}"],
            ["Reviewer", str(review.held_by or "nobody yet")],
            ["Met on", spoken(review.met_on) if review.met_on else "not yet"],
            ["State", page.state],
        ],
        "signed": review.state == State.SIGNED,
        "domains": [domain_of(each) for each in page.domains],
        "objectives": [objective_row(one, target) for one, target in page.objectives],
        "signatures": [signature_line(each) for each in page.signatures],
        "digest": review.digest,
        "kinds": counts(page),
        "evidence": [
            {"kind": kind, "rows": [[source, what] for source, what, _ in rows]}
            for kind, rows in by_kind(page)
        ],
    }


def domain_of(shown: DomainShown) -> Content:
    return {
        "title": shown.title,
        "agreed": lines_of(shown.both),
        "clinician": lines_of(shown.clinician),
        "reviewer": lines_of(shown.reviewer),
    }


def lines_of(words: Words | None) -> list[str]:
    return words.text.splitlines() if words else []


def objective_row(one: Objective, target: str) -> list[str]:
    shown = f"{one.shown_by}: {target}"
    return [one.text, shown, spoken(one.due_on), one.support, one.serves or "–"]


def signature_line(shown: SignatureShown) -> str:
    one = shown.signature
    when = spoken(timezone.localdate(one.at))
    stands = "" if shown.stands else ", of words that have changed since"
    disagrees = f" Does not agree: {one.disagrees}" if one.disagrees else ""
    return f"{one.by} ({shown.side}), {when}{stands}.{disagrees}"


Rows = list[Sequence[str]]


def by_kind(page: ReviewPage) -> Iterator[tuple[str, Rows]]:
    """Each of the six kinds in the GMC’s order, then what is of none; those that have something."""
    for kind in KINDS:
        if rows := rows_of(page, kind):
            yield kind, rows


def rows_of(page: ReviewPage, kind: str) -> Rows:
    gathered = [
        (section["title"], line["text"], line["href"])
        for section in page.sections
        if (section["kind"] or UNMARKED) == kind
        for line in section["lines"]
    ]
    own = [
        (f"The clinician’s own, {spoken(one.on)}", one.text, one.kept)
        for named, one in page.own_evidence
        if named == kind
    ]
    return [*gathered, *own]


def counts(page: ReviewPage) -> Rows:
    return [[kind, str(len(rows_of(page, kind)))] for kind in EVIDENCE.values()]


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[cell(value) for value in row] for row in rows])
    return text.getvalue()
