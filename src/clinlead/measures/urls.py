"""The addresses of the measures room."""

urlpatterns: list = []
