"""Addresses of this app."""

from django.urls import path

from . import views

app_name = "sourcing"
urlpatterns = [
    path("", views.ask_cluster, name="ask_cluster"),
    path("<pid:public_id>/", views.ask, name="ask"),
    path("threads/", views.threads, name="threads"),
    path("threads/<pid:public_id>/", views.thread, name="thread"),
    path("threads/<pid:public_id>/close/", views.close, name="close"),
]
