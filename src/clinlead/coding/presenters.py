"""What the pages of codes and findings show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from clinlead.access.policies import Reader
from clinlead.coding.example.including import included
from clinlead.coding.models import Theme
from clinlead.coding.policies import why_not_include_example
from clinlead.coding.queries import finished_transcripts, opened_to, transcripts_in_use, with_work
from clinlead.evaluation.models import Study, Transcript
from clinlead.evaluation.queries import studies_of


@dataclass(frozen=True)
class IndexPage:
    """A coder's own studies, and what others opened to them."""

    studies: Sequence[Study]
    opened: Sequence[Transcript]
    offers_example: bool

    @classmethod
    def of(cls, reader: Reader, account) -> "IndexPage":
        studies = studies_of(account).annotate(
            themes_found=Count("themes", distinct=True), people=Count("participants", distinct=True)
        )
        refusal = why_not_include_example(reader, included(account) is not None)
        opened = with_work(opened_to(account)).defer("text")
        return cls(list(studies), list(opened), refusal is None)


@dataclass(frozen=True)
class StudyPage:
    """How far the coding of a study is, and the ways on."""

    study: Study
    transcripts: int
    finished: int
    codes: int
    themes: Sequence[Theme]

    @classmethod
    def of(cls, study: Study) -> "StudyPage":
        return cls(
            study,
            transcripts_in_use(study).count(),
            finished_transcripts(study).count(),
            study.codes.filter(retired_at=None).count(),
            list(study.themes.all()),
        )

    @property
    def left(self) -> int:
        return self.transcripts - self.finished
