"""Redis on a free loopback port, keeping nothing on disk unless asked to."""

import shutil
import socket
from pathlib import Path

from tools.console import Failure
from tools.environment import child_environment
from tools.processes import Children, free_port, wait_for
from tools.servers.packages import user_for


def _program() -> str | None:
    path = child_environment()["PATH"]
    return shutil.which("redis-server", path=path) or shutil.which("valkey-server", path=path)


def missing() -> str | None:
    """What is not there, in words; None when it can be started."""
    return None if _program() else "Redis (package redis-server)"


def start(children: Children, folder: Path, *, durable: bool = False) -> str:
    """Start it with its files in `folder` and return its URL."""
    program = _program()
    if program is None:
        raise Failure("Redis is not installed.")
    folder.mkdir(parents=True, exist_ok=True)
    user = user_for("nobody")
    if user:
        shutil.chown(folder, user)
    port = free_port()
    argv = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"]
    argv += ["--save", "", "--appendonly", "yes" if durable else "no"]
    child = children.start(
        "Redis", argv, log=folder.parent / "redis.log", env=child_environment(), cwd=folder, user=user
    )
    wait_for("Redis", lambda: _pongs(port), child)
    return f"redis://127.0.0.1:{port}/0"


def _pongs(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
