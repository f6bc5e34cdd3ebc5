"""Addresses of this app."""

from django.urls import path

from . import views

app_name = "catalog"
urlpatterns = [
    path("<pid:public_id>/", views.listing, name="listing"),
]
