"""Addresses of suppliers."""

from django.urls import URLPattern, path

from . import views

app_name = "suppliers"
urlpatterns: list[URLPattern] = [
    path("<slug:slug>/", views.supplier, name="supplier"),
]
