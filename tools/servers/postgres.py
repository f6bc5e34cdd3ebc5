"""PostgreSQL 15 or newer on a free loopback port, its files in a given folder."""

import re
import shutil
import subprocess
from pathlib import Path

from tools.console import Failure
from tools.environment import child_environment
from tools.processes import Children, free_port, wait_for
from tools.servers.packages import user_for

OLDEST = 15
_DATABASE = "chandi"


def _programs() -> Path | None:
    """The folder of the newest installed server programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres", path=child_environment()["PATH"])
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return max(found, key=_major, default=None)


def _major(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    number = re.search(r"(\d+)", said)
    return int(number.group(1)) if number else 0


def programs() -> Path:
    """The folder of the newest installed server's programs; `Failure` when there is none."""
    folder = _programs()
    if folder is None:
        raise Failure("PostgreSQL is not installed (package postgresql).")
    return folder


def missing() -> str | None:
    """What is not there, in words; None when it can be started."""
    folder = _programs()
    if folder is None:
        return "PostgreSQL (package postgresql)"
    if _major(folder) < OLDEST:
        return f"PostgreSQL {OLDEST} or newer (found {_major(folder)})"
    return None


def start(children: Children, folder: Path, *, durable: bool = False) -> str:
    """Start it with its data in `folder` (made when absent) and return the URL of a database.

    Not durable means no fsync: right for tests, which throw the data away.
    """
    user = user_for("postgres")
    env = child_environment(LC_ALL="C.UTF-8")
    data = folder / "data"
    bins = programs()
    folder.mkdir(parents=True, exist_ok=True)
    if user:
        shutil.chown(folder, user)
    if not (data / "PG_VERSION").exists():
        _run([bins / "initdb", "-D", data, "-U", _DATABASE, "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", *([] if durable else ["--no-sync"])], user, env)  # fmt: skip
    port = free_port()
    options = ["max_connections=200", "shared_buffers=128MB", "listen_addresses=127.0.0.1"]
    if not durable:
        options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    argv = [str(bins / "postgres"), "-D", str(data), "-k", str(folder), "-p", str(port)]
    for option in options:
        argv += ["-c", option]
    log = folder.parent / "postgres.log"
    child = children.start("PostgreSQL", argv, log=log, env=env, cwd=folder, user=user)
    where = ["-h", "127.0.0.1", "-p", str(port), "-U", _DATABASE]
    wait_for("PostgreSQL", lambda: _succeeds([bins / "pg_isready", *where, "-d", "postgres"], env), child)
    if not _succeeds([bins / "psql", *where, "-d", _DATABASE, "-c", "select 1"], env):
        _run([bins / "createdb", *where, _DATABASE], None, env)
    return f"postgres://{_DATABASE}@127.0.0.1:{port}/{_DATABASE}"


def _succeeds(argv: list[str | Path], env: dict[str, str]) -> bool:
    return subprocess.run(argv, capture_output=True, env=env, cwd="/", check=False).returncode == 0


def _run(argv: list[str | Path], user: str | None, env: dict[str, str]) -> None:
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        env=env,
        cwd="/",
        user=user,
        extra_groups=None if user is None else [],
        check=False,
    )
    if done.returncode:
        raise Failure(f"{argv[0]} failed:\n{done.stderr}")
