"""A measure redefined step by step, as people would: said, drafted, checked, approved, followed."""

from clinlead.figures.versions import compute_version
from clinlead.measures import redefining as acts
from clinlead.measures.models import Feedback, MeasureVersion, Redefinition
from clinlead.measures.moving import Stand, move_to_version
from clinlead.measures.queries import find
from clinlead.measures.redefining import Wording
from clinlead.measures.redefining_forms import first_text
from clinlead.measures.speaking import comment
from people import Trust
from small_release import AT

CODE = "length-of-stay"
BECAUSE = "Day cases were counted"
WHERE = 'where = [{ field = "admission_method", equals = "emergency" }]\n'


def said(trust: Trust) -> Feedback:
    return comment(
        measure=find(CODE, 1),
        text="This definition counts planned admissions.",
        proposes="Emergencies alone.",
        by=trust.lead,
        at=AT,
    )


def drafted(trust: Trust, *feedback: Feedback, code: str = CODE) -> Redefinition:
    text = first_text(find(code)) + (WHERE if code == CODE else "")
    wording = Wording(text=text, because=BECAUSE, feedback=feedback)
    return acts.draft(code=code, wording=wording, by=trust.analyst, at=AT)


def checked(trust: Trust, draft: Redefinition) -> Redefinition:
    acts.send(draft_id=draft.pk, by=trust.analyst, at=AT)
    return acts.check(draft_id=draft.pk, note="Read with a colleague", by=trust.lead, at=AT)


def approved(trust: Trust, draft: Redefinition) -> MeasureVersion:
    return acts.approve(draft_id=checked(trust, draft).pk, by=trust.executive, at=AT)


def followed(trust: Trust, month: str = "2026-04") -> MeasureVersion:
    """Version 2, computed, and Cardiology follows it from a month on."""
    made = approved(trust, drafted(trust, said(trust)))
    compute_version(measure=made, at=AT)
    move_to_version(
        department=trust.cardiology,
        measure=made,
        month=month,
        because="Our meeting of June",
        stand=Stand(computed=True, released_to="2026-03"),
        by=trust.lead,
        at=AT,
    )
    return made
