"""The whole thing as real processes: payment server, web, worker. For browser walks and for killing.

A stack lives in its own run-time folder. Any of its processes can be killed without warning and started
again; what it has written stays.
"""

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.stripe_server.server import StripeRemote
from tools.processes import Child, Children, answers, free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


def wait_until(what: str, is_true: object, patience: float = 30.0) -> None:
    """Wait for a condition, looking often; AssertionError with `what` when it does not come true."""
    assert callable(is_true)
    try:
        wait_for(what, is_true, patience=patience)
    except Exception as error:
        raise AssertionError(f"{what}: not within {patience:.0f} s") from error


@dataclass
class Stack:
    """Web, worker and payment server over one run-time folder (and the services named in `urls`)."""

    var: Path
    urls: Mapping[str, str] = field(default_factory=dict)
    children: Children = field(default_factory=Children)
    running: dict[str, Child] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    stripe_port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where a browser finds it. A name, not a number: passkeys need one."""
        return f"http://localhost:{self.port}"

    @property
    def stripe_url(self) -> str:
        """The payment server."""
        return f"http://127.0.0.1:{self.stripe_port}"

    def environment(self) -> dict[str, str]:
        """What every process of the stack gets, and nothing of what the tests themselves run with."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHANDI_", "DJANGO_", "DATABASE_"))}
        for name in ("REDIS_URL", "ELASTICSEARCH_URL", "BROKER_URL"):
            kept.pop(name, None)
        return {
            **kept,
            "CHANDI_VAR": str(self.var),
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
            "SITE_URL": self.url,
            "STRIPE_API_BASE": self.stripe_url,
            "CSP_FORM_ACTION": self.stripe_url,
            "RATE_LIMITS_ENABLED": "false",
            "PAGE_CACHE_SECONDS": "0",
            "PYTHONPATH": str(ROOT),
            **self.urls,
            **self.extra,
        }

    def _start(self, name: str, *argv: str) -> Child:
        log = self.var / "logs" / f"{name}.log"
        child = self.children.start(name, [sys.executable, *argv], log=log, env=self.environment(), cwd=ROOT)
        self.running[name] = child
        return child

    def start_payments(self) -> None:
        """The Stripe-compatible server."""
        child = self._start(
            "payments", "-m", "tests.stripe_server", "--host", "127.0.0.1", "--port", str(self.stripe_port),
            "--webhook", f"http://127.0.0.1:{self.port}/hooks/stripe/", "--webhook-secret", "whsec_local",
            "--state", str(self.var / "stripe.json"), "--retry-base", "0.5",
        )  # fmt: skip
        wait_for("The payment server", lambda: _answers_at_all(self.stripe_url), child)

    @property
    def payments(self) -> StripeRemote:
        """The control routes of the payment server."""
        return StripeRemote(self.stripe_url)

    def start_web(self) -> None:
        """The web process; returns when it is ready."""
        child = self._start(
            "web", "-m", "uvicorn", "marketplace.asgi:application", "--host", "127.0.0.1",
            "--port", str(self.port), "--no-server-header", "--lifespan", "off",
        )  # fmt: skip
        wait_for("The web process", lambda: answers(f"http://127.0.0.1:{self.port}/readyz"), child)

    def start_worker(self) -> None:
        """The Celery worker with its relay; returns when it takes tasks."""
        log = self.var / "logs" / "worker.log"
        log.unlink(missing_ok=True)
        child = self._start(
            "worker", "-m", "celery", "-A", "marketplace", "worker", "--concurrency", "1",
            "--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat",
        )  # fmt: skip
        wait_for("The worker", lambda: log.exists() and " ready." in log.read_text(errors="replace"), child)

    def start(self) -> "Stack":
        """All three."""
        self.start_payments()
        self.start_web()
        self.start_worker()
        return self

    def kill(self, name: str) -> None:
        """End a process and its children at once, as a power cut would."""
        child = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.children.forget(child)

    def has_ended(self, name: str) -> bool:
        """Whether a process has ended by itself (at a failpoint); then it is taken off the list."""
        if self.running[name].process.poll() is None:
            return False
        self.kill(name)
        return True

    def stop(self) -> None:
        """End everything."""
        for name in list(self.running):
            self.kill(name)


def _answers_at_all(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, TimeoutError):
        return False
