"""The addresses of the api room."""

urlpatterns: list = []
