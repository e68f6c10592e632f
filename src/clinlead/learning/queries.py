"""What the forum's pages read, for this and for other rooms."""

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from clinlead.access.policies import Reader, Role
from clinlead.learning.models import Post, Thread
from clinlead.learning.policies import State


def threads(reader: Reader, *, topic: str = "", asked: str = "") -> QuerySet[Thread]:
    """Threads that this person may read, what was written last first; by topic and by words."""
    found = Thread.objects.visible_to(reader)
    if topic:
        found = found.filter(topic=topic)
    for word in asked.split():
        readable = Post.objects.visible_to(reader).filter(text__icontains=word)
        found = found.filter(Q(title__icontains=word) | Q(pk__in=readable.values("thread_id")))
    first = Post.objects.filter(thread=OuterRef("pk"), first=True)
    answers = Count("posts", filter=Q(posts__first=False, posts__state=State.SHOWN))
    return found.annotate(
        answers=answers, last_at=Max("posts__at"), first_state=Subquery(first.values("state")[:1])
    ).order_by("-last_at", "-pk")


def to_moderate(reader: Reader) -> int:
    """Posts that are held and wait for the project team."""
    return Post.objects.held().count() if reader.has(Role.PROJECT_TEAM) else 0
