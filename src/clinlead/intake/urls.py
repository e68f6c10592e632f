"""The addresses of the intake room."""

from django.urls import path

from clinlead.intake import failing_views, retention_views, several_views, views

urlpatterns = [
    path("loads/", views.loads, name="loads"),
    path("loads/new/", views.upload, name="upload_extract"),
    path("loads/new/<str:token>/", views.preview, name="preview_load"),
    path("loads/new/<str:token>/confirm/", views.confirm, name="confirm_load"),
    path("loads/several/", several_views.upload, name="upload_several"),
    path("loads/several/<str:token>/", several_views.show, name="several"),
    path("loads/several/<str:token>/confirm/", several_views.confirm, name="confirm_several"),
    path("loads/<int:number>/", views.show, name="load"),
    path("loads/<int:number>/quarantine/", views.download_quarantine, name="quarantine"),
    path("loads/<int:number>/withdraw/", views.withdraw, name="withdraw_load"),
    path("loads/<int:number>/grade/", views.regrade, name="grade_load_again"),
    path("data-protection/retention/", retention_views.retention, name="retention"),
    path("quality/", views.grades, name="quality"),
    path("quality/<slug:dataset>/rows/", failing_views.failing_rows, name="failing_rows"),
    path("quality/<slug:dataset>/", views.grade_report, name="quality_report"),
]
