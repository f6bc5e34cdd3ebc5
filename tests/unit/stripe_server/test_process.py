"""The server as the demo runs it: a process of its own, killed and started again."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.stripe_server.sink import HookSink

ROOT = Path(__file__).parents[3]
KEY = {"Authorization": "Bearer sk_test_x", "Idempotency-Key": "top-up-1"}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(port: int, *options: str) -> Iterator[str]:
    """The server at a port; killed without warning at the end."""
    argv = [sys.executable, "-m", "tests.stripe_server", "--port", str(port), *options]
    process = subprocess.Popen(argv, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            assert process.poll() is None, "the server ended"
            try:
                urllib.request.urlopen(f"{url}/_test/health", timeout=5).read()
                break
            except urllib.error.URLError:
                process.poll()
        yield url
    finally:
        process.kill()
        process.wait(10)


def test_what_was_answered_before_a_kill_is_there_after_it(tmp_path: Path, hook_sink: HookSink) -> None:
    port, state = free_port(), tmp_path / "folder" / "stripe.json"
    options = ("--state", str(state), "--webhook", hook_sink.url, "--webhook-secret", "whsec_x")
    wish = {"amount": "5000", "currency": "cny"}
    with running(port, *options, "--retry-base", "60") as url:
        first = requests.post(f"{url}/v1/topups", wish, headers=KEY, timeout=10)
        assert first.status_code == 200
        hook_sink.wait_for(1)
    with running(port, *options) as url:
        again = requests.post(f"{url}/v1/topups", wish, headers=KEY, timeout=10)
        assert again.content == first.content
        assert again.headers["Idempotent-Replayed"] == "true"
        balance = requests.get(f"{url}/v1/balance", headers=KEY, timeout=10).json()
        assert [row["amount"] for row in balance["available"]] == [5_000]


@pytest.mark.parametrize("option", ["--port", "--colour"])
def test_options_that_make_no_sense_end_it_with_a_sentence(option: str) -> None:
    argv = [sys.executable, "-m", "tests.stripe_server", option, "red"]
    ended = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (ended.returncode, "usage:" in ended.stderr) == (2, True)
