"""The addresses of the safety room."""

from django.urls import path

from clinlead.safety import views

urlpatterns = [
    path("safety/", views.index, name="safety"),
    path("safety/<int:signal_id>/", views.show, name="safety_signal"),
    path("safety/<int:signal_id>/acknowledge/", views.acknowledge, name="acknowledge_signal"),
    path("safety/<int:signal_id>/done/", views.done, name="safety_signal_done"),
    path("safety/<int:signal_id>/read/", views.read_own, name="read_own_signal"),
]
