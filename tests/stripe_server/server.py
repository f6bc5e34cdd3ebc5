"""Running it: in the foreground for the demo, or on a thread of the test process."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.request
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import Application, Settings


def make_server(settings: Settings, *, host: str, port: int) -> uvicorn.Server:
    """A uvicorn server whose connections the fault routes can break."""
    application = Application(settings)
    transports: dict[tuple[str, int], asyncio.Transport] = {}

    class BreakableProtocol(H11Protocol):
        """Remembers its transport by the client's address, so that a fault can end it without an answer."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            if self.client is not None:
                transports[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                transports.pop(self.client, None)
            super().connection_lost(exc)

    def abort(client: tuple[str, int], flush: bool) -> None:
        transport = transports.get(client)
        if transport is not None:
            transport.close() if flush else transport.abort()

    application.abort = abort
    config = uvicorn.Config(
        cast(Any, application),
        host=host,
        port=port,
        http=BreakableProtocol,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)


class StripeRemote:
    """A running server, wherever it runs; the methods are its control routes."""

    def __init__(self, url: str) -> None:
        self.url = url

    def control(self, method: str, path: str, /, **body: Any) -> Any:
        """Call one control route; raises urllib's HTTPError when it refuses."""
        data = json.dumps(body).encode() if method != "GET" else None
        request = urllib.request.Request(f"{self.url}/_test{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Events so far, oldest first, of one type when given."""
        rows: list[dict[str, Any]] = self.control("GET", "/events")["events"]
        return [row for row in rows if kind is None or row["type"] == kind]

    def objects(self, collection: str) -> list[dict[str, Any]]:
        """All objects of a collection, oldest first."""
        rows: list[dict[str, Any]] = self.control("GET", f"/objects/{collection}")["objects"]
        return rows

    def balance(self, currency: str, account: str = "platform") -> int:
        """Available minor units of an account."""
        rows = self.control("GET", f"/balances/{account}")["available"]
        return sum(int(row["amount"]) for row in rows if row["currency"] == currency.lower())

    def pay(self, url: str, *, card: str = "4242424242424242", confirm: bool = True) -> str:
        """Pay on a hosted page without a browser; the address the buyer is sent to, "" when the page said no.

        A card that asks for 3-D Secure gets `confirm` as its answer.
        """
        fields = {
            "email": "buyer@example.com",
            "name": "Li Na",
            "number": card,
            "expiry": "12/34",
            "cvc": "123",
        }
        location = self._submit(url, fields)
        if location.startswith("/c/pay/"):
            location = self._submit(self.url + location, {"answer": "pass" if confirm else "fail"})
        return location

    def _submit(self, url: str, fields: dict[str, str]) -> str:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", target, urlencode(fields), headers)
            return connection.getresponse().getheader("location", "") or ""
        finally:
            connection.close()

    def requests(self) -> list[dict[str, Any]]:
        """The API calls received so far, as sent."""
        rows: list[dict[str, Any]] = self.control("GET", "/requests")["requests"]
        return rows


class StripeServer(StripeRemote):
    """A server on a thread of this process, for tests."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        # Named as TCP, or asyncio leaves Nagle's algorithm on: each answer's second half would wait 40 ms.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.port: int = self._socket.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{self.port}")
        self._server = make_server(self._settings, host="127.0.0.1", port=self.port)
        self._thread = threading.Thread(target=self._run, name="stripe-server", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> StripeServer:
        self._thread.start()
        self.control("GET", "/health")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
