"""The peers: a django-oscar shop and a stock Wagtail site, installed from PyPI and run as production would.

Both run under gunicorn with threads and kept connections, debugging off, which makes Django keep compiled
templates; database connections persist; the cache is the process's memory. Ours runs under the same gunicorn.
"""

import hashlib
import sys

from benchmarks._servers import GOODS, ROOT, Database, Site, Yard, new_database, run, serve
from tools import environment
from tools.console import step
from tools.processes import free_port

_PEERS = ROOT / "benchmarks" / "peers"


def oscar_python() -> str:
    """The interpreter of the Oscar shop's own environment."""
    return _python_of("oscar", "django-oscar")


def hordak_python() -> str:
    """The interpreter of django-hordak's own environment."""
    return _python_of("hordak", "django-hordak")


def _python_of(name: str, what: str) -> str:
    """The interpreter of a peer's own environment, made from its lock when absent or outdated."""
    lock = _PEERS / f"{name}-requirements.lock"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    folder = environment.cache_folder() / "peers" / f"{name}-{digest[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        with step(f"Installing {what}"):
            env = environment.child_environment()
            run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], env)
            uv = [str(environment.VENV / "bin" / "uv"), "pip", "install", "--quiet", "--require-hashes"]
            run([*uv, "--compile-bytecode", "-p", str(python), "-r", str(lock)], env)
            (folder / "complete").touch()
    return str(python)


def _peer_environment(place: Yard, name: str, settings: str) -> tuple[dict[str, str], Database]:
    database = new_database(place, name)
    media = place.folder / name / "media"
    media.mkdir(exist_ok=True)
    env = environment.child_environment(
        PEER_MEDIA=str(media),
        DJANGO_SETTINGS_MODULE=settings,
        PYTHONPATH=str(_PEERS),
        **database.variables("PEER_PG"),
    )
    return env, database


def oscar(place: Yard, *, products: int = GOODS, workers: int = 1) -> Site:
    """A django-oscar shop, its plain ORM views, with `products` products in 48 categories."""
    python = oscar_python()
    env, database = _peer_environment(place, "oscar", "oscar_shop.settings")
    with step(f"Preparing the Oscar shop with {products:,} products"):
        run([python, "-m", "oscar_shop.populate", str(products)], env, _PEERS)
        database.settle()
    return _gunicorn(place, "oscar", python, env=env, database=database, workers=workers, path="/catalogue/")


def stock_wagtail(place: Yard, *, workers: int = 1) -> Site:
    """A Wagtail site of the version we use, as `wagtail start` sets it up."""
    env, database = _peer_environment(place, "wagtail", "wagtail_stock.settings")
    with step("Preparing the stock Wagtail site"):
        run([sys.executable, "-m", "wagtail_stock.populate"], env, _PEERS)
        database.settle()
    return _gunicorn(
        place, "wagtail", sys.executable, env=env, database=database, workers=workers, path="/plain/"
    )


def bare_django(place: Yard) -> Site:
    """One view of 30 kB without middleware: what any page costs at least."""
    env = environment.child_environment(DJANGO_SETTINGS_MODULE="bare.settings", PYTHONPATH=str(_PEERS))
    return _gunicorn(place, "bare", sys.executable, env=env, database=None, workers=1, path="/")


def _gunicorn(
    place: Yard,
    name: str,
    python: str,
    *,
    env: dict[str, str],
    database: Database | None,
    workers: int,
    path: str,
) -> Site:
    port = free_port()
    application = f"{env['DJANGO_SETTINGS_MODULE'].removesuffix('.settings')}.wsgi:application"
    argv = [python, "-m", "gunicorn", "--workers", str(workers), "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--threads", "2", "--keep-alive", "65",
            "--worker-tmp-dir", "/dev/shm", "--timeout", "120", "--log-level", "error",
            application]  # fmt: skip
    return serve(place, name, argv, env=env, port=port, path=path, database=database)
