"""Addresses of the window: everything the spine did not claim. Included last."""

from django.urls import path, re_path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls

from . import views

urlpatterns = [
    path("", views.serve, name="home"),
    # There is one sign-in, with its second factor; Wagtail's own form would go around it.
    path(
        "_util/login/",
        require_safe(RedirectView.as_view(pattern_name="account_login", query_string=True)),
        name="wagtailcore_login",
    ),
    # Wagtail's name for it, by which it makes the addresses of pages.
    re_path(wagtail_urls.serve_pattern, views.serve, name="wagtail_serve"),
]
