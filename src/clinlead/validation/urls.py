"""The addresses of the validation room."""

urlpatterns: list = []
