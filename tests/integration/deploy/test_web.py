"""deploy/web.py as a real process: workers come by generations, and a lost one costs nobody an answer."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tools.environment import ROOT, child_environment
from tools.processes import Child, Children, answers, free_port, wait_for

pytestmark = pytest.mark.services
Start = Callable[..., tuple[Child, str]]
# The site, but for as long as a file of that name lies beside this one.
FICKLE = """
from pathlib import Path

if Path(__file__).with_name("broken").exists():
    raise RuntimeError("the site is broken")
from marketplace.asgi import application
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the web processes on a free port; gives the master and the address of its sign of life."""
    children = Children()

    def start(application: str = "marketplace.asgi:application", workers: int = 2) -> tuple[Child, str]:
        port = free_port()
        own = {"CHANDI_VAR": str(tmp_path), "WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers)}
        own["PYTHONPATH"] = str(tmp_path)
        env = {**child_environment(), "DJANGO_SETTINGS_MODULE": "marketplace.settings", **own}
        argv = [sys.executable, "deploy/web.py", "--config", "deploy/gunicorn.conf.py", application]
        child = children.start("web", argv, log=tmp_path / "web.log", env=env, cwd=ROOT)
        return child, f"http://127.0.0.1:{port}/healthz"

    yield start
    children.stop()


def _workers(master: Child) -> set[int]:
    return {child.pid for child in psutil.Process(master.process.pid).children(recursive=True)}


def _serving(master: Child, address: str, *, without: frozenset[int] | set[int] = frozenset()) -> set[int]:
    """The two workers, none of them among those before, once they answer."""

    def there() -> bool:
        found = _workers(master)
        return len(found) == 2 and not found & without and answers(address)

    wait_for("two workers that answer", there, patience=60)
    return _workers(master)


def test_a_killed_worker_is_succeeded_by_a_whole_generation(start: Start) -> None:
    master, address = start()
    first = _serving(master, address)
    assert {psutil.Process(pid).ppid() for pid in first} == {master.process.pid}, "a loader is left between"
    lost, left = sorted(first)
    os.kill(lost, signal.SIGKILL)
    assert answers(address), f"{left} does not go on answering"
    second = _serving(master, address, without=first)
    # They share what one loader loaded, the master has none of it.
    loaded = [psutil.Process(pid).memory_info().rss for pid in second]
    assert psutil.Process(master.process.pid).memory_info().rss < min(loaded) / 2


def test_told_to_reload_it_changes_generations(start: Start) -> None:
    master, address = start()
    first = _serving(master, address)
    master.process.send_signal(signal.SIGHUP)
    _serving(master, address, without=first)
    assert master.process.poll() is None


def test_told_to_end_it_ends_with_its_workers(start: Start) -> None:
    master, address = start()
    workers = _serving(master, address)
    master.process.terminate()
    assert master.process.wait(timeout=30) == 0
    assert not [pid for pid in workers if psutil.pid_exists(pid)]


def test_a_site_that_cannot_be_loaded_ends_it_and_says_why(start: Start) -> None:
    master, _ = start("marketplace.no_such_site:application")
    assert master.process.wait(timeout=60) == 4
    assert re.search(r"The site could not be loaded\.[\s\S]*no_such_site", master.tail(80))


# A generation that cannot be loaded


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The file that, while it lies there, keeps `fickle:application` from being loaded."""
    (tmp_path / "fickle.py").write_text(FICKLE)
    return tmp_path / "broken"


def _said(master: Child, text: str) -> None:
    wait_for(f"“{text}” in the log", lambda: text in master.tail(500), child=master)


def test_workers_go_on_where_no_new_ones_can_be_loaded(start: Start, broken: Path) -> None:
    master, address = start("fickle:application")
    lost, left = sorted(_serving(master, address))
    broken.touch()
    os.kill(lost, signal.SIGKILL)
    for pause in (1, 2, 4):
        _said(master, f"1 workers go on serving; next try in {pause} s.")
        assert answers(address)
        assert _workers(master) >= {left}
    assert "the site is broken" in master.tail(500)
    broken.unlink()
    _serving(master, address, without={lost, left})


def test_a_reload_that_fails_leaves_all_workers_and_is_tried_again(start: Start, broken: Path) -> None:
    master, address = start("fickle:application")
    first = _serving(master, address)
    broken.touch()
    master.process.send_signal(signal.SIGHUP)
    _said(master, "2 workers go on serving; next try in 1 s.")
    _said(master, "next try in 2 s.")
    assert answers(address)
    assert _workers(master) >= first
    broken.unlink()
    _serving(master, address, without=first)


def test_it_ends_and_says_why_when_the_last_worker_is_gone(start: Start, broken: Path) -> None:
    master, address = start("fickle:application")
    lost, left = sorted(_serving(master, address))
    broken.touch()
    os.kill(lost, signal.SIGKILL)
    _said(master, "1 workers go on serving")
    os.kill(left, signal.SIGKILL)
    assert master.process.wait(timeout=60) == 4
    assert re.search(r"the site is broken[\s\S]*No worker is left", master.tail(500))
