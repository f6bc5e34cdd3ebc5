"""Requests no view should see get their plain answer; every page carries its headers."""

import pytest
from django.test import Client

from marketplace.accounts.models import User

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("charset", "status"),
    [("utf8", 415), ("latin-1", 415), ("utf-7", 415), ("nonsense", 415), ("utf-8", 422)],
)
def test_a_form_in_another_charset_is_refused_not_a_crash(client: Client, charset: str, status: int) -> None:
    # With any csrftoken cookie stock Django answers 500 to three of these (RELIABILITY B53-B56).
    client.cookies["csrftoken"] = "x" * 32
    answer = client.generic("POST", "/account/login/", b"a=b", content_type=f"{FORM}; charset={charset}")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("case", "statuses"),
    [
        ({"path": "/" + "a" * 9000}, {414}),
        ({"path": "/find/", "QUERY_STRING": "q=" + "a" * 9000}, {414}),
        ({"path": "/%00"}, {400}),
        ({"path": "/find/", "HTTP_COOKIE": "a=" + "b" * 8100}, {431}),
        ({"path": "/find/", "HTTP_X_BIG": "b" * 70_000}, {431}),
        ({"path": "/find/", **{f"HTTP_X_{i}": "1" for i in range(300)}}, {431}),
        ({"path": "/a/../b"}, {400}),
    ],
)
def test_oversized_and_malformed_requests_are_turned_away(
    client: Client, case: dict[str, str], statuses: set[int]
) -> None:
    path = case.pop("path")
    answer = client.generic("GET", path, **case)  # type: ignore[arg-type]
    assert answer.status_code in statuses
    assert not answer.cookies


@pytest.mark.parametrize(("method", "status"), [("TRACE", 405), ("FOO", 405), ("P0ST", 400)])
def test_unknown_methods_are_refused(client: Client, method: str, status: int) -> None:
    assert client.generic(method, "/account/login/").status_code == status


def test_a_method_override_header_does_nothing(client: Client) -> None:
    answer = client.get("/account/login/", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200


def test_a_body_that_claims_too_much_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.generic("POST", "/account/login/", b"", content_type=FORM, CONTENT_LENGTH="99999999999")
    assert answer.status_code == 413
    answer = client.generic("POST", "/account/login/", b"", content_type=FORM, CONTENT_LENGTH="-1")
    assert answer.status_code == 400


def test_multipart_without_boundary_is_a_bad_request(client: Client) -> None:
    answer = client.generic("POST", "/account/login/", b"x", content_type="multipart/form-data")
    assert answer.status_code == 400


def test_a_foreign_host_is_refused(client: Client) -> None:
    assert client.get("/account/login/", headers={"host": "evil.example"}).status_code == 400


def test_every_page_carries_its_headers(client: Client) -> None:
    answer = client.get("/account/login/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"):
        assert part in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation" in answer["Permissions-Policy"]


def test_health_tells_the_truth(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["checks"] == {"database": "ok", "schema": "ok", "outbox": "ok"}


@pytest.mark.parametrize(
    "target", ["//evil.example", "https:evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_away(client: Client, target: str) -> None:
    User.objects.create_user("next@chandi.test", "a-long-password")
    form = {"login": "next@chandi.test", "password": "a-long-password", "next": target}
    answer = client.post("/account/login/", form)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith("//")
