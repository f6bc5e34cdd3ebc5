"""Addresses of this app."""

from django.urls import URLPattern, path

from . import views
from .log import views as log
from .pictures import views as pictures
from .saved import stopping
from .saved import views as saved
from .suggestions import views as suggestions

app_name = "search"
urlpatterns: list[URLPattern] = [
    path("", views.results, name="results"),
    path("compare/", views.compare, name="compare"),
    path("like/<pid:public_id>/", views.like, name="like"),
    path("suggest/", suggestions.suggest, name="suggest"),
    path("picture/", pictures.picture, name="picture"),
    path("clicked/", log.clicked, name="clicked"),
    path("log/", log.choose, name="log_choice"),
    path("save/", saved.save, name="save"),
    path("saved/", saved.saved, name="saved"),
    path("saved/<pid:public_id>/", saved.edit, name="saved_edit"),
    path("saved/<pid:public_id>/pause/", saved.pause, name="saved_pause"),
    path("saved/<pid:public_id>/delete/", saved.delete, name="saved_delete"),
    path("stop/<str:token>/", stopping.stop, name="saved_stop"),
]
