"""`go.py test`: the checks and the tests, on embedded parts, in the browser, and on real servers.

A whole run has four stages: checks (linters, types, contracts, settings), tests on embedded parts, tests in
the browser, tests on PostgreSQL, Redis and Elasticsearch. With a PATH, only its tests run, and only the
servers they ask for by their marks are started. docs/testing.md tells what a test may rely on.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

from tools import checks, environment, serving
from tools.console import Failure, say, seconds, warn
from tools.processes import Children
from tools.servers import group

_NOTHING_COLLECTED = 5  # pytest's code when no test was selected
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Totals:
    """What all runs of pytest together have done."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Add the counts of one JUnit report."""
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - our own file
        for suite in suites:
            counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
            self.failed += counts["failures"]
            self.errors += counts["errors"]
            self.skipped += counts["skipped"]
            self.passed += counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]

    def line(self) -> str:
        """One line in the form of pytest's own closing line."""
        parts = [f"{self.failed} failed"] * bool(self.failed) + [f"{self.passed} passed"]
        parts += [f"{self.skipped} skipped"] * bool(self.skipped) + [f"{self.errors} errors"] * bool(
            self.errors
        )
        return f"{', '.join(parts)} in {seconds():.2f}s"


@dataclass
class Run:
    """One `go.py test`: what was asked for, and where it keeps its files."""

    folder: Path
    children: Children
    paths: list[str]
    options: list[str]
    in_ci: bool
    totals: Totals = field(default_factory=Totals)

    def pytest(self, title: str, marks: str, variables: dict[str, str], *, parallel: bool = True) -> None:
        """Run the tests of our paths that carry `marks`, and count them."""
        say(f"Tests: {title}")
        report = self.folder / f"{len(list(self.folder.glob('*.xml')))}.xml"
        argv = [environment.python(), "-m", "pytest", "-m", marks, f"--junitxml={report}", "-q"]
        if parallel and not self.paths:
            argv += ["-n", "2", "--dist", "loadfile"]
        var = self.folder / f"var-{report.stem}"
        env = environment.child_environment(CHANDI_VAR=str(var), CHANDI_TESTING="1", **variables)
        code = subprocess.run(
            [*argv, *(self.paths or ["tests"]), *self.options], cwd=environment.ROOT, env=env, check=False
        ).returncode
        if code not in (0, _NOTHING_COLLECTED):
            self.totals.failures.append(f"tests {title} (code {code})")
        if report.exists():
            self.totals.add(report)


def run(argv: list[str]) -> int:
    """Run the tests that `argv` names, or everything; return the exit code."""
    force_services = "--services" in argv
    rest = [word for word in argv if word not in ("--services", "--checks")]
    paths = [
        word
        for word in rest
        if not word.startswith("-") and (environment.ROOT / word.split("::")[0]).exists()
    ]
    options = [word for word in rest if word not in paths]
    environment.ensure(environment.DEVELOPMENT)
    folder = _make_folder()
    if "--checks" in argv:
        return _only_check(folder)
    try:
        with Children() as children:
            asked = Run(folder, children, paths, options, in_ci=_is_ci())
            if paths or options:
                _run_part(asked, force_services)
            else:
                _run_everything(asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _conclude(asked)


def _only_check(folder: Path) -> int:
    try:
        return 1 if checks.run_all(folder) else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def _make_folder() -> Path:
    """A temporary folder that servers under other users can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="chandi-test-"))
    folder.chmod(0o755)
    return folder


def _run_part(asked: Run, force_services: bool) -> None:
    asked.pytest("on embedded parts", "not services and not browser", {})
    if _mention(asked.paths, "browser"):
        asked.pytest("in the browser", "browser and not services", _browser(asked))
    if force_services or _mention(asked.paths, "services"):
        _run_on_services(asked)


def _mention(paths: list[str], mark: str) -> bool:
    """Whether a test file under `paths` carries `mark`."""
    for path in paths or ["tests"]:
        place = environment.ROOT / path.split("::")[0]
        files = [place] if place.is_file() else place.rglob("test_*.py")
        if mark in place.parts or any(f"mark.{mark}" in file.read_text(encoding="utf-8") for file in files):
            return True
    return False


def _run_everything(asked: Run) -> None:
    problems = group.install_packages()
    fetched: list[str] = []
    fetching = threading.Thread(target=lambda: fetched.extend(group.install_servers()), daemon=True)
    fetching.start()  # 900 MB, once: meanwhile the checks and the embedded tests run
    asked.totals.failures += checks.run_all(asked.folder)
    asked.pytest("on embedded parts", "not services and not browser", {})
    asked.pytest("in the browser", "browser and not services", _browser(asked), parallel=False)
    fetching.join()
    for problem in problems + fetched:
        _lacking(asked, problem)
    _run_on_services(asked)


def _lacking(asked: Run, what: str) -> None:
    """Something could not be had: in CI that is a failure, elsewhere it is said."""
    warn(what)
    if asked.in_ci:
        asked.totals.failures.append(what.splitlines()[0])


def _browser(asked: Run) -> dict[str, str]:
    path = environment.child_environment()["PATH"]
    for name in _CHROMIUM:
        program = shutil.which(name, path=path)
        if program:
            return {"CHANDI_TEST_CHROMIUM": program}
    _lacking(asked, "No Chromium (package chromium): the tests in the browser cannot run.")
    return {}


def _run_on_services(asked: Run) -> None:
    lacking = group.missing()
    for lack in lacking:
        _lacking(asked, f"Not here: {lack}")
    if lacking:
        warn("The tests on real servers are left out.")
        return
    urls = group.start(asked.children, asked.folder, {group.DATABASE, group.CACHE, group.SEARCH})
    variables = serving.variables_for_tests(asked.children, asked.folder, urls) | _browser(asked)
    asked.pytest("on PostgreSQL, Redis and Elasticsearch", "services or everywhere", variables)
    asked.children.stop()


def _conclude(asked: Run) -> int:
    """Say how it ended; the last line has the form of pytest's, over all runs."""
    totals = asked.totals
    if asked.in_ci and totals.skipped:
        totals.failures.append(f"{totals.skipped} skipped tests: in CI nothing may be skipped")
    if not totals.passed and not totals.failures:
        raise Failure("No test was selected.")
    for failure in totals.failures:
        warn(f"Failed: {failure}")
    say("Everything passed." if not totals.failures else f"{len(totals.failures)} part(s) failed.")
    print(f"{'=' * 10} {totals.line()} {'=' * 10}", flush=True)
    return 1 if totals.failures else 0
