"""The supplier's page, below its desk."""

from django.urls import path

from . import views

app_name = "search_desk"
urlpatterns = [path("", views.supplier, name="search")]
