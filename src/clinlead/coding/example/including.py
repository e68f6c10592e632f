"""The published study as a study of one's own: to look at, to try on, and to check counts by."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinlead.access.models import Account
from clinlead.access.policies import refuse_if
from clinlead.access.queries import reader_of
from clinlead.coding.changing import keep_version, noted
from clinlead.coding.example.invented import Invented, example, people, transcript_of
from clinlead.coding.models import Code, Coding, Quote, Row, Theme, Work
from clinlead.coding.policies import why_not_include_example
from clinlead.evaluation.keeping import begin_study
from clinlead.evaluation.models import Moved, Participant, Study, Transcript, digest_of
from clinlead.evaluation.policies import Because, State

FIRST_DAY = 40  # days before today on which the first interview was held
PER_DAY = 2


def included(account: Account) -> Study | None:
    """The example, where this evaluator has it."""
    return Study.objects.filter(evaluator=account, title=example()["title"]).first()


@transaction.atomic
def include_example(*, by: Account, at: datetime) -> Study:
    """Participants, transcripts, codes, codings, themes, rows and quotes of the published study."""
    reader = reader_of(by, timezone.localdate(at))
    refuse_if(why_not_include_example(reader, included(by) is not None))
    # Nothing in it is sealed, so the words that lock its key are of use to nobody and not kept.
    passphrase = secrets.token_urlsafe(24)
    study = begin_study(title=example()["title"], passphrase=passphrase, by=by, at=at).study
    transcripts = taken_part(study, at)
    codes = codebook(study)
    keep_version(study, "As the published study reports it", by, at)
    code_all(transcripts, codes, by, at)
    find_themes(study, transcripts, codes, by, at)
    noted("example included", study, by, at)
    return study


def taken_part(study: Study, at: datetime) -> dict[int, Transcript]:
    """Everybody invited, by number, with what was said where there was an interview."""
    rows = [participant(study, one) for one in people()]
    made = Participant.objects.bulk_create(rows)
    Moved.objects.bulk_create(
        Moved(participant=each, state=state, at=at)
        for each in made
        for state in (State.INVITED, each.state)
    )
    there = [each for each in made if each.state == State.INTERVIEWED]
    first = timezone.localdate(at) - timedelta(days=FIRST_DAY)
    said = [transcript(each, first + timedelta(days=n // PER_DAY)) for n, each in enumerate(there)]
    return {each.participant.number: each for each in Transcript.objects.bulk_create(said)}


def participant(study: Study, one: Invented) -> Participant:
    return Participant(
        study=study,
        number=one.number,
        group=one.group,
        role=one.role,
        level=one.level,
        state=State.REFUSED if one.declined else State.INTERVIEWED,
        because=Because.TIME if one.declined else "",
        because_words=example()["declined"] if one.declined else "",
    )


def transcript(who: Participant, on: date) -> Transcript:
    text = transcript_of(who.number).text
    return Transcript(
        study=who.study,
        participant=who,
        text=text,
        digest=digest_of(text),
        version=1,
        recorded_on=on,
    )


def codebook(study: Study) -> dict[str, Code]:
    """A code for each theme, and below it those that are counted."""
    found: dict[str, Code] = {}
    for theme in example()["theme"]:
        found[str(theme["number"])] = Code.objects.create(
            study=study, name=theme["title"], definition=theme["asked"], place=len(found) + 1
        )
    for code in example()["code"]:
        found[code["key"]] = Code.objects.create(
            study=study,
            name=code["name"],
            definition=code["definition"],
            parent=found[code.get("within") or str(code["theme"])],
            place=len(found) + 1,
        )
    return found


def code_all(
    transcripts: dict[int, Transcript], codes: dict[str, Code], by: Account, at: datetime
) -> None:
    Coding.objects.bulk_create(
        Coding(
            transcript=each,
            code=codes[answer.key],
            coder=by,
            start=answer.start,
            end=answer.end,
            codebook=1,
            at=at,
        )
        for number, each in transcripts.items()
        for answer in transcript_of(number).answers
    )
    Work.objects.bulk_create(
        Work(transcript=each, coder=by, opened_at=at, finished_at=at)
        for each in transcripts.values()
    )


def find_themes(
    study: Study,
    transcripts: dict[int, Transcript],
    codes: dict[str, Code],
    by: Account,
    at: datetime,
) -> None:
    for theme in example()["theme"]:
        made = Theme.objects.create(
            study=study, place=theme["number"], title=theme["title"], text=theme["summary"],
            by=by, at=at,
        )  # fmt: skip
        mine = [code for code in example()["code"] if code["theme"] == theme["number"]]
        rows = [(code, row) for code in mine for row in code["rows"]]
        Row.objects.bulk_create(
            row_of(made, place, codes[code["key"]], row, codes)
            for place, (code, row) in enumerate(rows, start=1)
        )
        quote_some(made, mine, transcripts, codes)


def row_of(theme: Theme, place: int, code: Code, row: dict, codes: dict[str, Code]) -> Row:
    """`among` names groups in a list, or another code."""
    among = row.get("among", [])
    return Row(
        theme=theme,
        code=code,
        place=place,
        groups=among if isinstance(among, list) else [],
        within=codes[among] if isinstance(among, str) else None,
        note=row.get("note", ""),
    )


def quote_some(
    theme: Theme, mine: list[dict], transcripts: dict[int, Transcript], codes: dict[str, Code]
) -> None:
    """For each code the words of one who was given it, another participant each time."""
    found = []
    for place, code in enumerate(mine, start=1):
        said = [
            (each, answer)
            for number, each in transcripts.items()
            for answer in transcript_of(number).answers
            if answer.key == code["key"]
        ]
        each, answer = said[(place * 7) % len(said)]
        found.append(
            Quote(
                theme=theme,
                transcript=each,
                code=codes[code["key"]],
                place=place,
                start=answer.start,
                end=answer.end,
            )
        )
    Quote.objects.bulk_create(found)
