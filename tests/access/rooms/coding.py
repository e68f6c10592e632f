"""Codes and findings: the evaluator's alone, until they are published; then every signed-in reads
what was published. To everybody else no study exists."""

from rows import EVERYBODY, get, post

ALONE = "evaluator"
STUDY = "coding/<int:study_id>/"
THEME = f"{STUDY}themes/<int:theme_id>/"
AT_STUDY = "/coding/{coded}/"
AT_THEME = f"{AT_STUDY}themes/{{theme}}/"
TEXT = "coding/transcripts/<int:transcript_id>/"
AT_TEXT = "/coding/transcripts/{to_code}/"
WORDS = {"title": "A theme", "summary": "What it says", "seen": "1"}
ROWS = [
    get("coding/", "/coding/", {200: ALONE}),
    post("coding/example/", "/coding/example/", {403: ALONE}),  # they have it already
    get(STUDY, AT_STUDY, {200: ALONE}),
    get(f"{STUDY}findings/", f"{AT_STUDY}findings/", {200: ALONE}),
    post(f"{STUDY}findings/", f"{AT_STUDY}findings/", {302: ALONE}, data=WORDS),
    get(THEME, AT_THEME, {200: ALONE}),
    post(THEME, AT_THEME, {302: ALONE}, data=WORDS),
    post(f"{THEME}rows/", f"{AT_THEME}rows/", {302: ALONE}, data={"code": "{theme_code}"}),
    post(
        f"{THEME}rows/<int:row_id>/remove/", f"{AT_THEME}rows/{{theme_row}}/remove/", {302: ALONE}
    ),
    post(
        f"{THEME}quotes/<int:quote_id>/remove/",
        f"{AT_THEME}quotes/{{theme_quote}}/remove/",
        {302: ALONE},
    ),
    post(f"{THEME}remove/", f"{AT_THEME}remove/", {302: ALONE}),
    get(f"{STUDY}report/", f"{AT_STUDY}report/", {200: ALONE}),
    get(f"{STUDY}report/parts/<slug:name>/", f"{AT_STUDY}report/parts/team/", {200: ALONE}),
    post(
        f"{STUDY}report/parts/<slug:name>/",
        f"{AT_STUDY}report/parts/team/",
        {302: ALONE},
        data={"text": "Who we are", "seen": "0"},
    ),
    get(f"{STUDY}publish/", f"{AT_STUDY}publish/", {200: ALONE}),
    post(f"{STUDY}publish/", f"{AT_STUDY}publish/", {422: ALONE}),
    post(
        f"{STUDY}publish/take-back/",
        f"{AT_STUDY}publish/take-back/",
        {302: ALONE},
        data={"because": "A mistake"},
    ),
    post(
        f"{STUDY}publish/quotes/<int:quote_id>/take-out/",
        f"{AT_STUDY}publish/quotes/{{published_quote}}/take-out/",
        {302: ALONE},
    ),
    get("results/", "/results/", {200: EVERYBODY}),
    get("results/<int:study_id>/", "/results/{coded}/", {200: EVERYBODY}),
    get("results/<int:study_id>/<int:number>/", "/results/{coded}/1/", {200: EVERYBODY}),
    get("results/<int:study_id>/", "/results/{study}/", {}),  # nothing of it is published
    get(f"{STUDY}report.pdf", f"{AT_STUDY}report.pdf", {200: ALONE}),
    get(f"{STUDY}report.docx", f"{AT_STUDY}report.docx", {200: ALONE}),
    get(f"{STUDY}codebook/", f"{AT_STUDY}codebook/", {200: ALONE}),
    post(
        f"{STUDY}codebook/",
        f"{AT_STUDY}codebook/",
        {302: ALONE},
        data={"name": "A new code", "because": "It came up"},
    ),
    get(f"{STUDY}codebook/versions/", f"{AT_STUDY}codebook/versions/", {200: ALONE}),
    get(f"{STUDY}codebook/<int:code_id>/", f"{AT_STUDY}codebook/{{theme_code}}/", {200: ALONE}),
    post(
        f"{STUDY}codebook/<int:code_id>/",
        f"{AT_STUDY}codebook/{{theme_code}}/",
        {302: ALONE},
        data={"name": "Another name", "because": "A better word", "seen": "1"},
    ),
    get(f"{STUDY}memos/", f"{AT_STUDY}memos/", {200: ALONE}),
    post(f"{STUDY}memos/", f"{AT_STUDY}memos/", {302: ALONE}, data={"text": "x", "seen": "0"}),
    get("coding/memos/<int:memo_id>/", "/coding/memos/{memo}/", {200: ALONE}),
    post(
        "coding/memos/<int:memo_id>/",
        "/coding/memos/{memo}/",
        {302: ALONE},
        data={"text": "Anew", "seen": "1"},
    ),
    get(f"{STUDY}patterns/", f"{AT_STUDY}patterns/", {200: ALONE}),
    get(f"{STUDY}passages/", f"{AT_STUDY}passages/", {200: ALONE}),
    get(f"{STUDY}codings.csv", f"{AT_STUDY}codings.csv", {200: ALONE}),
    post(
        f"{STUDY}passages/<int:coding_id>/quote/",
        f"{AT_STUDY}passages/{{theme_coding}}/quote/",
        {302: ALONE},
        data={"theme": "{theme}"},
    ),
    get(f"{STUDY}matrix/", f"{AT_STUDY}matrix/", {200: ALONE}),
    get(
        f"{STUDY}matrix/<int:theme_id>/<int:number>/",
        f"{AT_STUDY}matrix/{{theme}}/1/",
        {200: ALONE},
    ),
    post(
        f"{STUDY}matrix/<int:theme_id>/<int:number>/",
        f"{AT_STUDY}matrix/{{theme}}/1/",
        {302: ALONE},
        data={"text": "Says so", "seen": "0"},
    ),
    get(f"{STUDY}exchange/", f"{AT_STUDY}exchange/", {200: ALONE}),
    post(f"{STUDY}exchange/", f"{AT_STUDY}exchange/", {422: ALONE}),
    get(f"{STUDY}study.qdpx", f"{AT_STUDY}study.qdpx", {200: ALONE}),
    get(f"{STUDY}codebook.qdc", f"{AT_STUDY}codebook.qdc", {200: ALONE}),
    get(f"{STUDY}codebook.csv", f"{AT_STUDY}codebook.csv", {200: ALONE}),
    get(f"{STUDY}transcripts/", f"{AT_STUDY}transcripts/", {200: ALONE}),
    get(f"{STUDY}agreement/", f"{AT_STUDY}agreement/", {200: ALONE}),
    get(TEXT, AT_TEXT, {200: ALONE}),
    post(
        f"{TEXT}code/",
        f"{AT_TEXT}code/",
        {302: ALONE},
        data={"name": "Poor performance needs a clearer definition", "line": "2"},
    ),
    post(
        f"{TEXT}codings/<int:coding_id>/remove/",
        f"{AT_TEXT}codings/{{own_coding}}/remove/",
        {302: ALONE},
    ),
    post(f"{TEXT}carry-over/", f"{AT_TEXT}carry-over/", {302: ALONE}),
    post(f"{TEXT}finish/", f"{AT_TEXT}finish/", {302: ALONE}),
    post(f"{TEXT}take-up/", "/coding/transcripts/{settling}/take-up/", {403: ALONE}),
    post(f"{TEXT}memos/", f"{AT_TEXT}memos/", {302: ALONE}, data={"text": "x", "seen": "0"}),
    post(f"{TEXT}open/", f"{AT_TEXT}open/", {302: ALONE}, data={"coder": "{second_coder}"}),
    post(
        f"{TEXT}close/<int:account_id>/",
        "/coding/transcripts/{settling}/close/{second_coder}/",
        {302: ALONE},
    ),
    get(f"{TEXT}compare/", "/coding/transcripts/{settling}/compare/", {200: ALONE}),
    post(f"{TEXT}compare/", "/coding/transcripts/{settling}/compare/", {302: ALONE}),
    post(
        f"{TEXT}compare/settled/", "/coding/transcripts/{settling}/compare/settled/", {403: ALONE}
    ),
]
