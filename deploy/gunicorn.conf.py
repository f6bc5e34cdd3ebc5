"""How the web processes run; `deploy/web.py` starts them. Read by the master: imports nothing of the site."""

import gc
import os
from typing import Any

from uvicorn_worker import UvicornWorker


class Worker(UvicornWorker):
    """Answers without naming its software; the site has nothing to do at start or end."""

    CONFIG_KWARGS = {**UvicornWorker.CONFIG_KWARGS, "server_header": False, "lifespan": "off"}


worker_class = Worker
bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
timeout = 60
graceful_timeout = 30
keepalive = 65
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file must not lie on a disk
proc_name = "chandi"
# A socket to command the master by: nothing here needs it, and it would load asyncio's servers.
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """In a new worker."""
    gc.enable()
