"""Child processes: started with a log file, watched, and always stopped again, by their own ids."""

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tools.console import Failure

_PR_SET_PDEATHSIG = 1
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LIBC = ctypes.CDLL(None)  # loaded here: after a fork only the call itself is safe


@dataclass(frozen=True)
class Child:
    """One running process, the leader of its own group, and where its output goes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self, lines: int = 20) -> str:
        """The last lines of its output."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Children:
    """The processes of one command. Use as a context manager: leaving it stops them, last started first."""

    def __init__(self) -> None:
        self._running: list[Child] = []

    def __enter__(self) -> "Children":
        # A polite kill of go.py itself, or the end of its terminal, must stop its children too; and a shell
        # that starts it in the background hands it a deaf ear for Ctrl-C.
        for number in _ENDS:
            signal.signal(number, _interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str],
        cwd: Path,
        user: str | None = None,
    ) -> Child:
        """Start `argv` in its own process group, as `user` when given; its output is appended to `log`."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it takes no lock
                user=user,
                extra_groups=None if user is None else [],
            )
        child = Child(name, process, log)
        self._running.append(child)
        return child

    def forget(self, child: Child) -> None:
        """Stop watching a child that has ended on purpose."""
        self._running.remove(child)

    def first_named(self, name: str) -> Child | None:
        """The running child of that name."""
        return next((child for child in self._running if child.name == name), None)

    def first_dead(self) -> Child | None:
        """A child that has ended, or None while all run."""
        return next((child for child in self._running if child.process.poll() is not None), None)

    def watch(self) -> Child:
        """Wait until a child ends, and return it."""
        ended = threading.Event()
        for child in self._running:
            threading.Thread(target=_report_end, args=(child, ended), daemon=True).start()
        while not ended.wait(timeout=3600):
            continue
        dead = self.first_dead()
        assert dead is not None
        return dead

    def stop(self, patience: float = 15.0) -> None:
        """Ask each child to end, and end by force what is left of it or does not within `patience` seconds.

        Only the child itself is asked: it knows in which order its own children have to go.
        """
        # A second Ctrl-C must not leave servers behind.
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDS}
        for child in reversed(self._running):
            child.process.terminate()
        deadline = time.monotonic() + patience
        for child in reversed(self._running):
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._running.clear()
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _report_end(child: Child, ended: threading.Event) -> None:
    child.process.wait()
    ended.set()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    """In the child: be told to end when go.py itself is killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(host: str = "127.0.0.1", preferred: int = 0) -> int:
    """A free TCP port of `host`: `preferred` when it is free, otherwise any."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Failure(f"No free port on {host}.")


def wait_for(
    what: str, is_ready: Callable[[], bool], child: Child | None = None, patience: float = 60.0
) -> None:
    """Wait until `is_ready`, and fail with the end of the child's log when it dies or takes too long."""
    deadline = time.monotonic() + patience
    pause = threading.Event()
    while not is_ready():
        if child and child.process.poll() is not None:
            raise Failure(
                f"{what} ended with code {child.process.returncode}. Its log, {child.log}:\n{child.tail()}"
            )
        if time.monotonic() > deadline:
            log = f" Its log, {child.log}:\n{child.tail()}" if child else ""
            raise Failure(f"{what} did not answer within {patience:.0f} s.{log}")
        pause.wait(0.1)


def answers(url: str, timeout: float = 5.0) -> bool:
    """Whether a GET of `url` answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def listens(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
