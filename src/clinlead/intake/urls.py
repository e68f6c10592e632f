"""The addresses of the intake room."""

urlpatterns: list = []
