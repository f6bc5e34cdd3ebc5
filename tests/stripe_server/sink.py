"""A small receiver of webhooks for tests: remembers what came, answers what it is told."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    body: bytes
    signature: str
    content_type: str
    at: float


class HookSink:
    """Listens on a free loopback port. `answers` are the next statuses, 200 when they run out.

    While `may_answer` is cleared, requests are taken and not answered.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._arrived = threading.Condition()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status = sink._take(
                    Received(
                        body,
                        self.headers.get("stripe-signature", ""),
                        self.headers.get("content-type", ""),
                        time.monotonic(),
                    )
                )
                sink.may_answer.wait(10)
                self.send_response(status)
                if status in (301, 302, 307, 308):
                    self.send_header("location", sink.url)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def _take(self, request: Received) -> int:
        with self._arrived:
            self.received.append(request)
            self._arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait_for(self, number: int, patience: float = 10.0) -> list[Received]:
        """The requests once at least `number` have arrived; AssertionError when they do not."""
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.received) >= number, patience)
        assert enough, f"{len(self.received)} of {number} webhooks arrived"
        return list(self.received)

    def __enter__(self) -> HookSink:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
