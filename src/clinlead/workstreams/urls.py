"""The addresses of the workstreams room."""

from django.urls import path

from clinlead.workstreams import asking, running, views

OVERALL = [
    path("streams/", views.board, name="streams"),
    path("streams/new/", running.new, name="new_stream"),
    path("streams/pilot/", running.pilot, name="pilot"),
    path("streams/template/", asking.template, name="stage_template"),
    path("streams/template/edit/", asking.edit_template, name="edit_stages"),
    path("streams/template/<int:version>/", asking.template, name="stage_template_version"),
    path("streams/preconditions/", running.preconditions, name="preconditions"),
    path("streams/preconditions/<slug:kind>/", running.record, name="record_precondition"),
    path(
        "streams/preconditions/<slug:kind>/withdraw/",
        running.withdraw,
        name="withdraw_precondition",
    ),
    path("streams/help/", asking.requests, name="help_requests"),
    path("streams/help/<int:request_id>/", asking.answer, name="answer_help"),
]
OF_ONE = [
    path("streams/<slug:code>/", views.stream, name="stream"),
    path("streams/<slug:code>/history/", views.history, name="stream_history"),
    path("streams/<slug:code>/move/", views.move, name="move_stream"),
    path("streams/<slug:code>/back/", views.back, name="step_back"),
    path("streams/<slug:code>/waive/<slug:key>/", views.waive_criterion, name="waive"),
    path(
        "streams/<slug:code>/waivers/<int:waiver_id>/withdraw/",
        views.withdraw,
        name="withdraw_waiver",
    ),
    path("streams/<slug:code>/members/", views.members, name="stream_members"),
    path("streams/<slug:code>/engagement/", running.engagement, name="engagement"),
    path("streams/<slug:code>/people/", running.people, name="stream_people"),
    path(
        "streams/<slug:code>/people/<int:person_id>/end/",
        running.end_person,
        name="end_stream_person",
    ),
    path("streams/<slug:code>/measures/", running.measures, name="more_measures"),
    path("streams/<slug:code>/measures/end/", running.measures_end, name="end_more_measures"),
    path("streams/<slug:code>/help/", asking.ask, name="ask_for_help"),
]
urlpatterns = [*OVERALL, *OF_ONE]
