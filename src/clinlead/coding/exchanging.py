"""A study as a REFI-QDA project, for another program to open."""

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from clinlead import __version__
from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.coding.memos import memos_of
from clinlead.coding.models import Code, Coding, Memo
from clinlead.coding.queries import codes_in_use, final_codings, transcripts_in_use
from clinlead.coding.refi import CodeFound, CodingFound, NoteFound, Project, SourceFound
from clinlead.evaluation.models import Study, Transcript

ORIGIN = f"Clinlead {__version__}"
BOTH = "Both coders"  # what two settled is by neither alone
GROUP, ROLE, LEVEL, HELD_ON = "group", "role", "level", "interviewed on"


def guid(*parts: object) -> str:
    """The same for the same thing, in every file."""
    return str(uuid5(NAMESPACE_URL, " ".join(map(str, ("clinlead", *parts)))))


def project_of(reader: Reader, study: Study) -> Project:
    """What counts, with the codebook and the memos that the evaluator reads."""
    codings: dict[int, list[Coding]] = {}
    for each in final_codings(study).select_related("code"):
        codings.setdefault(each.transcript_id, []).append(each)
    coders = {each.coder_id for some in codings.values() for each in some}
    transcripts = list(transcripts_in_use(study))
    return Project(
        name=study.title,
        origin=ORIGIN,
        users=users(coders),
        codes=codes_of(study),
        sources=[source_of(each, codings.get(each.pk, ())) for each in transcripts],
        notes=notes_of(memos_of(reader, study), transcripts),
    )


def users(coders: Iterable[int | None]) -> dict[str, str]:
    accounts = Account.objects.select_related("person").in_bulk([c for c in coders if c])
    found = {guid("coder", pk): str(account) for pk, account in accounts.items()}
    return found | ({guid("coder", None): BOTH} if None in coders else {})


def codes_of(study: Study) -> list[CodeFound]:
    codes = list(codes_in_use(study))
    return [code_of(code, {each.pk: str(each.guid) for each in codes}) for code in codes]


def code_of(code: Code, guids: dict[int, str]) -> CodeFound:
    return CodeFound(
        guid=str(code.guid),
        name=code.name,
        definition=code.definition,
        parent=guids.get(code.parent_id or 0, ""),
        colour=code.colour,
    )


def source_of(transcript: Transcript, codings: Iterable[Coding]) -> SourceFound:
    who = transcript.participant
    values = {GROUP: who.group, ROLE: who.role, LEVEL: who.level}
    values[HELD_ON] = transcript.recorded_on.isoformat()
    return SourceFound(
        guid=source_guid(transcript),
        name=source_name(transcript),
        text=transcript.text,
        codings=[coding_of(each) for each in codings],
        values={name: value for name, value in values.items() if value},
    )


def source_name(transcript: Transcript) -> str:
    return f"Number {transcript.participant.number}"


def source_guid(transcript: Transcript) -> str:
    return guid("transcript", transcript.pk, transcript.digest)


def coding_of(coding: Coding) -> CodingFound:
    return CodingFound(
        guid=str(coding.guid),
        code=str(coding.code.guid),
        start=coding.start,
        end=coding.end,
        user=guid("coder", coding.coder_id),
        at=coding.at,
    )


def notes_of(memos: Iterable[Memo], transcripts: Iterable[Transcript]) -> list[NoteFound]:
    """Memos on an older version of a transcript stay at home, as its codings do."""
    known = {each.pk: source_guid(each) for each in transcripts}
    return [
        NoteFound(
            guid=guid("memo", memo.pk),
            text=memo.text,
            code=str(memo.code.guid) if memo.code and memo.code.retired_at is None else "",
            source=known.get(memo.transcript_id or 0, ""),
            start=memo.start,
            end=memo.end,
        )
        for memo in memos
        if memo.transcript_id is None or memo.transcript_id in known
    ]
