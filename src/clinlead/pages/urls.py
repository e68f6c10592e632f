"""The addresses of the pages room."""

urlpatterns: list = []
