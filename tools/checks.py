"""What a machine can see without running the program: style, types, imports, migrations, translations."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import environment
from tools.console import say

# What `check --deploy` needs to see a production configuration; none of it is a secret.
_PRODUCTION = {
    "CHANDI_DEBUG": "0",
    "SECRET_KEY": "check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQ",
    "ALLOWED_HOSTS": "chandi.example",
    "SITE_URL": "https://chandi.example",
    "STRIPE_SECRET_KEY": "sk_live_check_only",
    "STRIPE_WEBHOOK_SECRET": "whsec_check_only",
}


@dataclass(frozen=True)
class Check:
    """One command that must end with code 0. `program` is a script of the environment, or `python`."""

    title: str
    program: str
    arguments: tuple[str, ...]
    production: bool = False


CHECKS = (
    Check("style (ruff check)", "ruff", ("check", ".")),
    Check("format (ruff format)", "ruff", ("format", "--check", "--quiet", ".")),
    Check("import direction", "lint-imports", ()),
    Check("templates (djlint)", "djlint", (".", "--lint", "--quiet")),
    Check("types (mypy)", "mypy", ()),
    Check("models and migrations agree", "python", ("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("translations complete", "python", ("tools/check_translations.py",)),
    Check(
        "production settings",
        "python",
        ("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        production=True,
    ),
)


def run_all(folder: Path) -> list[str]:
    """Run every check, one per processor at a time; return the titles of those that failed."""
    say(f"Checks: {len(CHECKS)}")
    waiting = list(CHECKS)
    running: list[tuple[Check, subprocess.Popen[str]]] = []
    failed = []
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            check = waiting.pop(0)
            running.append((check, _start(check, folder)))
        check, process = running.pop(0)
        output, _ = process.communicate()
        say(f"  {'ok  ' if process.returncode == 0 else 'FAIL'} {check.title}")
        if process.returncode:
            print(output, flush=True)
            failed.append(f"check: {check.title}")
    return failed


def _start(check: Check, folder: Path) -> subprocess.Popen[str]:
    extra = {"CHANDI_VAR": str(folder / "var-checks"), "PYTHONPATH": str(environment.ROOT)}
    if check.production:
        extra |= _PRODUCTION
    return subprocess.Popen(
        [str(environment.VENV / "bin" / check.program), *check.arguments],
        cwd=environment.ROOT,
        env=environment.child_environment(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
