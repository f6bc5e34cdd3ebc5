"""Static files are described when asked for, and only those that were there at the start are handed out."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from marketplace.core.staticfiles import StaticFiles


def nothing_here(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("not a file", status=404)


@pytest.fixture
def served(tmp_path: Path, settings: LazySettings) -> StaticFiles:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    folder = tmp_path / "static" / "ui"
    folder.mkdir(parents=True)
    (folder / "chandi.css").write_text("body { color: black }")
    (folder / "chandi.css.gz").write_bytes(b"squeezed")
    (tmp_path / "secret.txt").write_text("not for readers")
    return StaticFiles(nothing_here)


def ask(served: StaticFiles, path: str, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/", headers=headers)
    request.path_info = path
    answer: HttpResponse = served(request)
    return answer


def test_nothing_is_described_before_it_is_asked_for(served: StaticFiles) -> None:
    assert len(served.files) == 0
    answer = ask(served, "/static/ui/chandi.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert b"".join(answer) == b"body { color: black }"
    assert list(served.files) == ["/static/ui/chandi.css"]


def test_the_squeezed_form_goes_to_those_who_take_it_and_has_no_address(served: StaticFiles) -> None:
    answer = ask(served, "/static/ui/chandi.css", **{"accept-encoding": "gzip"})
    assert (answer["Content-Encoding"], b"".join(answer)) == ("gzip", b"squeezed")
    assert ask(served, "/static/ui/chandi.css.gz").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secret.txt",
        "/static/ui/../../secret.txt",
        "/static//etc/passwd",
        "/static/",
        "/ui/chandi.css",
    ],
)
def test_what_was_not_there_at_the_start_is_no_file(served: StaticFiles, path: str) -> None:
    assert ask(served, path).status_code == 404


def test_a_later_file_is_not_seen(served: StaticFiles, tmp_path: Path) -> None:
    (tmp_path / "static" / "late.js").write_text("1")
    assert ask(served, "/static/late.js").status_code == 404
