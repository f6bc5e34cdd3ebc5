"""Addresses of this app."""

app_name = "payments"
urlpatterns: list = []
