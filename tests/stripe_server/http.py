"""The few lines of HTTP this server needs on top of ASGI."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_LONGEST_BODY = 1_000_000


@dataclass(slots=True)
class Request:
    """One HTTP request, body read."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    client: str
    base_url: str
    receive: Receive

    @property
    def form(self) -> dict[str, str]:
        """The form fields of a page; the last of equal names wins."""
        return dict(
            parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
        )

    @property
    def query_fields(self) -> dict[str, str]:
        """The fields after `?`."""
        return dict(parse_qsl(self.query, keep_blank_values=True, max_num_fields=100))

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name."""
        return {key: morsel.value for key, morsel in SimpleCookie(self.headers.get("cookie", "")).items()}

    async def gone(self) -> None:
        """Return when the client has given up."""
        while (await self.receive())["type"] != "http.disconnect":
            continue


@dataclass(slots=True)
class Response:
    """What goes back. `cut` says: half of the body, then the connection breaks."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    async def send(self, send: Send) -> None:
        """Write it out."""
        headers = {
            "content-length": str(len(self.body)),
            "cache-control": "no-cache, no-store",
            **self.headers,
        }
        pairs = [(key.lower().encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        body = self.body[: len(self.body) // 2] if self.cut else self.body
        await send({"type": "http.response.body", "body": body, "more_body": self.cut})


class Broken(Exception):
    """The connection ends here without an answer, on purpose."""


def as_json(status: int, value: Any, **headers: str) -> Response:
    """A JSON answer of a control route."""
    return Response(
        status, json.dumps(value, indent=2).encode(), {"content-type": "application/json", **headers}
    )


async def read(scope: dict[str, Any], receive: Receive) -> Request | None:
    """The request with its whole body, or None when that is too long or never comes."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > _LONGEST_BODY:
            return None
        if not message.get("more_body"):
            break
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        client=(scope.get("client") or ("", 0))[0],
        base_url=f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}",
        receive=receive,
    )
