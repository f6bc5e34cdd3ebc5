"""Pages of the frame itself, included inside `i18n_patterns`; the gallery answers only in the demo."""

from django.urls import path, re_path

from . import views

app_name = "ui"
urlpatterns = [
    path("clusters/", views.clusters, name="clusters"),
    path("about/<slug:slug>/", views.about, name="about"),
    path("language/", views.language, name="language"),
    re_path(r"^language/(?P<code>zh-hans|en)/$", views.language, name="set_language"),
    path("ui/accents.css", views.accents, name="accents"),
    path("ui/", views.gallery, name="gallery"),
    path("ui/parts/<slug:name>/", views.gallery_part, name="gallery_part"),
    path("ui/errors/<int:status>/", views.gallery_error, name="gallery_error"),
]
