"""The bridge: an ASGI request becomes a WSGI one and its answer comes back, whole or in parts."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from marketplace.bridge import Bridge, Message

Pages = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Whole:
    """An answer like Django's: its content is a list, and it must be closed."""

    def __init__(self, content: bytes) -> None:
        self._container = [content]
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._container)

    def close(self) -> None:
        self.is_closed = True


async def _no_stream(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})


def ask(
    pages: Pages,
    *,
    path: str = "/",
    method: str = "GET",
    headers: Iterable[tuple[bytes, bytes]] = (),
    body: Iterable[bytes] = (b"",),
    max_body: int = 100,
) -> list[Message]:
    """The messages that answer one request; `None` in `body` is the client going away."""
    parts = list(body)
    incoming: list[Message] = [
        {"type": "http.disconnect"}
        if part is None
        else {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
        for number, part in enumerate(parts)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"q=%E8%A2%9C",
        "http_version": "1.1",
        "scheme": "https",
        "server": ("chandi.test", 443),
        "client": ("203.0.113.9", 5),
        "headers": list(headers),
    }
    bridge = Bridge(pages=pages, streams=_no_stream, live=("/live/",), threads=1, max_body=max_body)
    asyncio.run(bridge(scope, receive, send))
    return sent


def test_a_page_is_asked_for_as_wsgi_has_it() -> None:
    seen: dict[str, Any] = {}
    answer = Whole(b"ok")

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        seen.update(environ, read=environ["wsgi.input"].read(), thread=threading.current_thread().name)
        start("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", " a=1; Path=/")])
        return answer

    sent = ask(
        pages,
        path="/袜",
        method="POST",
        headers=[
            (b"host", b"chandi.test"),
            (b"content-type", b"text/x"),
            (b"cookie", b"a=1"),
            (b"cookie", b"b=2"),
        ],
        body=(b"one ", b"two"),
    )
    assert sent == [
        {
            "type": "http.response.start",
            "status": 201,
            "headers": [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1; Path=/")],
        },
        {"type": "http.response.body", "body": b"ok", "more_body": False},
    ]
    assert answer.is_closed
    assert seen["thread"].startswith("page")
    assert (seen["REQUEST_METHOD"], seen["QUERY_STRING"], seen["read"]) == ("POST", "q=%E8%A2%9C", b"one two")
    assert seen["PATH_INFO"] == "/袜".encode().decode("latin-1")
    assert (seen["CONTENT_TYPE"], seen["CONTENT_LENGTH"], seen["REMOTE_ADDR"]) == (
        "text/x",
        "7",
        "203.0.113.9",
    )
    assert (seen["HTTP_HOST"], seen["HTTP_COOKIE"], seen["wsgi.url_scheme"]) == (
        "chandi.test",
        "a=1; b=2",
        "https",
    )


def test_a_header_with_an_underscore_cannot_pass_for_another() -> None:
    seen: dict[str, Any] = {}

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        seen.update(environ)
        start("200 OK", [])
        return Whole(b"")

    ask(pages, headers=[(b"x_forwarded_for", b"198.51.100.1")])
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_an_answer_in_parts_is_passed_on_in_parts() -> None:
    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"one"
        yield b"two"

    bodies = [(m["body"], m["more_body"]) for m in ask(pages) if m["type"] == "http.response.body"]
    assert bodies == [(b"one", True), (b"two", True), (b"", False)]


def test_a_body_beyond_the_limit_is_refused_before_any_view() -> None:
    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        pytest.fail("the view was asked")

    sent = ask(pages, method="POST", body=(b"x" * 60, b"x" * 60), max_body=100)
    assert sent[0]["status"] == 413


def test_a_client_that_goes_away_while_sending_asks_nothing() -> None:
    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        pytest.fail("the view was asked")

    assert ask(pages, method="POST", body=(b"half", None)) == []  # type: ignore[arg-type]


def test_live_streams_stay_on_the_loop() -> None:
    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        pytest.fail("a thread was taken")

    assert ask(pages, path="/live/orders/")[0]["status"] == 299


def test_a_view_that_fails_outright_fails_here_too() -> None:
    """The server answers 500 and logs it; nothing is swallowed."""

    def pages(environ: dict[str, Any], start: Callable[..., Any]) -> Whole:
        raise LookupError("broken")

    with pytest.raises(LookupError):
        ask(pages)
