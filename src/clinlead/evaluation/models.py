"""Studies, who takes part under a number alone, and what they said without their names.

No column here says who somebody is. What does is sealed with a key that only the study's evaluator
can open (`sealing`): identities, transcripts before their names are taken out, and the list of what
was put for what.
"""

import hashlib

from django.db import models
from django.db.models import Q

from clinlead.access.models import Account
from clinlead.evaluation.policies import Because, Group, RoundKind, State, VersionState
from clinlead.evaluation.questions import Purpose
from clinlead.notices.policies import LetterState


def choices_of(kind) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


class Study(models.Model):
    """One evaluation. Nobody but its evaluator knows that it exists."""

    title = models.CharField(max_length=150)
    evaluator = models.ForeignKey(Account, models.PROTECT, related_name="studies")
    created_at = models.DateTimeField()
    approval = models.CharField(max_length=300, blank=True)  # ethics reference, or why none

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/evaluation/{self.pk}/"


class StudyKey(models.Model):
    """The study's key, locked twice: by the evaluator's passphrase and by the recovery code."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="key")
    by_passphrase = models.BinaryField()
    by_recovery_code = models.BinaryField()
    locked_at = models.DateTimeField()  # when the passphrase was last chosen


class Offer(models.Model):
    """A study that is to pass to another evaluator, who needs the code that its own tells them."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="offer")
    to = models.ForeignKey(Account, models.PROTECT, related_name="studies_offered")
    by_code = models.BinaryField()  # the study's key, locked by the code
    at = models.DateTimeField()


class Legend(models.Model):
    """What was put for which name, so that one person is called the same everywhere; sealed."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="legend")
    sealed = models.BinaryField()


class ConsentText(models.Model):
    """One wording of what people consent to. Never edited: another version is written."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="consent_texts")
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["study", "version"], name="one_consent_text_a_version")
        ]


class LetterText(models.Model):
    """The words of invitations, or of reminders, as they were last written."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="letters")
    reminder = models.BooleanField(default=False)
    subject = models.CharField(max_length=150)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["reminder"]
        constraints = [
            models.UniqueConstraint(fields=["study", "reminder"], name="one_letter_of_a_kind")
        ]


class Participant(models.Model):
    """Somebody in the cohort, as a number. Who it is stands in `Identity`, sealed."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="participants")
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=10, choices=choices_of(Group))
    role = models.CharField(max_length=60, blank=True)  # operational, HR, BI, ward administration
    level = models.CharField(max_length=60, blank=True)  # departmental, senior
    state = models.CharField(max_length=12, choices=choices_of(State), default=State.CHOSEN)
    because = models.CharField(max_length=40, blank=True, choices=choices_of(Because))
    because_words = models.TextField(blank=True)  # of a refusal, in their own words
    link_digest = models.CharField(max_length=64, null=True, unique=True)  # of their own link

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="one_participant_a_number"),
            models.CheckConstraint(
                name="a_refusal_says_why",
                condition=~Q(state=State.REFUSED) | ~Q(because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.number}"

    def get_absolute_url(self) -> str:
        return f"/evaluation/{self.study_id}/participants/{self.number}/"


class Identity(models.Model):
    """Who a participant is: sealed."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="identity")
    sealed = models.BinaryField()


class Moved(models.Model):
    """A participant came to another state, and when; without a word on who they are."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="moves")
    state = models.CharField(max_length=12, choices=choices_of(State))
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Mailing(models.Model):
    """An invitation or a reminder: one row, so that it is sent at most once."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="mailings")
    reminder = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)  # the evaluator sent it themselves
    state = models.CharField(max_length=10, choices=choices_of(LetterState))
    at = models.DateTimeField()
    reason = models.TextField(blank=True)  # why it was not sent, in words

    class Meta:
        ordering = ["at", "pk"]


class Consent(models.Model):
    """Given to one version of the text; when taken back, what was given is deleted."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="given")
    how = models.CharField(max_length=30)  # through their link, on paper, spoken
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"],
                condition=Q(withdrawn_at=None),
                name="one_consent_stands_a_participant",
            )
        ]


class Interview(models.Model):
    """When it is planned, and that it was held. A recording is never asked for."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="interview")
    planned_for = models.DateTimeField(null=True)
    how = models.CharField(max_length=20, blank=True)  # in person, by telephone, by video
    held_on = models.DateField(null=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    guide = models.ForeignKey("QuestionnaireVersion", models.PROTECT, null=True, related_name="+")
    notes = models.BinaryField(null=True)  # the evaluator's own notes of it, sealed


class RawTranscript(models.Model):
    """A transcript until its names are taken out: sealed, and deleted then."""

    participant = models.OneToOneField(Participant, models.CASCADE, related_name="raw_transcript")
    sealed = models.BinaryField()
    recorded_on = models.DateField()
    taken_in_at = models.DateTimeField()


class Transcript(models.Model):
    """What somebody said, without names. Lines end in one "\\n"; places are Unicode code points.

    The newest version is the one in use. It goes with its participant's consent, and whatever
    points at it goes too.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="transcripts")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="transcripts")
    text = models.TextField()
    digest = models.CharField(max_length=64)  # of the text: places in it hold while this does
    version = models.PositiveSmallIntegerField()
    recorded_on = models.DateField()

    class Meta:
        ordering = ["participant__number", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "version"], name="one_transcript_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}, version {self.version}"

    def save(self, *args, **more) -> None:
        self.digest = digest_of(self.text)
        super().save(*args, **more)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ---- questionnaires ------------------------------------------------------------------------------


class Questionnaire(models.Model):
    """An interview guide, or an anonymous form."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="questionnaires")
    purpose = models.CharField(max_length=20, choices=choices_of(Purpose))
    title = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["purpose", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/evaluation/{self.study_id}/questionnaires/{self.pk}/"


class QuestionnaireVersion(models.Model):
    """One wording. Once in use it is not edited: another version is written."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=choices_of(VersionState), default=VersionState.DRAFT
    )
    content = models.JSONField()  # questions.Content
    changed_because = models.TextField(blank=True)
    written_at = models.DateTimeField()
    used_from = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="one_wording_a_number"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state="draft"), name="one_draft_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state="in use"), name="one_wording_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, version {self.number}"

    def get_absolute_url(self) -> str:
        return f"{self.questionnaire.get_absolute_url()}{self.number}/"


class Round(models.Model):
    """People in named roles look at a wording; or the evaluator looks at the first interviews."""

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="rounds")
    kind = models.CharField(max_length=20, choices=choices_of(RoundKind))
    begun_at = models.DateTimeField()
    after_interviews = models.PositiveSmallIntegerField(null=True)  # of an interim analysis
    learned = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begun_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_round_ends_with_what_was_learned",
                condition=Q(ended_at=None) | ~Q(learned=""),
            )
        ]


class RoundComment(models.Model):
    """What somebody in a role said of a question, or of the whole, and what was done about it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="comments")
    role = models.CharField(max_length=80)  # a role, and never a name
    question = models.CharField(max_length=40, blank=True)  # its short name
    relevance = models.PositiveSmallIntegerField(null=True)  # 1 not relevant to 4 very relevant
    text = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Opening(models.Model):
    """A form that can be filled in by whoever has its link, until a day."""

    version = models.ForeignKey(QuestionnaireVersion, models.CASCADE, related_name="openings")
    token = models.CharField(max_length=64, unique=True)  # no secret: it is handed to many
    begun_at = models.DateTimeField()
    closes_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]


class FilledIn(models.Model):
    """One form handed in. Nothing here or anywhere says by whom; of the time, the day alone."""

    opening = models.ForeignKey(Opening, models.CASCADE, related_name="filled_in")
    on = models.DateField()
    said = models.JSONField()  # short name → answer

    class Meta:
        ordering = ["pk"]
