"""The web processes: gunicorn, whose workers are forked by a loader that then ends.

    python deploy/web.py --config deploy/gunicorn.conf.py marketplace.asgi:application

gunicorn's `preload_app` loads the site in the master, which keeps those pages for as long as it lives, though
every worker that works has long copied what it touches. Here the master stays as small as gunicorn itself.
Whenever workers are missing, it forks a loader; the loader loads the site once, forks a whole generation of
workers, which share what it loaded, and ends. What was left of the generation before finishes its requests
and goes. Linux only: the workers of an ended process must come back to the master (prctl(2),
`PR_SET_CHILD_SUBREAPER`).
"""

import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter

_PR_SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>
_LONGEST_NOTE = 4096  # bytes
_MOST_WORKERS = 100


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
        self._asked = False
        super().__init__(app)

    def start(self) -> None:
        if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "The workers of a loader cannot be adopted here.")
        super().start()

    def spawn_worker(self) -> None:
        """gunicorn asks for one after another when it was told to reload: all of them come at once."""
        self._asked = True

    def manage_workers(self) -> None:
        """Bring what is missing; `super()` then lets those go that are too many, the oldest first."""
        if self._asked or len(self.WORKERS) < self.num_workers:
            self._asked = False
            self._succeed()
        super().manage_workers()

    def _succeed(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        loader = os.fork()
        if not loader:
            ours.close()
            self._load_and_fork(theirs)
        theirs.close()
        with ours:
            told = self._hear(ours, loader)
        _, status = os.waitpid(loader, 0)
        if not told:
            self.log.error("The loader (pid:%s) ended with status %s and left no workers.", loader, status)
            self.halt(reason="The site could not be loaded.", exit_status=self.APP_LOAD_ERROR)
        for worker in told:
            self.WORKERS[worker.pid] = worker
        self.worker_age += len(told)
        self._stats["workers_spawned"] += len(told)

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
