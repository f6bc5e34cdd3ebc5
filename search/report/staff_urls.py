"""The staff's pages."""

from django.urls import path

from . import views

app_name = "search_staff"
urlpatterns = [
    path("", views.staff, name="report"),
    path("queries.csv", views.staff_csv, name="csv"),
]
