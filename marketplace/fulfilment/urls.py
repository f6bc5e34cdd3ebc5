"""Addresses of this app."""

app_name = "fulfilment"
urlpatterns: list = []
