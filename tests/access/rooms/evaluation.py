"""Studies: the evaluator's alone. Without its passphrase a study shows numbers, and asks for it."""

from rows import EVERYBODY, get, post

ALONE = {200: "evaluator"}
ASKED = {302: "evaluator"}  # to the passphrase
STUDY, HERE = "evaluation/<int:pk>/", "/evaluation/{study}/"
PARTICIPANT, THEM = STUDY + "participants/<int:number>/", HERE + "participants/{interviewed}/"
TRANSCRIPT, TEXT = STUDY + "transcripts/<int:transcript_id>/", HERE + "transcripts/{transcript}/"
LINK, LINKED = "taking-part/<str:token>/", "/taking-part/{token}/"
YES = {"answer": "yes", "version": "1", "read": "on"}
ROWS = [
    get("evaluation/", "/evaluation/", ALONE),
    get("evaluation/begin/", "/evaluation/begin/", ALONE),
    post("evaluation/begin/", "/evaluation/begin/", {422: "evaluator"}),
    get(STUDY, HERE, ALONE),
    get(STUDY + "open/", HERE + "open/", ALONE),
    post(STUDY + "open/", HERE + "open/", {422: "evaluator"}, data={"passphrase": "guessed"}),
    post(STUDY + "close/", HERE + "close/", {302: "evaluator"}),
    post(STUDY + "approval/", HERE + "approval/", {302: "evaluator"}, data={"approval": "R7"}),
    get(STUDY + "lock/", HERE + "lock/", ALONE),
    post(STUDY + "lock/", HERE + "lock/", {422: "evaluator"}),
    get(STUDY + "hand-on/", HERE + "hand-on/", ASKED),
    post(STUDY + "hand-on/", HERE + "hand-on/", ASKED),
    post(STUDY + "hand-on/back/", HERE + "hand-on/back/", {302: "evaluator"}),
    get("evaluation/take-over/", "/evaluation/take-over/", ALONE),
    post("evaluation/take-over/", "/evaluation/take-over/", {422: "evaluator"}),
    get("evaluation/take-over/<int:pk>/", "/evaluation/take-over/{study}/", {}),  # not offered
    get(STUDY + "participants/add/", HERE + "participants/add/", ASKED),
    post(STUDY + "participants/add/", HERE + "participants/add/", ASKED),
    get(PARTICIPANT, THEM, ALONE),
    get(PARTICIPANT + "transcript/", THEM + "transcript/", ASKED),
    post(PARTICIPANT + "transcript/", THEM + "transcript/", ASKED),
    get(PARTICIPANT + "names/", THEM + "names/", ASKED),
    post(PARTICIPANT + "names/", THEM + "names/", ASKED),
    post(PARTICIPANT + "<slug:what>/", THEM + "withdraw/", ASKED, data={"sure": "on"}),
    get(TRANSCRIPT, TEXT, ALONE, names="evaluator"),
    post(TRANSCRIPT + "drop/", TEXT + "drop/", {302: "evaluator"}),
    get(STUDY + "letters/", HERE + "letters/", ASKED),
    post(STUDY + "letters/", HERE + "letters/", ASKED),
    get(STUDY + "consent/", HERE + "consent/", ALONE),
    post(STUDY + "consent/", HERE + "consent/", {302: "evaluator"}, data={"text": "Another"}),
    get(LINK, LINKED, {200: EVERYBODY}, not_signed_in=200),
    post(LINK, LINKED, {302: EVERYBODY}, not_signed_in=302, data=YES),
]

QUESTIONNAIRE, ITS = STUDY + "questionnaires/<int:q>/", HERE + "questionnaires/{questionnaire}/"
VERSION, FIRST = QUESTIONNAIRE + "<int:number>/", ITS + "1/"
ROWS += [
    get(STUDY + "questionnaires/", HERE + "questionnaires/", ALONE),
    post(STUDY + "questionnaires/", HERE + "questionnaires/", {422: "evaluator"}),
    get(QUESTIONNAIRE, ITS, {302: "evaluator"}),
    get(VERSION, FIRST, ALONE),
    get(VERSION + "paper/", FIRST + "paper/", ALONE),
    get(VERSION + "results/", FIRST + "results/", ALONE),
    get(VERSION + "themes/<int:theme>/", FIRST + "themes/0/", {403: "evaluator"}),
    post(VERSION + "themes/<int:theme>/", FIRST + "themes/0/", {403: "evaluator"}),
    get(VERSION + "questions/<slug:key>/", FIRST + "questions/seen/", {403: "evaluator"}),
    post(VERSION + "questions/<slug:key>/", FIRST + "questions/seen/", {403: "evaluator"}),
    post(VERSION + "<slug:what>/", FIRST + "use/", {403: "evaluator"}),
    post(VERSION + "<slug:what>/", FIRST + "another/", {422: "evaluator"}),
    get("answer/<str:token>/", "/answer/{form}/", {200: EVERYBODY}, not_signed_in=200),
    post("answer/<str:token>/", "/answer/{form}/", {}, not_signed_in=404),
    get("answer/<str:token>/done/", "/answer/{form}/done/", {200: EVERYBODY}, not_signed_in=200),
]
