"""The evaluator's own study of the invented trust: asked, answered, interviewed, one withdrawn."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinlead.access.models import Account
from clinlead.coding.changing import Wording, add_code
from clinlead.coding.opening import open_to
from clinlead.demo.concerns import into_quarter
from clinlead.demo.talking import who
from clinlead.evaluation import cohort, filling, interviewing, inviting, keeping, transcribing
from clinlead.evaluation import versions as questionnaires
from clinlead.evaluation.keeping import Begun
from clinlead.evaluation.models import Opening, Participant, QuestionnaireVersion
from clinlead.evaluation.policies import Because, Group, RoundKind
from clinlead.evaluation.queries import transcripts_in_use
from clinlead.evaluation.questions import shipped

if TYPE_CHECKING:
    from clinlead.demo.actions import Making

OPEN_FOR = timedelta(days=90)  # so that a visitor can fill the form in
FILE = Path(__file__).parent / "evaluating.toml"


def ask(making: "Making") -> Iterator[datetime]:
    """A guide and a form that were validated; then eight people, each as far as they came."""
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    evaluator, at = who("evaluator"), into_quarter(making, said["begins"])
    yield at
    begun = keeping.begin_study(
        title=said["title"], passphrase=said["passphrase"], by=evaluator, at=at
    )
    keeping.note_approval(study=begun.study, approval=said["approval"], by=evaluator, at=at)
    guide = validated(begun, "manager-interview", said["comment"], at)
    form = validated(begun, "clinician-form", said["comment"], at)
    asked = [(one, added(begun, one, at)) for one in said["participant"]]
    last = making.now.date() + OPEN_FOR
    opening = filling.open_form(version=form, closes_on=last, by=evaluator, at=at)
    for day in sorted({one["day"] for one in said["participant"] if "day" in one}):
        at = into_quarter(making, day)
        yield at
        for one, participant in asked:
            if one.get("day") == day:
                goes_on(begun, participant, one, guide, at)
    yield at
    fill_in(opening, said["form"], at)
    begin_codes(begun, said["code"], at)


def validated(begun: Begun, code: str, comments: list[dict], at: datetime) -> QuestionnaireVersion:
    """One that ships, looked at by people in named roles; every comment is answered."""
    template, evaluator = shipped()[code], begun.study.evaluator
    given: dict[str, Any] = {"by": evaluator, "at": at}
    version = questionnaires.begin_questionnaire(
        study=begun.study,
        title=template.title,
        purpose=template.purpose,
        template=template,
        **given,
    )
    round_ = questionnaires.begin_round(version=version, kind=RoundKind.VALIDATION, **given)
    for one in comments:
        for question in list(template.content.questions)[:2]:
            made = questionnaires.comment(
                round_=round_,
                role=one["role"],
                question=question.key,
                relevance=one["relevance"],
                text=one["text"],
                **given,
            )
            if one["text"]:
                questionnaires.answer_comment(comment=made, answer=one["answer"], **given)
    questionnaires.end_round(round_=round_, learned="It can be asked as it is.", **given)
    questionnaires.put_into_use(version=version, **given)
    return version


def added(begun: Begun, one: dict[str, Any], at: datetime) -> Participant:
    account: Account = who(one["login"])
    made = cohort.add_participant(
        study=begun.study,
        key=begun.key,
        who=cohort.Who(name=str(account), email=account.email),
        place=cohort.Place(group=Group(one["group"]), role=one["role"], level=one["level"]),
        by=begun.study.evaluator,
        at=at,
    )
    inviting.sent_by_hand(participant=made, reminder=False, by=begun.study.evaluator, at=at)
    return made


def goes_on(
    begun: Begun,
    participant: Participant,
    one: dict[str, Any],
    guide: QuestionnaireVersion,
    at: datetime,
) -> None:
    """What they answered; and, where they were interviewed, what they said."""
    if "because" in one:
        cohort.refuse(participant=participant, because=Because(one["because"]), at=at)
        return
    cohort.consent(participant=participant, version=1, how="through their link", at=at)
    if "minutes" in one:
        interviewing.record_interview(
            participant=participant,
            key=begun.key,
            held_on=at.date(),
            minutes=one["minutes"],
            how="in person",
            guide=guide,
            by=begun.study.evaluator,
            at=at,
        )
    if "text" in one:
        keep_words(begun, participant, one, at)
    if one.get("withdraws"):
        cohort.withdraw(participant=participant, at=at)


def keep_words(begun: Begun, participant: Participant, one: dict[str, Any], at: datetime) -> None:
    """Taken in with a colleague's name in it; the name is taken out, but for one transcript."""
    given: dict[str, Any] = {"by": begun.study.evaluator, "at": at}
    colleague = str(who(one["colleague"]))
    text = one["text"].strip().format(colleague=colleague)
    transcribing.take_in(
        participant=participant, key=begun.key, text=text, recorded_on=at.date(), **given
    )
    if not one.get("with_names"):
        legend = {colleague: "[colleague 1]"}
        transcribing.keep_without_names(
            participant=participant, key=begun.key, legend=legend, **given
        )


def begin_codes(begun: Begun, said: list[dict[str, Any]], at: datetime) -> None:
    """A codebook to begin with; one transcript waits for the second coder, blind to the first."""
    study = begun.study
    given: dict[str, Any] = {"by": study.evaluator, "at": at}
    for one in said:
        add_code(study=study, said=Wording(**one), because="After the first interviews", **given)
    waits = transcripts_in_use(study).first()
    assert waits is not None, "the story keeps two transcripts"
    open_to(transcript=waits, coder=who("secondcoder"), **given)


def fill_in(opening: Opening, form: dict[str, Any], at: datetime) -> None:
    """Some clinicians fill in the form, each in one of a few ways."""
    for number in range(form["handed_in"]):
        filling.hand_in(opening=opening, answers=form["ways"][number % len(form["ways"])], at=at)
