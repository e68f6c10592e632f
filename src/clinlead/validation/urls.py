"""The addresses of the validation room."""

from django.urls import path, register_converter

from clinlead.validation.addresses import RecordIdConverter
from clinlead.validation.views import at_source, challenges, mine, records, windows

register_converter(RecordIdConverter, "record_id")

urlpatterns = [
    path("me/records/", mine.mine, name="my-records"),
    path("me/records/confirm/", mine.confirm, name="confirm-records"),
    path("me/records/undo/", mine.undo, name="undo-confirmation"),
    path("me/records/away/", mine.away, name="away"),
    path("me/records/back/", mine.back, name="back"),
    path("me/records/missing/", mine.missing, name="missing"),
    path("records/<record_id:name>/", records.show, name="record"),
    path("records/<record_id:name>/challenge/", records.challenge, name="challenge-record"),
    path(
        "records/<record_id:name>/hospital-number/",
        records.hospital_number,
        name="hospital-number",
    ),
    path("challenges/", challenges.index, name="challenges"),
    path("challenges/accept/", challenges.accept_several, name="accept-challenges"),
    path("challenges/<int:pk>/", challenges.show, name="challenge"),
    path("challenges/<int:pk>/settle/", challenges.settle, name="settle"),
    path("challenges/<int:pk>/answer/", challenges.answer, name="answer"),
    path("challenges/<int:pk>/withdraw/", challenges.withdraw, name="withdraw"),
    path("challenges/<int:pk>/evidence/", challenges.add_evidence, name="add-evidence"),
    path("challenges/<int:pk>/find/", challenges.find, name="find-claimed"),
    path("challenges/<int:pk>/change/", challenges.change, name="propose-change"),
    path("corrections/", at_source.work_list, name="source-corrections"),
    path("corrections/work-list.csv", at_source.work_list_file, name="source-corrections-file"),
    path("corrections/sent/", at_source.sent, name="source-corrections-sent"),
    path("corrections/<int:pk>/settle/", challenges.settle_again, name="settle-again"),
    path("windows/", windows.index, name="windows"),
    path("windows/<int:pk>/", windows.show, name="window"),
    path("windows/<int:pk>/draw/", windows.draw, name="draw-sample"),
    path("audits/<int:pk>/", windows.audit, name="audit"),
]
