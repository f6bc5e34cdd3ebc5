"""Serves Django's synchronous pages under an ASGI server, on threads that stay.

Django's own ASGI handler gives every request a thread of its own. A new thread means a new database
connection (kept ones are never found again) and costs about two milliseconds, more than a page from the page
cache takes. Here a few threads live as long as the process, each with its kept connection; live streams,
which wait more than they work, go to Django's ASGI handler.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any
from urllib.parse import quote

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_IN_MEMORY = 512_000  # a longer body waits on disk until the view reads it


# Nothing of the request is read yet, its language neither.
_TOO_LARGE = "413 发送的内容太大。 What you sent is too large.\n".encode()


class _BodyTooLarge(Exception):
    """The client sent more than any view takes."""


class Bridge:
    """An ASGI application: addresses under `live` go to `streams`, all others to `pages` on a thread."""

    def __init__(
        self,
        *,
        pages: WsgiApplication,
        streams: AsgiApplication,
        live: tuple[str, ...],
        threads: int,
        max_body: int,
    ) -> None:
        self._pages = pages
        self._streams = streams
        self._live = live
        self._max_body = max_body
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._live):
            await self._streams(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                size = await self._read(receive, body)
            except _BodyTooLarge:
                plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
                await send({"type": "http.response.start", "status": 413, "headers": plain})
                await send({"type": "http.response.body", "body": _TOO_LARGE})
                return
            if size is None:
                return  # the client went away while sending
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._threads, self._answer, _environ(scope, body, size), send, loop)

    async def _read(self, receive: Receive, body: IO[bytes]) -> int | None:
        """Take the request's body and return its length in bytes; None when the client went away."""
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            size += len(part)
            if size > self._max_body:
                raise _BodyTooLarge
            body.write(part)
            if not message.get("more_body"):
                body.seek(0)
                return size

    def _answer(self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop) -> None:
        """On a thread: run the view and hand its answer over, part by part."""
        started: list[Message] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            # Django writes a space before the value of a cookie.
            raw = [
                (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
            ]
            started[:] = [{"type": "http.response.start", "status": int(status[:3]), "headers": raw}]

        parts = self._pages(environ, start_response)
        try:
            if isinstance(getattr(parts, "_container", None), list):  # a whole page: one hand-over
                _hand_over(loop, send, [*started, _part(b"".join(parts), more=False)])
                return
            for part in parts:
                _hand_over(loop, send, [*started, _part(part, more=True)])
                started.clear()
            _hand_over(loop, send, [*started, _part(b"", more=False)])
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


def _hand_over(loop: asyncio.AbstractEventLoop, send: Send, messages: list[Message]) -> None:
    """Send from the loop and wait for it: a slow reader holds back its own page only."""

    async def send_all() -> None:
        for message in messages:
            await send(message)

    asyncio.run_coroutine_threadsafe(send_all(), loop).result()


def _environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """The WSGI environment of an ASGI request (PEP 3333)."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0] if client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "RAW_URI": (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1"),
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # X_Forwarded_For would read like X-Forwarded-For
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        # Repeated headers are one list (RFC 9110), cookies excepted, which have their own separator.
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    # A body sent in chunks has no length of its own; by now it is known.
    environ.setdefault("CONTENT_LENGTH", str(size))
    return environ
