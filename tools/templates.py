"""A migrated SQLite database to copy from, so that a run of tests does not begin by migrating."""

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

from tools import environment, fingerprint
from tools.console import Failure


def sqlite() -> Path:
    """The path of a migrated SQLite file; made when the migrations or the locked packages changed.

    Several processes may ask at once: one makes it, the others wait.
    """
    folder = environment.cache_folder() / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    template = folder / f"{fingerprint.of_migrations()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _migrate(template)
    return template


def _migrate(template: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="chandi-template-") as var:
        env = environment.child_environment(CHANDI_VAR=var, CHANDI_TESTING="0", DATABASE_URL="")
        argv = [environment.python(), "manage.py", "migrate", "--verbosity", "0"]
        done = subprocess.run(
            argv, cwd=environment.ROOT, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failure(f"The migrations failed:\n{done.stderr[-3000:]}")
        half = template.with_suffix(".half")
        # The log of the last writes was folded into the file when the process closed it.
        shutil.copyfile(Path(var) / "chandi.sqlite3", half)
        half.rename(template)
