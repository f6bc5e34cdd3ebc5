"""Addresses of this app."""

app_name = "dashboards"
urlpatterns: list = []
