"""The addresses of the access room."""

urlpatterns: list = []
