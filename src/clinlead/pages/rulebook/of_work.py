"""What may be done in the work that figures lead to. Pure."""

from dataclasses import replace

from clinlead.access import policies as access
from clinlead.coding import policies as coding
from clinlead.concerns import policies as concerns
from clinlead.conversations import policies as conversations
from clinlead.conversations.policies import SubjectFacts
from clinlead.dataprotection import policies as dataprotection
from clinlead.evaluation import policies as evaluation
from clinlead.feedback import policies as feedback
from clinlead.figures import policies as figures
from clinlead.governance import policies as governance
from clinlead.improvement import policies as improvement
from clinlead.jobplans import policies as jobplans
from clinlead.jobplans.policies import QuestionFacts
from clinlead.learning import policies as learning
from clinlead.learning.policies import State as PostState
from clinlead.learning.policies import WaitFacts
from clinlead.pages.rulebook.acts import Act
from clinlead.pages.rulebook.examples import (
    BYPASSED,
    CODED_STUDY,
    CYCLE,
    DECISION,
    DRIVERS,
    ESCALATED_ROUND,
    EVALUATION,
    HANDED_ON,
    HELD,
    HELD_POST,
    LATER,
    MANDATE,
    MEETING,
    MINUTED,
    OBJECTIVE,
    OF_A_CHIEF,
    OF_A_DIRECTOR,
    OF_THE_LEAD,
    OUTCOME,
    PUBLISHED,
    RELEASED,
    REVIEW,
    ROUND,
    ROUND_OVER,
    SHARED,
    SIGNED_REVIEW,
    SOMEBODY,
    STREAM,
    TALKED_ABOUT,
    TO_ERASE,
    TOTAL,
    TRANSCRIPT,
    UNRELEASED,
)
from clinlead.pages.rulebook.readers import HERE
from clinlead.recognition import policies as recognition
from clinlead.recognition.policies import ContributionFacts
from clinlead.releases import policies as releases
from clinlead.releases.policies import OpeningFacts
from clinlead.reviews import policies as reviews
from clinlead.strategy import policies as strategy
from clinlead.strategy.policies import LinkFacts
from clinlead.workstreams import policies as workstreams
from clinlead.workstreams.policies import HelpFacts, Precondition, WaiverFacts

OF_WORK: dict[str, list[Act]] = {
    "A governance meeting": [
        Act("Know when it is", lambda r: governance.why_not_know(r, MEETING)),
        Act(
            "Read its agenda: the team’s figures, of at least six people",
            lambda r: governance.why_not_open(r, MEETING),
        ),
        Act(
            "Read its approved minutes, from outside the department without names",
            lambda r: governance.why_not_read_minutes(r, MINUTED),
        ),
        Act("Put something on the agenda", lambda r: governance.why_not_add_item(r, MEETING, "x")),
        Act("Plan it, move it, call it off", lambda r: governance.why_not_plan(r, MEETING)),
        Act("Write the minutes", lambda r: governance.why_not_write(r, HELD)),
        Act("Approve them", lambda r: governance.why_not_approve(r, HELD)),
    ],
    "The strategy": [
        Act(
            "Read what is in force",
            lambda r: strategy.why_not_see(r, replace(OBJECTIVE, state=strategy.State.APPROVED)),
        ),
        Act("Read what is proposed", lambda r: strategy.why_not_see(r, OBJECTIVE)),
        Act(
            "Propose an objective, or the definition of poor performance",
            lambda r: strategy.why_not_propose(r, OBJECTIVE),
        ),
        Act(
            "Propose an outcome for the department", lambda r: strategy.why_not_propose(r, OUTCOME)
        ),
        Act(
            "Propose its clinical director’s mandate",
            lambda r: strategy.why_not_propose(r, MANDATE),
        ),
        Act("Approve what somebody else wrote", lambda r: strategy.why_not_approve(r, OBJECTIVE)),
        Act(
            "Choose the measures of an outcome",
            lambda r: strategy.why_not_link(r, LinkFacts(departments=frozenset({HERE}))),
        ),
    ],
    "Work streams": [
        Act("Set up a stream, and say who takes part", workstreams.why_not_run_streams),
        Act("Set up a pilot", workstreams.why_not_start_pilot),
        Act(
            "Move a stream on when every exit criterion holds",
            lambda r: workstreams.why_not_move(r, STREAM, STREAM.stage, STREAM.stage + 1),
        ),
        Act(
            "Waive an exit criterion, with a reason everybody reads",
            lambda r: workstreams.why_not_waive(r, WaiverFacts(stream=STREAM), "a reason"),
        ),
        Act("Change the stages", lambda r: workstreams.why_not_edit_stages(r, "a reason")),
        Act(
            "Let a stream have more than six measures",
            lambda r: workstreams.why_not_allow_more(r, 7, "a reason"),
        ),
        *(
            Act(
                f"Record before named data: {kind.words[0].lower()}{kind.words[1:]}",
                lambda r, kind=kind: workstreams.why_not_record_precondition(  # type: ignore[misc]
                    r, kind, "evidence", False
                ),
            )
            for kind in Precondition
        ),
        Act("Join a stream", lambda r: workstreams.why_not_join(r, STREAM, False)),
        Act(
            "Ask for help with a stream",
            lambda r: workstreams.why_not_ask_for_help(r, HelpFacts(stream=STREAM), "words"),
        ),
        Act(
            "Answer a request for help",
            lambda r: workstreams.why_not_answer_help(r, HelpFacts(stream=STREAM), "words"),
        ),
    ],
    "Decisions and PDSA cycles": [
        Act(
            "Read the department’s decisions and cycles",
            lambda r: improvement.why_not_see(r, CYCLE.place),
        ),
        Act("Read what the department shared", lambda r: improvement.why_not_see(r, SHARED)),
        Act("Decide about a measure", lambda r: improvement.why_not_decide(r, DECISION)),
        Act("Plan a cycle", lambda r: improvement.why_not_plan(r, DECISION)),
        Act("Join a cycle", lambda r: improvement.why_not_join(r, CYCLE)),
        Act(
            "Study and close a cycle, as its owner too",
            lambda r: improvement.why_not_study(r, CYCLE),
        ),
        Act(
            "Write an outcome’s drivers and change ideas",
            lambda r: improvement.why_not_write_drivers(r, DRIVERS),
        ),
    ],
    "A clinician’s role profile": [
        Act("Read it", lambda r: access.why_not_see_profile(r, UNRELEASED)),
        Act("Write it", lambda r: access.why_not_record_profile(r, UNRELEASED)),
        Act(
            "Write a clinical director’s",
            lambda r: access.why_not_record_profile(r, OF_THE_LEAD),
        ),
    ],
    "Job plans": [
        Act("Read a clinician’s job plan", lambda r: jobplans.why_not_see_plan(r, UNRELEASED)),
        Act(
            "Read a department’s job plans, by name", lambda r: jobplans.why_not_see_plans(r, HERE)
        ),
        Act(
            "Ask the lead where plan, contract and activity do not agree",
            lambda r: jobplans.why_not_ask(r, UNRELEASED, "words"),
        ),
        Act(
            "Answer HR about a clinician’s plan",
            lambda r: jobplans.why_not_answer(r, QuestionFacts(owner=UNRELEASED), "words"),
        ),
        Act(
            "Answer HR about a clinical director’s plan",
            lambda r: jobplans.why_not_answer(r, QuestionFacts(owner=OF_THE_LEAD), "words"),
        ),
    ],
    "Learning and the forum": [
        Act("Read the forum", learning.why_not_read_forum),
        Act("Write in the forum", lambda r: learning.why_not_post(r, "words")),
        Act(
            "Let a held post appear, or hide one",
            lambda r: learning.why_not_moderate(r, HELD_POST, PostState.HIDDEN, "a reason"),
        ),
        Act(
            "Let a right wait on a lesson",
            lambda r: learning.why_not_set_wait(r, WaitFacts(), "a reason"),
        ),
    ],
    "An independent evaluation": [
        Act("Begin a study", evaluation.why_not_begin),
        Act(
            "See who takes part, with the study’s passphrase",
            lambda r: evaluation.why_not_read(r, EVALUATION),
        ),
        Act(
            "Hand it on to another evaluator, who needs a code",
            lambda r: coding.why_not_hand_on(r, HANDED_ON),
        ),
    ],
    "Coding and findings of a study": [
        Act("Know that it exists", lambda r: coding.why_not_read_study(r, CODED_STUDY)),
        Act("Read a transcript and code it", lambda r: coding.why_not_code(r, TRANSCRIPT)),
        Act(
            "Change the codebook, with a reason",
            lambda r: coding.why_not_edit_codebook(r, CODED_STUDY, "a reason"),
        ),
        Act("Write themes and the report", lambda r: coding.why_not_write_findings(r, CODED_STUDY)),
        Act(
            "Publish what was found to all staff",
            lambda r: coding.why_not_publish(r, CODED_STUDY, PUBLISHED),
        ),
    ],
    "Thanks, and what figures do not show": [
        Act("Thank somebody", lambda r: recognition.why_not_thank(r, SOMEBODY, "words")),
        Act("Write down what one contributes", lambda r: recognition.why_not_record(r, "words")),
        Act(
            "Confirm a clinician’s contribution",
            lambda r: recognition.why_not_confirm(r, ContributionFacts(owner=RELEASED)),
        ),
        Act(
            "Confirm a clinical director’s contribution",
            lambda r: recognition.why_not_confirm(r, ContributionFacts(owner=OF_THE_LEAD)),
        ),
    ],
    "A conversation between two": [
        Act(
            "Talk a clinician’s signal through, and read what was agreed",
            lambda r: conversations.why_not_open(r, SubjectFacts(owner=RELEASED)),
        ),
        Act(
            "Talk a clinical director’s own through",
            lambda r: conversations.why_not_open(r, SubjectFacts(owner=OF_THE_LEAD)),
        ),
    ],
    "A performance review, private to two": [
        Act(
            "Begin a clinician’s review",
            lambda r: reviews.why_not_begin(r, RELEASED, another=False),
        ),
        Act(
            "Begin a clinical director’s own",
            lambda r: reviews.why_not_begin(r, OF_THE_LEAD, another=False),
        ),
        Act(
            "Begin a chief of service’s own",
            lambda r: reviews.why_not_begin(r, OF_A_CHIEF, another=False),
        ),
        Act(
            "Begin that of a medical director, not one’s own",
            lambda r: reviews.why_not_begin(r, OF_A_DIRECTOR, another=False),
        ),
        Act("Read it and write in it", lambda r: reviews.why_not_act(r, REVIEW)),
        Act("Take it away as a file", lambda r: reviews.why_not_take_away(r, SIGNED_REVIEW)),
        Act("See how many there were, where no one can be known", reviews.why_not_see_counts),
    ],
    "Feedback from colleagues": [
        Act(
            "Begin it, and choose who is asked",
            lambda r: feedback.why_not_begin(r, RELEASED, another=False),
        ),
        Act(
            "Ask them, once the choice is balanced", lambda r: feedback.why_not_ask(r, ROUND, LATER)
        ),
        Act(
            "Read how many gave each answer, once it is over",
            lambda r: feedback.why_not_read(r, ROUND_OVER),
        ),
        Act(
            "Read colleagues’ own words, once both have agreed how",
            lambda r: feedback.why_not_read_words(r, ROUND_OVER),
        ),
        Act(
            "Read it for a reason, where a concern has brought them in",
            lambda r: feedback.why_not_read_escalated(r, ESCALATED_ROUND, "a reason"),
        ),
    ],
    "A concern, which only a person opens": [
        Act(
            "Open it, after recorded conversations",
            lambda r: concerns.why_not_open(r, TALKED_ABOUT, "what remains"),
        ),
        Act(
            "Open it about a clinical director",
            lambda r: concerns.why_not_open(r, replace(TALKED_ABOUT, owner=OF_THE_LEAD), "it"),
        ),
        Act(
            "Go past its order for patients’ safety",
            lambda r: concerns.why_not_bypass(r, RELEASED, "a reason", pending=False),
        ),
        Act(
            "Review a bypass that somebody else used",
            lambda r: concerns.why_not_review_bypass(r, BYPASSED, "words"),
        ),
        Act("See how many there were, where no one can be known", concerns.why_not_see_counts),
    ],
    "Data protection": [
        Act("Answer a request to erase", lambda r: dataprotection.why_not_answer(r, TO_ERASE)),
        Act(
            "Keep the register of disclosures; whoever is named in one reads it",
            dataprotection.why_not_keep_register,
        ),
    ],
    "Grants and roles": [
        Act(
            "Let somebody outside see a department’s figures",
            lambda r: access.why_not_grant_sight(HERE, r, "a reason", "an agreement"),
        ),
        Act(
            "Open a department’s released totals more widely",
            lambda r: releases.why_not_open_wider(
                r, OpeningFacts(department_id=HERE), "an agreement"
            ),
        ),
        Act(
            "See a total that a department opened more widely",
            lambda r: figures.why_not_see_team(r, replace(TOTAL, opened=True)),
        ),
        Act(
            "Agree to names inside the department, and withdraw",
            lambda r: access.why_not_speak_for_names(r, r.person_id or 0, HERE),
        ),
        Act("Give and end roles", access.why_not_manage_roles),
    ],
}
