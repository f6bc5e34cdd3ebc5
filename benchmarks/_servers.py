"""What a comparison runs on: a folder, PostgreSQL servers, and our site with its demo goods.

Every subject has a PostgreSQL server of its own, durable, so that what the database spends is known to be
spent for it: by its back ends, its log writer and its parallel workers, also those that have ended.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks._measure import Subject
from tools import environment
from tools.console import Failure, step
from tools.processes import Child, Children, answers, free_port, wait_for
from tools.servers import packages, postgres

ROOT = Path(__file__).resolve().parent.parent
GOODS = 10_000


@dataclass
class Yard:
    """Where a comparison runs: its folder and its child processes."""

    folder: Path
    children: Children


@dataclass
class Database:
    """A PostgreSQL server of one subject: its address and the process all its back ends descend from."""

    url: str
    pid: int

    def variables(self, prefix: str) -> dict[str, str]:
        """Its address in parts, as environment variables: host, port, name, user."""
        parts = urlsplit(self.url)
        named = {
            "HOST": "127.0.0.1",
            "PORT": str(parts.port),
            "NAME": parts.path[1:],
            "USER": parts.username or "",
        }
        return {f"{prefix}_{key}": value for key, value in named.items()}

    def settle(self) -> None:
        """Vacuum and gather statistics now, so that the server does not choose to during the measure."""
        variables = self.variables("PG")
        place = ["-h", variables["PG_HOST"], "-p", variables["PG_PORT"], "-U", variables["PG_USER"]]
        tidy = ["-d", variables["PG_NAME"], "-c", "vacuum (analyze, freeze)", "-c", "checkpoint"]
        run(
            [str(postgres.programs() / "psql"), "-q", *place, *tidy],
            environment.child_environment(),
            Path("/"),
        )


@dataclass
class Site:
    """A running web server: its master process, port, environment, and its database if that is a server."""

    name: str
    child: Child
    port: int
    env: dict[str, str]
    database: Database | None = None

    @property
    def pid(self) -> int:
        """The process all its workers descend from."""
        return self.child.process.pid

    def subject(self, title: str, *paths: str) -> Subject:
        """Addresses of it, to be measured with its database."""
        database = [self.database.pid] if self.database else []
        return Subject(title, self.port, paths, [self.pid], database)


@contextmanager
def yard(kept: Path | None = None) -> Iterator[Yard]:
    """A folder of its own, gone afterwards with all that was started in it; one that is kept stays."""
    folder = kept or Path(tempfile.mkdtemp(prefix="chandi-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    try:
        with Children() as children:
            yield Yard(folder, children)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def run(argv: Sequence[str], env: dict[str, str], cwd: Path = ROOT) -> str:
    """Run a command to its end and return what it printed; `Failure` shows the end of its output."""
    done = subprocess.run(argv, env=env, cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{' '.join(argv[:4])} failed:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def new_database(place: Yard, name: str) -> Database:
    """A PostgreSQL server for this subject, installed when the machine lacks it and may have it."""
    if postgres.missing():
        packages.install(["postgresql"])
    lacking = postgres.missing()
    if lacking:
        raise Failure(f"This comparison needs {lacking}.")
    folder = place.folder / name / "postgres"
    with step(f"Starting PostgreSQL for {name}"):
        url = postgres.start(place.children, folder, durable=True)
    return Database(url, int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def serve(
    place: Yard,
    name: str,
    argv: list[str],
    *,
    env: dict[str, str],
    port: int,
    path: str,
    database: Database | None,
) -> Site:
    """Start a web server and wait until it answers `path`."""
    child = place.children.start(name, argv, log=place.folder / name / "web.log", env=env, cwd=ROOT)
    address = f"http://localhost:{port}{path}"
    wait_for(f"The server of {name}", lambda: answers(address, timeout=60), child, patience=180)
    return Site(name, child, port, env, database)


def production_environment(var: Path, database: Database | None, **extra: str) -> dict[str, str]:
    """Our site's environment as in production: debugging off; but no limit on what one client may ask."""
    return environment.child_environment(
        CHANDI_VAR=str(var), CHANDI_DEBUG="false", STATIC_ROOT=str(var / "static"),
        SECRET_KEY="benchmark-" * 6, ALLOWED_HOSTS="localhost", HTTPS="false", RATE_LIMITS_ENABLED="false",
        LOG_LEVEL="ERROR",
        STRIPE_SECRET_KEY="sk_live_benchmark", STRIPE_WEBHOOK_SECRET="whsec_benchmark",
        STRIPE_API_BASE="http://127.0.0.1:9", PYTHONPATH=str(ROOT),
        DJANGO_SETTINGS_MODULE="marketplace.settings",
        **({"DATABASE_URL": database.url} if database else {}), **extra,
    )  # fmt: skip


def prepare_ours(
    place: Yard,
    *,
    name: str = "ours",
    listings: int = GOODS,
    history: bool = False,
    with_postgres: bool = True,
) -> tuple[dict[str, str], Database | None]:
    """Make our database, demo goods, search index and static files; returns environment and database.

    Without a PostgreSQL server it is SQLite. `history` adds the demo's months of trade.
    """
    database = new_database(place, name) if with_postgres else None
    env = production_environment(place.folder / name / "var", database)
    manage = [sys.executable, "manage.py"]
    with step(f"Preparing ours with {listings:,} listings"):
        debug = {**env, "CHANDI_DEBUG": "true"}
        run([*manage, "migrate", "-v0"], debug)
        run(
            [*manage, "seed", "--listings", str(listings), *([] if history else ["--without-history"])], debug
        )
        run([*manage, "collectstatic", "--noinput", "-v0"], env)
        if database:
            database.settle()
    return env, database


def serve_ours(
    place: Yard,
    env: dict[str, str],
    database: Database | None,
    *,
    name: str = "ours",
    workers: int = 1,
    page_cache: int = 0,
    python: str = sys.executable,
    **extra: str,
) -> Site:
    """Our site under its deployed configuration of gunicorn; `page_cache` in seconds, 0 is off."""
    port = free_port()
    bind = {"WEB_BIND": f"127.0.0.1:{port}", "WEB_WORKERS": str(workers)}
    env = {**env, **bind, "PAGE_CACHE_SECONDS": str(page_cache), **extra}
    argv = [python, "deploy/web.py", "--config", "deploy/gunicorn.conf.py", "--log-level", "error",
            "marketplace.asgi:application"]  # fmt: skip
    return serve(place, name, argv, env=env, port=port, path="/healthz", database=database)


def count_queries(python: str, env: dict[str, str], paths: Sequence[str], *options: str) -> str:
    """What `_count.py` prints, run in a subject's own environment."""
    return run([python, str(ROOT / "benchmarks" / "_count.py"), *options, *paths], env)
