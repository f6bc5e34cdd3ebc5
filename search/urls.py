"""Addresses of this app."""

from django.urls import URLPattern, path

from . import views

app_name = "search"
urlpatterns: list[URLPattern] = [
    path("", views.results, name="results"),
]
