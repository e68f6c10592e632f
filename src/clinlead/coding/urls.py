"""The addresses of codes and findings."""

from django.urls import path

from clinlead.coding import (
    codebook_views,
    exchange_views,
    findings_views,
    handing_views,
    transcript_views,
    views,
)
from clinlead.coding.results import views as results_views

OF_STUDY = "coding/<int:study_id>/"
OF_TEXT = "coding/transcripts/<int:transcript_id>/"
OF_THEME = f"{OF_STUDY}themes/<int:theme_id>/"

AT_EVALUATION = "evaluation/<int:pk>/"  # where a study's key is held

urlpatterns = [
    path(f"{AT_EVALUATION}hand-on/", handing_views.handing_on, name="hand_on"),
    path(f"{AT_EVALUATION}hand-on/back/", handing_views.offer_taken_back, name="offer_taken_back"),
    path("evaluation/take-over/", handing_views.taking_over, name="take_over"),
    path("evaluation/take-over/<int:pk>/", handing_views.taking_over, name="take_over_offered"),
    path("coding/", views.index, name="coding"),
    path("coding/example/", views.example, name="coding_example"),
    path(OF_STUDY, views.study, name="coding_study"),
    path(f"{OF_STUDY}findings/", findings_views.findings, name="coding_findings"),
    path(OF_THEME, findings_views.theme, name="coding_theme"),
    path(f"{OF_THEME}rows/", findings_views.row_added, name="coding_row_added"),
    path(
        f"{OF_THEME}rows/<int:row_id>/remove/",
        findings_views.row_removed,
        name="coding_row_removed",
    ),
    path(
        f"{OF_THEME}quotes/<int:quote_id>/remove/",
        findings_views.quote_removed,
        name="coding_quote_removed",
    ),
    path(f"{OF_THEME}remove/", findings_views.theme_removed, name="coding_theme_removed"),
    path(f"{OF_STUDY}report/", findings_views.report, name="coding_report"),
    path(
        f"{OF_STUDY}report/parts/<slug:name>/",
        findings_views.report_part,
        name="coding_report_part",
    ),
    path(f"{OF_STUDY}report.pdf", findings_views.report_pdf, name="coding_report_pdf"),
    path(f"{OF_STUDY}report.docx", findings_views.report_docx, name="coding_report_docx"),
    path(f"{OF_STUDY}publish/", results_views.publishing, name="coding_publish"),
    path(f"{OF_STUDY}publish/take-back/", results_views.taken_back, name="coding_taken_back"),
    path(
        f"{OF_STUDY}publish/quotes/<int:quote_id>/take-out/",
        results_views.quote_taken_out,
        name="coding_quote_taken_out",
    ),
    path("results/", results_views.index, name="results"),
    path("results/<int:study_id>/", results_views.show, name="results_of"),
    path("results/<int:study_id>/<int:number>/", results_views.show, name="results_version"),
    path(f"{OF_STUDY}codebook/", codebook_views.codebook, name="coding_codebook"),
    path(f"{OF_STUDY}codebook/versions/", codebook_views.versions, name="coding_versions"),
    path(f"{OF_STUDY}codebook/<int:code_id>/", codebook_views.code, name="coding_code"),
    path(f"{OF_STUDY}memos/", codebook_views.memos, name="coding_memos"),
    path("coding/memos/<int:memo_id>/", codebook_views.memo, name="coding_memo"),
    path(f"{OF_STUDY}patterns/", codebook_views.patterns, name="coding_patterns"),
    path(f"{OF_STUDY}passages/", codebook_views.passages_found, name="coding_passages"),
    path(f"{OF_STUDY}codings.csv", codebook_views.passages_csv, name="coding_csv"),
    path(f"{OF_STUDY}passages/<int:coding_id>/quote/", codebook_views.quoted, name="coding_quoted"),
    path(f"{OF_STUDY}matrix/", codebook_views.matrix, name="coding_matrix"),
    path(f"{OF_STUDY}matrix/<int:theme_id>/<int:number>/", codebook_views.cell, name="coding_cell"),
    path(f"{OF_STUDY}exchange/", exchange_views.exchange, name="coding_exchange"),
    path(f"{OF_STUDY}study.qdpx", exchange_views.project, name="coding_project"),
    path(f"{OF_STUDY}codebook.qdc", exchange_views.codebook, name="coding_codebook_out"),
    path(f"{OF_STUDY}codebook.csv", exchange_views.codes, name="coding_codes"),
    path(f"{OF_STUDY}transcripts/", transcript_views.transcripts, name="coding_transcripts"),
    path(f"{OF_STUDY}agreement/", transcript_views.agreement, name="coding_agreement"),
    path(OF_TEXT, transcript_views.transcript, name="coding_transcript"),
    path(f"{OF_TEXT}code/", transcript_views.coded, name="coding_coded"),
    path(
        f"{OF_TEXT}codings/<int:coding_id>/remove/",
        transcript_views.uncoded,
        name="coding_uncoded",
    ),
    path(f"{OF_TEXT}finish/", transcript_views.finished, name="coding_finished"),
    path(f"{OF_TEXT}take-up/", transcript_views.taken_up, name="coding_taken_up"),
    path(f"{OF_TEXT}carry-over/", transcript_views.carried_over, name="coding_carried_over"),
    path(f"{OF_TEXT}memos/", transcript_views.memo, name="coding_memo_on"),
    path(f"{OF_TEXT}open/", transcript_views.opened, name="coding_opened"),
    path(f"{OF_TEXT}close/<int:account_id>/", transcript_views.closed, name="coding_closed"),
    path(f"{OF_TEXT}compare/", transcript_views.compare, name="coding_compare"),
    path(f"{OF_TEXT}compare/settled/", transcript_views.reconciled, name="coding_reconciled"),
]
