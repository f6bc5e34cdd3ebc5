"""stripe-mock: checks the requests we send against Stripe's published schema. It keeps no state."""

import shutil
import subprocess
from pathlib import Path

from tools.console import Failure, step
from tools.environment import cache_folder, child_environment
from tools.processes import Children, free_port, listens, wait_for

_MODULE = "github.com/stripe/stripe-mock@v0.203.0"


def _program() -> Path:
    return cache_folder() / "bin" / "stripe-mock-v0.203.0"


def missing() -> str | None:
    """What is not there, in words; None when it can be started."""
    return (
        None if _program().exists() else "stripe-mock (tools/install-test-servers builds it; needs Go 1.22)"
    )


def install() -> None:
    """Build it with Go; `Failure` says when Go is absent or too old."""
    if missing() is None:
        return
    path = child_environment()["PATH"] + ":/usr/local/go/bin"
    go = shutil.which("go", path=path)
    if go is None:
        raise Failure("Go is not installed: stripe-mock needs Go 1.22 or newer (Debian 13: package golang).")
    folder = _program().parent
    folder.mkdir(parents=True, exist_ok=True)
    env = child_environment(
        PATH=path,
        GOBIN=str(folder),
        GOPATH=str(cache_folder() / "go"),
        GOCACHE=str(cache_folder() / "go" / "build"),
        GOFLAGS="-modcacherw",
    )
    with step("Building stripe-mock"):
        done = subprocess.run([go, "install", _MODULE], capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            raise Failure(f"Go could not build {_MODULE}:\n{done.stderr[-1000:]}")
    (folder / "stripe-mock").rename(_program())


def start(children: Children, folder: Path) -> str:
    """Start it and return its URL."""
    port = free_port()
    # Without an address of its own its second door opens on every interface, and two at once cannot run.
    argv = [str(_program()), "-http-addr", f"127.0.0.1:{port}", "-https-addr", f"127.0.0.1:{free_port()}"]
    log = folder.parent / "stripe-mock.log"
    folder.mkdir(parents=True, exist_ok=True)
    child = children.start("stripe-mock", argv, log=log, env=child_environment(), cwd=folder)
    wait_for("stripe-mock", lambda: listens(port), child)
    return f"http://127.0.0.1:{port}"
