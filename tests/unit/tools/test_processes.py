"""Child processes: started, watched, stopped; a failure tells the end of the log."""

import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tools.console import Failure
from tools.processes import Child, Children, free_port, listens, wait_for

_WAITS = "import signal; print('up', flush=True); signal.pause()"
_STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True); signal.pause()"
_PARENT = (
    "import subprocess, sys;"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()']);"
    "print(child.pid, flush=True); child.wait()"
)


def _start(children: Children, folder: Path, code: str) -> Child:
    child = children.start(
        "child", [sys.executable, "-c", code], log=folder / "log", env=os.environ, cwd=folder
    )
    wait_for("The child", lambda: bool(child.log.read_text()), child)
    return child


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def test_leaving_the_block_stops_the_children(tmp_path: Path) -> None:
    with Children() as children:
        child = _start(children, tmp_path, _WAITS)
        assert child.process.poll() is None
    assert child.process.returncode == -signal.SIGTERM


def _fail_beside(left: list[Child], folder: Path) -> None:
    with Children() as children:
        left.append(_start(children, folder, _WAITS))
        raise LookupError


def test_a_failure_in_the_block_stops_them_too(tmp_path: Path) -> None:
    left: list[Child] = []
    with pytest.raises(LookupError):
        _fail_beside(left, tmp_path)
    assert left[0].process.returncode == -signal.SIGTERM


def test_a_child_that_will_not_go_is_ended_by_force(tmp_path: Path) -> None:
    children = Children()
    child = _start(children, tmp_path, _STUBBORN)
    children.stop(patience=0.2)
    assert child.process.returncode == -signal.SIGKILL


def test_what_a_child_started_goes_with_it(tmp_path: Path) -> None:
    children = Children()
    child = _start(children, tmp_path, _PARENT)
    grandchild = int(child.log.read_text())
    assert _is_alive(grandchild)
    children.stop()
    wait_for("The grandchild's end", lambda: not _is_alive(grandchild), patience=5)


def test_a_child_that_dies_is_found_and_its_last_words_are_told(tmp_path: Path) -> None:
    children = Children()
    child = _start(children, tmp_path, "print('no such table', flush=True); raise SystemExit(3)")
    assert children.watch() is child
    with pytest.raises(Failure, match=r"code 3(.|\n)*no such table"):
        wait_for("The page", lambda: False, child)
    children.stop()


def test_waiting_has_an_end() -> None:
    with pytest.raises(Failure, match="did not answer"):
        wait_for("Nothing", lambda: False, patience=0.1)


def test_a_taken_port_is_not_given_away() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert listens(port)
        assert free_port(preferred=port) != port
    assert free_port(preferred=port) == port
