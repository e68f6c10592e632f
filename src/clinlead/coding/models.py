"""Codes on what was said, and what is found from them. All of it goes with its study.

Whatever stands on a transcript goes with the transcript, and so with the consent to it. Words that
two people may be writing at once bear a version, so that neither overwrites the other.
"""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q

from clinlead.access.models import Account
from clinlead.coding.comparing import Choice
from clinlead.coding.spans import Span
from clinlead.evaluation.models import Participant, Study, Transcript


def a_draw() -> str:
    """The secret from which a theme's speakers draw their numbers."""
    return secrets.token_hex(16)


def in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=Q(start__lt=F("end")))


class Code(models.Model):
    """One code as it is now; how it was before stands in the codebook's versions."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="codes")
    guid = models.UUIDField(default=uuid.uuid4)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="below")
    name = models.CharField(max_length=150)
    definition = models.TextField(blank=True)
    colour = models.CharField(max_length=7, blank=True)  # of an exchanged project; pages use none
    place = models.PositiveIntegerField(default=0)  # among all of the study
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "name"], condition=Q(retired_at=None), name="one_code_a_name"
            ),
            models.UniqueConstraint(fields=["study", "guid"], name="one_code_a_guid"),
        ]

    def __str__(self) -> str:
        return self.name


class CodebookVersion(models.Model):
    """The whole codebook as it stood after a change, and why it was changed."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="codebook")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # every code: guid, parent's guid, name, definition
    because = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="one_codebook_a_version")
        ]


class Work(models.Model):
    """One coder's work on one transcript. A second coder has it because it was opened to them."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="work")
    coder = models.ForeignKey(Account, models.PROTECT, related_name="coding_work")
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # it is not theirs to see any more

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "coder"], name="one_work_a_coder")
        ]


class Passage(models.Model):
    """Some words of a transcript."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()  # the first character after

    class Meta:
        abstract = True

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)

    @property
    def words(self) -> str:
        """Needs the transcript."""
        return self.transcript.text[self.start : self.end]


class Coding(Passage):
    """A code on a passage, by one coder; by nobody alone where two agreed on it."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, models.CASCADE, related_name="codings")
    coder = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    guid = models.UUIDField(default=uuid.uuid4)
    codebook = models.PositiveIntegerField(default=0)  # the version it was coded by
    at = models.DateTimeField()

    class Meta:
        ordering = ["transcript", "start", "end", "code__place"]
        constraints = [
            in_order("a_coding_has_words"),
            models.UniqueConstraint(
                fields=["transcript", "code", "coder", "start", "end"],
                name="a_coder_codes_a_passage_once",
            ),
            models.UniqueConstraint(
                fields=["transcript", "code", "start", "end"],
                condition=Q(coder=None),
                name="a_passage_is_agreed_on_once",
            ),
        ]


class Decision(models.Model):
    """What two coders who differed decided, and why. Kept as it was."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="decisions")
    code = models.ForeignKey(Code, models.CASCADE, related_name="+")
    first = models.JSONField(null=True)  # where each had it: [start, end]
    second = models.JSONField(null=True)
    choice = models.CharField(max_length=25, choices=[(c.value, c.value) for c in Choice])
    because = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Reconciled(models.Model):
    """Both coders' marks have become one set, whose codings have no coder."""

    transcript = models.OneToOneField(Transcript, models.CASCADE, related_name="reconciled")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Versioned(models.Model):
    """Words that two people may be writing at once."""

    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Memo(Versioned):
    """A note on a passage, a transcript or a code; on none of them it is a reflexive one."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="memos")
    code = models.ForeignKey(Code, models.CASCADE, null=True, related_name="memos")
    transcript = models.ForeignKey(Transcript, models.CASCADE, null=True, related_name="memos")
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    begun_at = models.DateTimeField()

    class Meta:
        ordering = ["-begun_at", "-pk"]


class Theme(Versioned):
    """What several codes come to; its text is the summary."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="themes")
    place = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    draw = models.CharField(max_length=32, default=a_draw)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/coding/{self.study_id}/themes/{self.pk}/"


class Row(models.Model):
    """A line of a theme's table: a code, and whom it is counted within."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="rows")
    code = models.ForeignKey(Code, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField()
    groups = models.JSONField(default=list)  # none: all
    within = models.ForeignKey(Code, models.CASCADE, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["theme", "place", "pk"]


class LeftOut(models.Model):
    """A participant who does not count in a row, and why."""

    row = models.ForeignKey(Row, models.CASCADE, related_name="left_out")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    because = models.CharField(max_length=200)

    class Meta:
        ordering = ["row", "participant"]
        constraints = [
            models.UniqueConstraint(fields=["row", "participant"], name="left_out_of_a_row_once")
        ]


class Quote(Passage):
    """A passage that a theme quotes."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="quotes")
    code = models.ForeignKey(Code, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["theme", "place", "pk"]
        constraints = [
            in_order("a_quote_has_words"),
            models.UniqueConstraint(
                fields=["theme", "transcript", "start", "end"], name="quoted_once_a_theme"
            ),
        ]


class Cell(Versioned):
    """What one participant says to one theme, in the evaluator's words: a framework matrix."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="cells")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["theme", "participant"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "participant"], name="one_cell_a_case")
        ]


class ReportPart(Versioned):
    """A part of the report, or an answer to an item of a checklist, that the evaluator writes."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="report_parts")
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["study", "name"]
        constraints = [models.UniqueConstraint(fields=["study", "name"], name="one_part_a_name")]


class Publication(models.Model):
    """The findings as they stood on a day, for all staff. Never edited: another version is made."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="publications")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # results.content.Published: everything but the quotes
    introduction = models.TextField(blank=True)
    new = models.TextField(blank=True)  # since the version before
    counted = models.ManyToManyField(Participant, related_name="counted_in_publications")
    quotes_published = models.PositiveIntegerField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_because = models.TextField(blank=True)

    class Meta:
        ordering = ["study", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="one_publication_a_number"),
            models.CheckConstraint(
                name="results_taken_back_say_why",
                condition=Q(taken_back_at=None) | ~Q(taken_back_because=""),
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"/results/{self.study_id}/"


class PublishedQuote(Passage):
    """A quote of a publication, by its place: it goes with the transcript, so with the consent."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="quotes")
    theme = models.PositiveIntegerField()  # its number in the publication
    draw = models.CharField(max_length=32)  # of that theme, for the speakers’ numbers
    place = models.PositiveIntegerField()

    class Meta:
        ordering = ["publication", "theme", "place"]
        constraints = [in_order("a_published_quote_has_words")]
