"""A study for tests: its evaluator, a cohort of three, and somebody who was interviewed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clinlead.evaluation import (
    cohort,
    filling,
    interviewing,
    inviting,
    keeping,
    transcribing,
    versions,
)
from clinlead.evaluation.models import (
    Opening,
    Participant,
    QuestionnaireVersion,
    Study,
    Transcript,
)
from clinlead.evaluation.policies import Group, RoundKind
from clinlead.evaluation.questions import shipped
from clinlead.evaluation.sealing import Key
from people import Trust

PASSPHRASE = "moss lantern quiet ferry"
NAMES = {
    Group.CD: "Dr Zdeňka Ó Briain",
    Group.COS: "Professor Ada Quill",
    Group.MANAGER: "Tamsin Yardley",
}
SAID = "Well, Tamsin Yardley asked me.\n\nÉté – naïve 🙂.\n\tThen Dr Clinician laughed."


@dataclass(frozen=True)
class Studied:
    """A study, open in its evaluator's hands."""

    trust: Trust
    study: Study
    key: Key
    code: str
    at: datetime

    @property
    def given(self) -> dict:
        return {"by": self.trust.evaluator, "at": self.at}

    @property
    def post(self) -> inviting.Post:
        return inviting.Post(key=self.key, address="https://clinlead.example")

    def add(self, group: Group, role: str = "", level: str = "") -> Participant:
        who = cohort.Who(name=NAMES[group], email=f"{group.lower()}@trust.example")
        place = cohort.Place(group=group, role=role, level=level)
        return cohort.add_participant(
            study=self.study, key=self.key, who=who, place=place, **self.given
        )

    def invited(self, group: Group = Group.CD) -> Participant:
        made = self.add(group, "clinical director", "departmental")
        inviting.sent_by_hand(participant=made, reminder=False, **self.given)
        return again(made)

    def consented(self, group: Group = Group.CD) -> Participant:
        made = self.invited(group)
        cohort.consent(participant=made, version=1, how="on paper", **self.given)
        return again(made)

    def interviewed(self, group: Group = Group.CD) -> Participant:
        made = self.consented(group)
        interviewing.record_interview(
            participant=made,
            key=self.key,
            held_on=self.held_on,
            minutes=40,
            how="in person",
            notes="Laughed a lot",
            **self.given,
        )
        return again(made)

    @property
    def held_on(self) -> date:
        return (self.at - timedelta(days=1)).date()

    def taken_in(self, participant: Participant, text: str = SAID) -> Participant:
        transcribing.take_in(
            participant=participant,
            key=self.key,
            text=text,
            recorded_on=self.held_on,
            **self.given,
        )
        return again(participant)

    def transcribed(self, participant: Participant, text: str = SAID, **legend) -> Transcript:
        self.taken_in(participant, text)
        return transcribing.keep_without_names(
            participant=participant, key=self.key, legend=legend, **self.given
        )

    def questionnaire(self, code: str) -> QuestionnaireVersion:
        """One that ships, as a draft."""
        template = shipped()[code]
        return versions.begin_questionnaire(
            study=self.study,
            title=template.title,
            purpose=template.purpose,
            template=template,
            **self.given,
        )

    def validated(self, version: QuestionnaireVersion) -> QuestionnaireVersion:
        """Looked at by one senior clinician, whose comment was answered; in use."""
        round_ = versions.begin_round(version=version, kind=RoundKind.VALIDATION, **self.given)
        said = versions.comment(
            round_=round_, role="senior clinician", text="Too long", relevance=3, **self.given
        )
        versions.answer_comment(comment=said, answer="Shortened", **self.given)
        versions.end_round(round_=round_, learned="It can be asked.", **self.given)
        versions.put_into_use(version=version, **self.given)
        version.refresh_from_db()
        return version

    def opened(self, version: QuestionnaireVersion) -> Opening:
        closes_on = (self.at + timedelta(days=7)).date()
        return filling.open_form(version=version, closes_on=closes_on, **self.given)

    def token(self, participant: Participant) -> str:
        who = cohort.who_is(participant, self.key)
        assert who is not None
        return who.token


def begun(trust: Trust, at: datetime) -> Studied:
    made = keeping.begin_study(
        title="What has changed", passphrase=PASSPHRASE, by=trust.evaluator, at=at
    )
    return Studied(trust, made.study, made.key, made.code, at)


def again(participant: Participant) -> Participant:
    """As it is kept now."""
    return Participant.objects.select_related("study__evaluator").get(pk=participant.pk)
