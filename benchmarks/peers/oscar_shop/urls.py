"""The shop at the root, as Oscar's own tutorial has it, its catalogue read from the database."""

from django.apps import apps
from django.urls import include, path

from .views import Catalogue

urlpatterns = [
    path("catalogue/", Catalogue.as_view()),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
