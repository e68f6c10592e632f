"""What may be done with figures, the records behind them, and measures. Pure."""

from dataclasses import replace

from clinlead.access import policies as access
from clinlead.figures import policies as figures
from clinlead.intake import policies as intake
from clinlead.intake import retaining
from clinlead.measures import policies as measures
from clinlead.measures import redefinition
from clinlead.measures.policies import BreakFacts, MarkFacts
from clinlead.measures.redefinition import VersionFacts
from clinlead.pages.rulebook.acts import Act
from clinlead.pages.rulebook.examples import (
    ALL_AGREED,
    CHALLENGE,
    CHECKED,
    CHECKING,
    FIGURE,
    LISTED,
    MOVE,
    OF_A_CHIEFS_RECORD,
    OF_THE_LEAD,
    PREPARING,
    RECORD,
    RELEASED,
    SIGNAL,
    SMALL_TOTAL,
    TEAM,
    TOTAL,
    UNRELEASED,
)
from clinlead.pages.rulebook.readers import HERE
from clinlead.releases import policies as releases
from clinlead.releases.policies import Stage
from clinlead.safety import policies as safety
from clinlead.validation import policies as validation

OF_FIGURES: dict[str, list[Act]] = {
    "A clinician’s figures, by name": [
        Act("See them before they are released", lambda r: access.why_not_see_named(r, UNRELEASED)),
        Act("See them once released", lambda r: access.why_not_see_named(r, RELEASED)),
        Act(
            "See a clinical director’s own figures, once released",
            lambda r: access.why_not_see_named(r, OF_THE_LEAD),
        ),
        Act(
            "See colleagues by name beside one’s own, once every member has agreed",
            lambda r: access.why_not_name_colleagues(r, ALL_AGREED),
        ),
    ],
    "A department’s figures": [
        Act("See the released total", lambda r: figures.why_not_see_team(r, TOTAL)),
        Act("See its line in a release", lambda r: releases.why_not_see_team(TEAM, r)),
        Act(
            f"See the total of fewer than {figures.LEAST_IN_A_TOTAL} clinicians",
            lambda r: figures.why_not_see_team(r, SMALL_TOTAL),
        ),
    ],
    "Records (patients are pseudonyms)": [
        Act(
            "List a clinician’s records, saying why where they are not one’s own",
            lambda r: figures.why_not_list_records(r, LISTED),
        ),
        Act(
            "Open one record, saying why where it is not one’s own",
            lambda r: validation.why_not_see_record(r, RECORD, "a stated reason"),
        ),
        Act("Challenge it", lambda r: validation.why_not_challenge(r, RECORD)),
        Act("Draw and check an audit sample", validation.why_not_audit),
    ],
    "The data": [
        Act("Load an extract, see its rows and what was refused", intake.why_not_load),
        Act("See each data set’s quality grade", intake.why_not_see_grades),
        Act("See how a grade came about", intake.why_not_see_report),
        Act("See how long records are kept", retaining.why_not_see_retention),
        Act("Say how long records are kept", retaining.why_not_decide_retention),
    ],
    "A challenge": [
        Act("Follow it", lambda r: validation.why_not_see_challenge(r, CHALLENGE)),
        Act(
            "Settle “this patient was not mine”",
            lambda r: validation.why_not_settle(r, CHALLENGE),
        ),
        Act(
            "Settle a chief of service’s own",
            lambda r: validation.why_not_settle(r, OF_A_CHIEFS_RECORD),
        ),
        Act("Add what was found", lambda r: validation.why_not_investigate(r, CHALLENGE)),
    ],
    "A release": [
        Act("Prepare it", lambda r: releases.why_not_prepare(HERE, r)),
        Act("Do the BI check", lambda r: releases.why_not_check(PREPARING, r)),
        Act(
            "Interpret and sign off a figure",
            lambda r: releases.why_not_interpret(FIGURE, "words", r),
        ),
        Act(
            "Interpret and sign off a chief of service’s own",
            lambda r: releases.why_not_interpret(
                replace(FIGURE, owner_goes_to_director=True), "words", r
            ),
        ),
        Act("Release", lambda r: releases.why_not_release(PREPARING, r)),
        Act(
            "Put one’s own words beside a released figure",
            lambda r: releases.why_not_append(replace(FIGURE, stage=Stage.RELEASED), "words", r),
        ),
    ],
    "Safety measures and their signals": [
        Act(
            "Mark a measure as a safety measure",
            lambda r: measures.why_not_mark_safety(r, MarkFacts(), "a reason"),
        ),
        Act("See a clinician’s signal", lambda r: safety.why_not_see_signal(r, SIGNAL)),
        Act(
            "See it once nobody acknowledged it in time",
            lambda r: safety.why_not_see_signal(r, replace(SIGNAL, escalated=True)),
        ),
        Act(
            "See a clinical director’s own signal",
            lambda r: safety.why_not_see_signal(r, replace(SIGNAL, owner_leads=True)),
        ),
        Act("Acknowledge it", lambda r: safety.why_not_acknowledge(r, SIGNAL, "words")),
        Act(
            "Acknowledge a clinical director’s own",
            lambda r: safety.why_not_acknowledge(r, replace(SIGNAL, owner_leads=True), "words"),
        ),
        Act(
            "Acknowledge a chief of service’s own",
            lambda r: safety.why_not_acknowledge(
                r, replace(SIGNAL, owner_goes_to_director=True), "words"
            ),
        ),
    ],
    "How a measure is recorded": [
        Act(
            "Note that the recording changed, for the department",
            lambda r: measures.why_not_record_break(r, BreakFacts(department_id=HERE), "a reason"),
        ),
        Act(
            "Note it for the whole trust",
            lambda r: measures.why_not_record_break(r, BreakFacts(department_id=None), "a reason"),
        ),
    ],
    "The wording of a measure": [
        Act(
            "Say what is wrong with it",
            lambda r: redefinition.why_not_comment(r, frozenset({HERE}), "words"),
        ),
        Act(
            "Draft a new version, and answer what was said",
            lambda r: redefinition.why_not_draft(r, another_runs=False),
        ),
        Act(
            "Check a new version that somebody else wrote",
            lambda r: redefinition.why_not_check(r, CHECKING),
        ),
        Act(
            "Approve a version that two others wrote and checked",
            lambda r: redefinition.why_not_approve(r, CHECKED),
        ),
        Act(
            "Have the department’s figures follow another version",
            lambda r: redefinition.why_not_move(r, MOVE, "a reason"),
        ),
        Act(
            "Retire a version that no department follows",
            lambda r: redefinition.why_not_retire(r, VersionFacts(), "a reason"),
        ),
    ],
}
