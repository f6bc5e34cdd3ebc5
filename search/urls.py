"""Addresses of this app."""

from django.urls import URLPattern, path

from . import views
from .suggestions import views as suggestions

app_name = "search"
urlpatterns: list[URLPattern] = [
    path("", views.results, name="results"),
    path("suggest/", suggestions.suggest, name="suggest"),
]
