"""Bytes that no test client sends, over a socket to a real server: it answers, goes on, and logs no fault.

The rows are those of the table's `walls`, and what only bytes can say: headers, addresses and bodies as they
come over the wire (RELIABILITY B40-B59, B72-B75).
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import Stack
from tools import templates

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
MULTIPART = b"Content-Type: multipart/form-data; boundary=b\r\n"
FILE = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("sockets")
    shutil.copyfile(templates.sqlite(), folder / "chandi.sqlite3")
    stack = Stack(folder)
    stack.start_web()
    yield stack
    stack.stop()


def exchange(server: Stack, request: bytes, *, goes_away: bool = False) -> bytes:
    """Send these bytes and read until the server closes; some clients go away when they have sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.settimeout(20)
        try:
            wire.sendall(request)
            if goes_away:
                wire.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent; the answer may still be there to read
        answer = b""
        try:
            while part := wire.recv(65_536):
                answer += part
        except ConnectionResetError:
            pass  # the rest of an answer to bytes that nobody wanted to read
        return answer


def status_of(answer: bytes) -> int:
    """The status of the first answer; 0 where the connection was closed without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def ask(
    path: bytes = b"/about/terms/", *, verb: bytes = b"GET", headers: bytes = b"", body: bytes = b""
) -> bytes:
    """A request over the wire; Host and end of connection are given."""
    host = b"" if b"Host:" in headers else b"Host: localhost\r\n"
    return verb + b" " + path + b" HTTP/1.1\r\n" + host + b"Connection: close\r\n" + headers + b"\r\n" + body


def sized(body: bytes, size: int | None = None) -> bytes:
    """The header that tells a body's length, or claims it."""
    return b"Content-Length: %d\r\n" % (len(body) if size is None else size)


LOGIN = b"/account/login/"
BIG = b"a=" + b"a" * 4_000_000
FIELDS = b"&".join(b"f%d=1" % number for number in range(1_500))
FILES = FILE * 100 + b"--b--\r\n"
CASES: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "good": (ask(), (200,)),
    "B40": (ask(LOGIN, verb=b"POST", headers=FORM + sized(BIG), body=BIG), (413,)),
    "B40-claimed": (ask(LOGIN, verb=b"POST", headers=FORM + sized(b"", 10**12), body=b"a=1"), (413, 400, 0)),
    "B40-chunked": (
        ask(
            LOGIN,
            verb=b"POST",
            headers=FORM + b"Transfer-Encoding: chunked\r\n",
            body=(b"%x\r\n" % 1_000_000 + b"a" * 1_000_000 + b"\r\n") * 26 + b"0\r\n\r\n",
        ),
        (413,),
    ),
    "B41": (ask(LOGIN, verb=b"POST", headers=FORM + sized(FIELDS), body=FIELDS), (413, 400)),
    "B42": (ask(LOGIN, verb=b"POST", headers=MULTIPART + sized(FILES), body=FILES), (413, 400)),
    "B44": (ask(headers=b"X-Long: " + b"a" * 70_000 + b"\r\n"), (400, 431)),
    "B45": (ask(headers=b"".join(b"X-%d: 1\r\n" % number for number in range(300))), (400, 431)),
    "B46": (ask(b"/find/?q=" + b"a" * 60_000), (400, 414)),
    "B47": (ask(headers=b"Cookie: a=" + b"b" * 8_100 + b"\r\n"), (400, 431)),
    "B47-bytes": (ask(headers=b"Cookie: sessionid=\xff\xfe\x80; \xff=\xff\r\n"), (200, 400)),
    "B47-nul": (ask(headers=b"Cookie: a=\x00b\r\n"), (400,)),
    "B48": (ask(LOGIN, verb=b"POST", headers=FORM + b"Content-Length: -1\r\n"), (400,)),
    "B49": (
        ask(LOGIN, verb=b"POST", headers=FORM + b"Content-Length: 3\r\nContent-Length: 4\r\n", body=b"a=1"),
        (400,),
    ),
    "B50": (
        ask(
            LOGIN,
            verb=b"POST",
            headers=FORM + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
            body=b"0\r\n\r\n",
        ),
        (400, 403),
    ),
    "B53": (
        ask(
            LOGIN,
            verb=b"POST",
            headers=FORM[:-2] + b"; charset=utf8\r\nCookie: csrftoken=x\r\n" + sized(b"a=1"),
            body=b"a=1",
        ),
        (415,),
    ),
    "B57": (
        ask(LOGIN, verb=b"POST", headers=b"Content-Type: application/json\r\n" + sized(b"{}"), body=b"{}"),
        (415,),
    ),
    "B59": (ask(LOGIN, verb=b"POST", headers=MULTIPART + sized(FILE), body=FILE), (400,)),
    "B59-short": (ask(LOGIN, verb=b"POST", headers=MULTIPART + sized(FILE, 500), body=FILE), (400, 0)),
    "B72": (ask(b"/../../etc/passwd"), (400, 404)),
    "B72-encoded": (ask(b"/%2e%2e%2f%2e%2e%2fetc/passwd"), (400, 404)),
    "B72-host": (ask(b"//evil.example/"), (400, 404)),
    "B72-nul": (ask(b"/%00"), (400, 404)),
    "B72-bytes": (ask(b"/%ff"), (400, 404)),
    "B72-raw": (ask(b"/\xff\xfe/"), (400, 404)),
    "B72-absolute": (ask(b"http://evil.example/about/terms/"), (200, 400, 404)),
    "B74": (ask(headers=b"Host: evil.example\r\n"), (400,)),
    "B74-space": (ask(headers=b"Host: a b\r\n"), (400,)),
    "B74-none": (b"GET /about/terms/ HTTP/1.1\r\nConnection: close\r\n\r\n", (400,)),
    "B74-two": (ask(headers=b"Host: localhost\r\nHost: evil.example\r\n"), (400,)),
    "B75": (ask(verb=b"TRACE"), (405, 501, 400)),
    "B75-unknown": (ask(verb=b"FOO"), (405, 501, 400)),
    "nonsense": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400, 0)),
    "nothing": (b"", (0,)),
}


@pytest.mark.parametrize("row", CASES)
def test_a_server_answers_bad_bytes_and_goes_on(server: Stack, row: str) -> None:
    request, allowed = CASES[row]
    answer = exchange(server, request, goes_away=0 in allowed)
    assert status_of(answer) in allowed, answer[:300]
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0], "an answer leads away"
    assert status_of(exchange(server, ask(b"/healthz"))) == 200, "the server has died of it"


def test_nothing_of_it_was_a_fault(server: Stack) -> None:
    for request, allowed in CASES.values():
        exchange(server, request, goes_away=0 in allowed)
    log = Path(server.var / "logs" / "web.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log, log[-3_000:]
    assert "request_refused" in log
