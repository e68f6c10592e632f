"""Another program's project into a study: all of it, or nothing and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import keep_version, noted
from clinlead.coding.models import Code, Coding, Memo, Work
from clinlead.coding.policies import why_not_code, why_not_edit_codebook
from clinlead.coding.queries import (
    codes_in_use,
    facts_of,
    study_facts,
    version_in_use,
    with_work,
)
from clinlead.coding.refi import CannotRead, CodeFound, NoteFound, Project, SourceFound
from clinlead.coding.texts import Brought, Wish, bring_texts
from clinlead.evaluation.models import Study, Transcript

LONGEST_NAME = 150


@transaction.atomic
def bring_in(*, study: Study, project: Project, wish: Wish, by: Account, at: datetime) -> Brought:
    """Codes by guid or name, texts by their words; codings are this person’s own."""
    Study.objects.select_for_update().get(pk=study.pk)
    because = f"Brought in from {wish.file}"
    reader = reader_of(by, at.date())
    refuse_if(why_not_edit_codebook(reader, study_facts(study), because))
    brought = Brought(left=list(project.left))
    placing = Placing(
        study=study,
        codes=bring_codes(study, project.codes, brought),
        transcripts=bring_texts(study, project, wish, brought, at),
        by=by,
        at=at,
    )
    texts = placing.transcripts.values()
    for transcript in with_work(Transcript.objects.filter(pk__in=texts)):
        refuse_if(why_not_code(reader, facts_of(transcript)))
    brought.codings = bring_codings(placing, project)
    for pk in texts:
        placing.work_on(pk, finished=wish.finished)
    brought.memos = bring_memos(placing, project)
    keep_version(study, because, by, at)
    noted("project brought in", study, by, at, {"file": wish.file, "codings": brought.codings})
    return brought


def bring_codings(placing: "Placing", project: Project) -> int:
    """How many were not here yet."""
    here = Coding.objects.filter(transcript__study=placing.study)
    before, version = here.count(), version_in_use(placing.study) + 1
    found = [c for source in project.sources for c in placing.codings_of(source, version)]
    Coding.objects.bulk_create(found, ignore_conflicts=True)
    return here.count() - before


def bring_memos(placing: "Placing", project: Project) -> int:
    """How many were not here yet, word for word and in the same place."""
    kept = Memo.objects.filter(study=placing.study)
    here = set(kept.values_list("text", "code_id", "transcript_id", "start", "end"))
    memos = map(placing.memo_of, project.notes)
    new = [m for m in memos if (m.text, m.code_id, m.transcript_id, m.start, m.end) not in here]
    return len(Memo.objects.bulk_create(new))


@transaction.atomic
def bring_codebook(
    *, study: Study, codes: list[CodeFound], file: str, by: Account, at: datetime
) -> int:
    """The codes of a codebook that are not here yet."""
    Study.objects.select_for_update().get(pk=study.pk)
    because = f"Brought in from {file}"
    refuse_if(why_not_edit_codebook(reader_of(by, at.date()), study_facts(study), because))
    brought = Brought()
    bring_codes(study, codes, brought)
    keep_version(study, because, by, at)
    return brought.codes


# ---- codes ---------------------------------------------------------------------------------------


def bring_codes(study: Study, codes, brought: Brought) -> dict[str, Code]:
    """By the file’s guid: the code that is here already, or a new one."""
    here = list(codes_in_use(study))
    by_guid = {str(code.guid): code for code in here}
    by_name = {code.name: code for code in here}
    taken = {str(guid) for guid in study.codes.values_list("guid", flat=True)}
    place = study.codes.aggregate(last=Max("place"))["last"] or 0
    found: dict[str, Code] = {}
    new_names: set[str] = set()
    for code in codes:
        above = found.get(code.parent)
        known = by_guid.get(code.guid)
        if known is None and code.name not in new_names:
            known = by_name.get(code.name)
        if known is None:
            place += 1
            name = name_for(code, above, by_name)
            known = Code.objects.create(
                study=study,
                guid=guid_for(code.guid, taken),
                parent=above,
                name=name,
                definition=code.definition,
                colour=code.colour,
                place=place,
            )
            by_name[name] = known
            new_names.add(name)
            brought.codes += 1
        found[code.guid] = known
    return found


def guid_for(given: str, taken: set[str]) -> UUID:
    """The file’s own, unless it is none or already another code’s."""
    try:
        made = UUID(given)
    except ValueError:
        return uuid4()
    return uuid4() if str(made) in taken else made


def name_for(code: CodeFound, above: Code | None, taken: Mapping[str, Code]) -> str:
    """Other programs let two codes have one name below different ones; here they are told apart."""
    name = code.name if code.name not in taken or above is None else f"{above.name}: {code.name}"
    number = 2
    unlike = name
    while unlike in taken:
        unlike, number = f"{name} ({number})", number + 1
    if len(unlike) > LONGEST_NAME:
        raise CannotRead(
            f"The code “{unlike[:60]}…” has a name of {len(unlike)} characters; at most "
            f"{LONGEST_NAME} are kept. Shorten it and export the project again."
        )
    return unlike


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where the file's codes and texts are here, and whose its codings and memos become."""

    study: Study
    codes: Mapping[str, Code]
    transcripts: Mapping[str, int]
    by: Account
    at: datetime

    def codings_of(self, source: SourceFound, version: int) -> list[Coding]:
        return [
            Coding(
                transcript_id=self.transcripts[source.guid],
                code=self.codes[each.code],
                coder=self.by,
                start=each.start,
                end=each.end,
                guid=guid_for(each.guid, set()),
                codebook=version,
                at=each.at or self.at,
            )
            for each in source.codings
        ]

    def memo_of(self, note: NoteFound) -> Memo:
        return Memo(
            study=self.study,
            text=note.text,
            code=self.codes.get(note.code),
            transcript_id=self.transcripts.get(note.source),
            start=note.start,
            end=note.end,
            by=self.by,
            at=self.at,
            begun_at=self.at,
        )

    def work_on(self, transcript: int, *, finished: bool) -> None:
        """They are this person's to go on coding, or coded to the end."""
        done = {"finished_at": self.at if finished else None}
        Work.objects.update_or_create(
            transcript_id=transcript,
            coder=self.by,
            defaults=done,
            create_defaults={"opened_at": self.at, **done},
        )
