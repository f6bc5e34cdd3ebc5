"""Addresses of this app."""

app_name = "search"
urlpatterns: list = []
