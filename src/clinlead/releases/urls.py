"""The addresses of the releases room."""

urlpatterns: list = []
