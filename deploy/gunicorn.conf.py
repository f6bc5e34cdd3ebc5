"""gunicorn keeps the web processes: the master loads the site once and forks, so that memory is shared.

A worker that dies is replaced in milliseconds, because nothing has to be loaded again. Run from the root:
    python -m gunicorn --config deploy/gunicorn.conf.py marketplace.asgi:application
"""

import ctypes
import gc
import os
import re
from typing import Any

from uvicorn_worker import UvicornWorker

from marketplace.warmup import warm_up


class Worker(UvicornWorker):
    """Answers without naming its software; the site has nothing to do at start or end."""

    CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "server_header": False, "lifespan": "off"}


worker_class = Worker
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
preload_app = True
timeout = 60
graceful_timeout = 30
keepalive = 65
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file must not lie on a disk
proc_name = "chandi"
_LIBC = ctypes.CDLL(None)
_MADV_DONTNEED = 4
# One mapping of /proc/self/smaps: addresses, mode, file, and the lines of facts below.
_MAPPING = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \d+ *(/\S*)?\n((?:[A-Z]\w*:.*\n)+)", re.MULTILINE
)
# Collecting while modules load would only scatter what is about to be shared.
gc.disable()


def when_ready(server: Any) -> None:
    """In the master, before it forks: what is loaded by now stays, and the collector leaves it alone."""
    warm_up()
    gc.collect()
    gc.freeze()
    # Once more, over nothing: the collector of a worker then waits for no more than its own objects call for.
    gc.collect()
    trim = getattr(_LIBC, "malloc_trim", None)  # glibc has it, musl has not
    if trim:
        trim(0)
    _let_code_go()


def _let_code_go() -> None:
    """Unmap the pages of library code that ran while loading; what runs again is mapped again from its file.

    The workers map for themselves what they run. Only mappings with nothing of our own in them are let go.
    """
    if not os.path.exists("/proc/self/smaps"):
        return
    with open("/proc/self/smaps", encoding="utf-8") as file:
        text = file.read()
    for start, end, mode, path, facts in _MAPPING.findall(text):
        if path and "w" not in mode and re.search(r"^Anonymous: +0 kB$", facts, re.MULTILINE):
            begin = int(start, 16)
            _LIBC.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(int(end, 16) - begin), _MADV_DONTNEED)


def post_fork(server: Any, worker: Any) -> None:
    """In a new worker."""
    gc.enable()
