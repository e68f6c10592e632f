"""The addresses of evaluations."""

from django.urls import path

from clinlead.evaluation import (
    answering,
    cohort_views,
    questionnaire_views,
    taking_part,
    transcript_views,
    views,
)

STUDY = "evaluation/<int:pk>/"
PARTICIPANT = STUDY + "participants/<int:number>/"
TRANSCRIPT = STUDY + "transcripts/<int:transcript_id>/"
QUESTIONNAIRE = STUDY + "questionnaires/<int:q>/"
VERSION = QUESTIONNAIRE + "<int:number>/"
urlpatterns = [
    path("evaluation/", views.index, name="evaluation"),
    path("evaluation/begin/", views.begin, name="evaluation_begin"),
    path(STUDY, views.show, name="evaluation_study"),
    path(STUDY + "open/", views.open_, name="evaluation_open"),
    path(STUDY + "close/", views.close, name="evaluation_close"),
    path(STUDY + "approval/", views.approval, name="evaluation_approval"),
    path(STUDY + "lock/", views.lock, name="evaluation_lock"),
    path(STUDY + "participants/add/", cohort_views.add, name="evaluation_add"),
    path(PARTICIPANT, cohort_views.participant, name="evaluation_participant"),
    path(PARTICIPANT + "transcript/", transcript_views.take_in, name="evaluation_take_in"),
    path(PARTICIPANT + "names/", transcript_views.names, name="evaluation_names"),
    path(PARTICIPANT + "<slug:what>/", cohort_views.act, name="evaluation_act"),
    path(TRANSCRIPT, transcript_views.show, name="evaluation_transcript"),
    path(TRANSCRIPT + "drop/", transcript_views.drop, name="evaluation_drop"),
    path(STUDY + "letters/", cohort_views.letters, name="evaluation_letters"),
    path(STUDY + "consent/", cohort_views.consent_text, name="evaluation_consent"),
    path(STUDY + "questionnaires/", questionnaire_views.index, name="questionnaires"),
    path(QUESTIONNAIRE, questionnaire_views.newest, name="questionnaire"),
    path(VERSION, questionnaire_views.show, name="questionnaire_version"),
    path(VERSION + "paper/", questionnaire_views.paper, name="questionnaire_paper"),
    path(VERSION + "results/", questionnaire_views.results, name="questionnaire_results"),
    path(VERSION + "themes/<int:theme>/", questionnaire_views.add_question, name="add_question"),
    path(VERSION + "questions/<slug:key>/", questionnaire_views.question, name="question"),
    path(VERSION + "<slug:what>/", questionnaire_views.act, name="questionnaire_act"),
    path("answer/<str:token>/", answering.answer, name="form_answer"),
    path("answer/<str:token>/done/", answering.done, name="form_done"),
    path("taking-part/<str:token>/", taking_part.taking_part, name="taking_part"),
]
