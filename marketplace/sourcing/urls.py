"""Addresses of this app."""

app_name = "sourcing"
urlpatterns: list = []
