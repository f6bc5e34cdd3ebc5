"""A migrated PostgreSQL database to copy from: migrating takes a minute, copying a second."""

import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from tools import environment, fingerprint
from tools.console import Failure, step
from tools.servers import postgres

NAME = "chandi_template"


def make(url: str, folder: Path) -> str:
    """Make the template database on the server of `url`; return its name.

    A dump is kept in the cache folder, keyed by the migrations: only the first run after a change migrates.
    `folder` holds the run-time files of the migrating process.
    """
    programs = postgres.programs()
    parts = urlsplit(url)
    where = ["-h", str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
    dump = environment.cache_folder() / "templates" / f"{fingerprint.of_migrations()}.pgdump"
    _run([str(programs / "createdb"), *where, NAME])
    if dump.exists():
        with step("Restoring the migrated database"):
            _run([str(programs / "pg_restore"), *where, "-d", NAME, "--no-owner", str(dump)])
        return NAME
    with step("Migrating a PostgreSQL database to copy from"):
        target = url.rsplit("/", 1)[0] + f"/{NAME}"
        _run(
            [environment.python(), "manage.py", "migrate", "--verbosity", "0"],
            DATABASE_URL=target,
            DATABASE_TIMEOUTS="0",
            CHANDI_VAR=str(folder),
        )
        dump.parent.mkdir(parents=True, exist_ok=True)
        half = dump.with_suffix(".half")
        _run([str(programs / "pg_dump"), *where, "-Fc", "-f", str(half), NAME])
        half.rename(dump)
    return NAME


def _run(argv: list[str], **variables: str) -> None:
    env = environment.child_environment(**variables)
    done = subprocess.run(argv, cwd=environment.ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"{' '.join(argv)} failed:\n{done.stderr[-2000:]}")
