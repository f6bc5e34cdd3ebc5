"""A person's own pages beside allauth's."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("welcome/", views.welcome, name="welcome"),
    path("me/", views.me, name="me"),
]
