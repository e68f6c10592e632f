"""The addresses of the safety room."""

from django.urls import path

from clinlead.safety import monitoring_views as monitoring
from clinlead.safety import views

urlpatterns = [
    path("safety/", views.index, name="safety"),
    path("me/monitoring/<slug:measure>/", monitoring.mine, name="my_monitoring"),
    path(
        "departments/<slug:code>/monitoring/<slug:measure>/",
        monitoring.department,
        name="department_monitoring",
    ),
    path(
        "departments/<slug:code>/people/<slug:person_code>/monitoring/<slug:measure>/",
        monitoring.person,
        name="person_monitoring",
    ),
    path("safety/<int:signal_id>/", views.show, name="safety_signal"),
    path("safety/<int:signal_id>/acknowledge/", views.acknowledge, name="acknowledge_signal"),
    path("safety/<int:signal_id>/done/", views.done, name="safety_signal_done"),
    path("safety/<int:signal_id>/read/", views.read_own, name="read_own_signal"),
]
