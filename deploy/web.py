"""The web processes: gunicorn, whose workers are forked by a loader that then ends.

    python deploy/web.py --config deploy/gunicorn.conf.py marketplace.asgi:application

gunicorn's `preload_app` loads the site in the master, which keeps those pages for as long as it lives, though
every worker that works has long copied what it touches. Here the master stays as small as gunicorn itself.
Whenever workers are missing, it forks a loader; the loader loads the site once, forks a whole generation of
workers, which share what it loaded, and ends. What was left of the generation before finishes its requests
and goes; where none can be loaded it goes on serving, and loading is tried again after pauses that grow. Only
when no worker is left does the master end. Linux only: the workers of an ended process must come back to the
master (prctl(2), `PR_SET_CHILD_SUBREAPER`).
"""

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

_PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>
_LONGEST_NOTE = 4096  # bytes
_MOST_WORKERS = 100
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0  # seconds until a generation that could not be loaded is tried again


class _NoneCame(Exception):
    """A reload brought no new workers."""


class _Heartbeat:
    """The file a worker touches to show that it lives; the master reads when it last did."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def last_update(self) -> float:
        return os.fstat(self._descriptor).st_mtime

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class _Kept:
    """What the master knows of a worker that it did not fork itself."""

    aborted = False

    def __init__(self, pid: int, age: int, descriptor: int) -> None:
        self.pid, self.age, self.tmp = pid, age, _Heartbeat(descriptor)


class Generations(Arbiter):
    """Keeps one generation of workers. A worker that dies is succeeded by a new generation of all of them."""

    def __init__(self, app: Any) -> None:
        self._asked = self._reloading = False
        self._pause, self._next_try = _FIRST_PAUSE, 0.0
        super().__init__(app)

    def start(self) -> None:
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "The workers of a loader cannot be adopted here.")
        super().start()

    def spawn_worker(self) -> None:
        """gunicorn asks for one after another when it was told to reload: all of them come at once."""
        self._asked = True

    def spawn_workers(self) -> None:
        """gunicorn's way to bring what is missing, one by one: `manage_workers` has seen to it already."""

    def reload(self) -> None:
        """Change generations. gunicorn then waits for the old workers to go: not where they have to stay."""
        self._reloading = True
        with suppress(_NoneCame):
            super().reload()
        self._reloading = False

    def manage_workers(self) -> None:
        """Bring what is missing; `super()` then lets those go that are too many, the oldest first."""
        if self._asked or len(self.WORKERS) < self.num_workers:
            self._succeed_when_due()
        super().manage_workers()

    def _succeed_when_due(self) -> None:
        """Bring a generation, at once where nobody serves; one that fails ends all only where nobody does."""
        if self.WORKERS and not self._reloading and time.monotonic() < self._next_try:
            return
        if self._succeed():
            self._asked, self._pause, self._next_try = False, _FIRST_PAUSE, 0.0
            return
        if not self.WORKERS:
            self.log.critical("No worker is left and no new one can be had: this is the end.")
            self.halt(reason="The site could not be loaded.", exit_status=self.APP_LOAD_ERROR)
        self.log.error("%s workers go on serving; next try in %.0f s.", len(self.WORKERS), self._pause)
        self._asked, self._next_try = True, time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        if self._reloading:
            raise _NoneCame

    def _succeed(self) -> bool:
        """Whether a loader brought a new generation."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            loader = os.fork()
        except OSError:
            self.log.exception("No loader could be started.")
            ours.close()
            theirs.close()
            return False
        if not loader:
            ours.close()
            self._load_and_fork(theirs)
        theirs.close()
        with ours:
            told = self._hear(ours, loader)
        _, status = os.waitpid(loader, 0)
        if not told:
            self.log.error("The loader (pid:%s) ended with status %s and left no workers.", loader, status)
            return False
        for worker in told:
            self.WORKERS[worker.pid] = worker
        self.worker_age += len(told)
        self._stats["workers_spawned"] += len(told)
        return True

    def _hear(self, ours: socket.socket, loader: int) -> list[_Kept]:
        """The new workers, or none: a loader that fails has said why, one that takes too long is ended."""
        with selectors.DefaultSelector() as ready:
            ready.register(ours, selectors.EVENT_READ)
            if not ready.select(self.cfg.timeout):
                self.log.critical("LOADER TIMEOUT (pid:%s)", loader)
                os.kill(loader, signal.SIGKILL)
                return []
        note, descriptors, _flags, _address = socket.recv_fds(ours, _LONGEST_NOTE, _MOST_WORKERS)
        if not note:
            return []
        return [_Kept(pid, age, file) for (pid, age), file in zip(json.loads(note), descriptors, strict=True)]

    def _load_and_fork(self, theirs: socket.socket) -> None:
        """In the loader. Returns never: it ends here, and each worker in gunicorn's own `spawn_worker`."""
        for number in {*self.SIGNALS, signal.SIGCHLD}:
            signal.signal(number, signal.SIG_DFL)
        for kept in self.WORKERS.values():
            kept.tmp.close()
        self.WORKERS = {}
        try:
            load(self.app)
            for _ in range(self.num_workers):
                super().spawn_worker()
            facts = [(pid, worker.age) for pid, worker in self.WORKERS.items()]
            files = [worker.tmp.fileno() for worker in self.WORKERS.values()]
            socket.send_fds(theirs, [json.dumps(facts).encode()], files)
        except Exception:
            self.log.exception("The site could not be loaded.")
            for pid in self.WORKERS:
                os.kill(pid, signal.SIGKILL)
            os._exit(self.APP_LOAD_ERROR)
        os._exit(0)


def load(app: Any) -> None:
    """Load the site and what its first pages would load.

    The collector then leaves that alone: what it looks at, it writes to, and that would be copied.
    """
    # Collecting while modules load would only scatter what is about to be shared.
    gc.disable()
    app.wsgi()
    from marketplace.warmup import warm_up  # here: the master must not load the site

    warm_up()
    gc.collect()
    gc.freeze()
    # Once more, over nothing: the collector of a worker then waits for no more than its own objects call for.
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
    if trim:
        trim(0)


class Web(WSGIApplication):
    """gunicorn's command line, with generations of workers."""

    def run(self) -> None:
        Generations(self).run()


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    Web("%(prog)s [OPTIONS] APP_MODULE", prog="web").run()
