"""Answers to lessons, coaching notes, rights that wait, and the forum."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from clinlead.access.models import Account
from clinlead.access.policies import Reader
from clinlead.learning.policies import MODERATES, READS, Kind, Right, State


def together(at: str, by: str, name: str) -> models.CheckConstraint:
    both = Q(**{f"{at}__isnull": False, f"{by}__isnull": False})
    return models.CheckConstraint(name=name, condition=Q(**{at: None, by: None}) | both)


class Attempt(models.Model):
    """Somebody answered a lesson's questions; every time is kept."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="attempts")
    lesson = models.SlugField()
    digest = models.CharField(max_length=16)  # of the wording that was answered
    chosen = models.JSONField()  # the place of the option, by question
    right = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["account", "lesson"])]


class CoachingNote(models.Model):
    """Between a manager and their coach."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="coaching_notes")
    text = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]


class RightWaits(models.Model):
    """From one moment to another a right waits on a lesson, for a reason. None does at first."""

    right = models.CharField(max_length=30, choices=[(right, right.value) for right in Right])
    lesson = models.SlugField()
    because = models.TextField()
    set_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["right", "-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["right"], condition=Q(ended_at=None), name="a_right_waits_on_one_lesson"
            ),
            together("ended_at", "ended_by", "wait_ended_at_and_by_go_together"),
        ]


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        """What has appeared; one's own; everything for moderators."""
        if reader.has(*MODERATES):
            return self
        first = Post.objects.filter(thread=OuterRef("pk"), first=True)
        own = Exists(first.filter(by_id=reader.account_id))
        if not reader.has(*READS):
            return self.none()
        return self.filter(Exists(first.filter(state=State.SHOWN)) | own)


class Thread(models.Model):
    """A case, a lesson learned, a question or a coaching request, with what was answered."""

    kind = models.CharField(max_length=20, choices=[(kind, kind.value) for kind in Kind])
    topic = models.SlugField()  # a lesson's code
    title = models.CharField(max_length=150)
    begun_at = models.DateTimeField()

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/forum/{self.pk}/"


class PostQuerySet(models.QuerySet):
    def visible_to(self, reader: Reader):
        if reader.has(*MODERATES):
            return self
        if not reader.has(*READS):
            return self.none()
        return self.filter(Q(state=State.SHOWN) | Q(by_id=reader.account_id))

    def held(self):
        return self.filter(state=State.HELD)


class Post(models.Model):
    """What somebody wrote. Pages say what they are, and not who."""

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="posts")
    first = models.BooleanField(default=False)  # it begins its thread
    text = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    wrote_as = models.CharField(max_length=60)  # the role, as it was then
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default=State.HELD)
    marks = models.JSONField(default=list)  # [start, end, what], of title and text together
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)  # why a moderator let it appear, or hid it

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["thread"], condition=Q(first=True), name="a_thread_begins_once"
            ),
            together("decided_at", "decided_by", "post_decided_at_and_by_go_together"),
        ]

    def get_absolute_url(self) -> str:
        return f"/forum/posts/{self.pk}/"
