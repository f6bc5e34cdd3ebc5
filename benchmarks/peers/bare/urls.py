"""One view of 30 kB."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

_BODY = b"<p>plain</p>" * 2500


def floor(request: HttpRequest) -> HttpResponse:
    """The same bytes for everyone."""
    return HttpResponse(_BODY)


urlpatterns = [path("", floor)]
