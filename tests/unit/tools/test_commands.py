"""go.py's own decisions: addresses, what may be deleted, totals, when kept work still fits."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import demo, environment, fingerprint, testing
from tools.console import Failure
from tools.servers import packages

_REPORT = """<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3" time="1"/></testsuites>"""


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run-time folder and a cache of this test's own; neither is there yet."""
    monkeypatch.setenv("CHANDI_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("CHANDI_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "var"


def test_the_demo_moves_on_when_its_port_is_taken() -> None:
    first = demo._choose(None)
    with socket.socket() as taken:
        taken.bind((first.host, first.port))
        taken.listen()
        second = demo._choose(None)
        assert second.port != first.port
        with pytest.raises(Failure, match="taken"):
            demo._choose(f"{first.host}:{first.port}")


@pytest.mark.parametrize("wanted", ["", "8000x", "localhost", "localhost:", ":99999", "a:b:c"])
def test_an_address_that_is_none_is_refused(wanted: str) -> None:
    with pytest.raises(Failure, match="HOST:PORT"):
        demo._choose(wanted)


def test_an_open_address_is_reached_by_name() -> None:
    address = demo.Address("0.0.0.0", 8000)
    assert (address.url, address.inner_url) == ("http://localhost:8000", "http://127.0.0.1:8000")


def test_reset_deletes_only_what_go_made(var: Path) -> None:
    var.mkdir()
    (var / "somebody's").write_text("work")
    with pytest.raises(Failure, match="not made by"):
        demo._reset()
    assert (var / "somebody's").exists()


def test_reset_deletes_what_go_made(var: Path) -> None:
    made = demo._make_var()
    (made / "chandi.sqlite3").write_text("data")
    demo._reset()
    assert not var.exists()


def test_reset_leaves_a_named_database_alone(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo._make_var()
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/else")
    with pytest.raises(Failure, match="does not empty"):
        demo._reset()
    assert var.exists()


def test_log_ins_are_read_as_seeding_wrote_them(tmp_path: Path) -> None:
    row = {"role": "买家 Buyer", "email": "b@chandi.test", "password": "p", "path": "/"}
    (tmp_path / "demo-accounts.json").write_text(json.dumps([row]), encoding="utf-8")
    assert demo._accounts(tmp_path) == [("买家 Buyer", "b@chandi.test", "p", "/")]


def test_chinese_takes_two_cells_in_a_table() -> None:
    assert demo._pad("买家", 6) == "买家  "


def test_totals_add_up_to_one_closing_line(tmp_path: Path) -> None:
    report = tmp_path / "0.xml"
    report.write_text(_REPORT)
    totals = testing.Totals()
    totals.add(report)
    totals.add(report)
    assert (totals.passed, totals.failed, totals.errors, totals.skipped) == (8, 2, 4, 6)
    assert totals.line().startswith("2 failed, 8 passed, 6 skipped, 4 errors in ")


@pytest.mark.parametrize(
    ("in_ci", "passed", "skipped", "code"), [(True, 1, 0, 0), (True, 1, 1, 1), (False, 1, 1, 0)]
)
def test_a_skipped_test_fails_the_build(
    tmp_path: Path, in_ci: bool, passed: int, skipped: int, code: int
) -> None:
    run = testing.Run(tmp_path, None, [], [], in_ci)  # type: ignore[arg-type]
    run.totals.passed, run.totals.skipped = passed, skipped
    assert testing._conclude(run) == code


def test_running_nothing_is_no_success(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="No test"):
        testing._conclude(testing.Run(tmp_path, None, ["x"], [], in_ci=False))  # type: ignore[arg-type]


def test_the_fingerprint_changes_with_the_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    folder = tmp_path / "payments" / "migrations"
    folder.mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("django==1\n")
    (folder / "0001_initial.py").write_text("one")
    before = fingerprint.of_migrations()
    assert fingerprint.of_migrations() == before
    (folder / "0001_initial.py").write_text("two")
    changed = fingerprint.of_migrations()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "0001_initial.py").write_text("compiled")
    assert before != changed == fingerprint.of_migrations()


def test_what_cannot_be_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "is_root", lambda: False)
    monkeypatch.setattr(packages, "_which", lambda name: None)
    with pytest.raises(Failure, match="apt-get install redis-server chromium"):
        packages.install(["redis-server", "chromium"])


def test_a_bare_environment_gets_what_programs_need(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATH", "HOME"):
        monkeypatch.delenv(name, raising=False)
    variables = environment.child_environment(EXTRA="1")
    assert "/usr/bin" in variables["PATH"].split(":")
    assert Path(variables["HOME"]).is_dir()
    assert variables["EXTRA"] == "1"


def test_go_says_what_it_can_do() -> None:
    asked = [sys.executable, str(environment.ROOT / "go.py")]
    told = subprocess.run([*asked, "--help"], capture_output=True, text=True, env={}, check=False)
    assert told.returncode == 0
    assert all(f"go.py {name}" in told.stdout for name in ("demo", "test", "bench", "services", "manage"))
    assert (
        subprocess.run([*asked, "nonsense"], capture_output=True, env=os.environ, check=False).returncode == 2
    )
