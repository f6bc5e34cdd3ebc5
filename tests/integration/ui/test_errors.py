"""What people see when something does not work: a page in the frame, in their language, with a way on."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from marketplace.core.middleware import Refusals
from marketplace.ui import error_pages
from marketplace.ui.error_pages import STATUSES, error_page
from marketplace.ui.middleware import DressedErrors

HTML = {"accept": "text/html"}


@pytest.mark.django_db
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("prefix", "words"), [("", 'html lang="zh-Hans"'), ("/en", "Home")])
def test_every_status_has_a_page(
    client: Client, status: int, prefix: str, words: str, settings: Settings
) -> None:
    settings.DEBUG = True
    response = client.get(f"{prefix}/ui/errors/{status}/", headers=HTML)
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert "<h1>" in text
    assert not response.cookies
    assert ("Retry-After" in response) == (status in (429, 503))


@pytest.mark.django_db
def test_absent_pages_offer_ways_on(client: Client) -> None:
    response = client.get("/en/nothing/here/", headers=HTML)
    text = response.content.decode()
    assert response.status_code == 404
    assert "Nothing here" in text
    assert 'href="/en/find/"' in text
    chinese = client.get("/nothing/here/", headers=HTML).content.decode()
    assert "返回" in chinese or "找货" in chinese


def test_faults_and_outages_need_no_database() -> None:
    """No database mark: any query in here fails the test."""
    request = RequestFactory().get("/orders/", headers=HTML)
    for status in (500, 503):
        response = error_page(request, status)
        assert response.status_code == status
        text = response.content.decode()
        assert "稍后" in text or "出了点问题" in text
        assert "on our side" in text or "Back in a moment" in text


def test_a_database_that_is_away_is_an_outage() -> None:
    request = RequestFactory().get("/orders/", headers=HTML)
    middleware = Refusals(lambda request: HttpResponse())
    response = middleware.process_exception(request, OperationalError("gone"))
    assert response is not None
    assert response.status_code == 503
    assert response["Retry-After"]
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_json_clients_get_a_problem_document(client: Client) -> None:
    response = client.get("/nothing/", headers={"accept": "application/json"})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 404


def _bare(request: HttpRequest) -> HttpResponse:
    response = HttpResponseNotAllowed(["GET"])
    response.set_cookie("kept", "1")
    return response


@pytest.mark.django_db
def test_bare_answers_are_dressed_and_keep_their_headers() -> None:
    request = RequestFactory().post("/clusters/", headers=HTML)
    with translation.override("en"):
        response = DressedErrors(_bare)(request)
    assert response.status_code == 405
    assert response["Allow"] == "GET"
    assert response.cookies["kept"].value == "1"
    assert "does not take that kind of request" in response.content.decode()
    program = RequestFactory().post("/clusters/", headers={"accept": "application/json"})
    problem = json.loads(DressedErrors(_bare)(program).content)
    assert (problem["status"], problem["code"]) == (405, "status_405")
    image = RequestFactory().post("/clusters/", headers={"accept": "image/webp"})
    assert DressedErrors(_bare)(image).content == b""


@pytest.mark.django_db
def test_answers_with_a_body_are_left_alone() -> None:
    request = RequestFactory().get("/", headers=HTML)
    kept = DressedErrors(lambda request: HttpResponse("gone", status=404))(request)
    assert kept.content == b"gone"


@pytest.mark.django_db
def test_an_old_form_is_explained() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/en/language/en/", {"next": "/"}, headers=HTML)
    assert response.status_code == 403
    assert "grown too old" in response.content.decode()


@pytest.mark.django_db
def test_a_refused_role_may_sign_in() -> None:
    request = RequestFactory().get("/staff/", headers=HTML)
    with translation.override("en"):
        response = error_pages.permission_denied(request, PermissionDenied())
    assert response.status_code == 403
    assert "/account/login/?next=/staff/" in response.content.decode()
