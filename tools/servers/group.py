"""All servers together: install what is missing, start what there is, and say what there is not."""

from collections.abc import Callable
from pathlib import Path

from tools.console import Failure, say, step
from tools.processes import Children
from tools.servers import elasticsearch, packages, postgres, redis, stripe_mock

# variable of the settings -> the server that answers it
DATABASE, CACHE, SEARCH = "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"


def install() -> list[str]:
    """Install everything the tests need; return what could not be had, each in words."""
    return install_packages() + install_servers()


def install_packages() -> list[str]:
    """Install the Debian packages the tests need; return what could not be had, in words."""
    return _attempts([lambda: packages.install(packages.missing(packages.NEEDED_BY_TESTS))])


def install_servers() -> list[str]:
    """Fetch or build the servers that no package carries; return what could not be had, in words."""
    return _attempts([elasticsearch.install, stripe_mock.install])


def _attempts(steps: list[Callable[[], None]]) -> list[str]:
    problems = []
    for attempt in steps:
        try:
            attempt()
        except Failure as failure:
            problems.append(str(failure))
    return problems


def missing() -> list[str]:
    """The servers that cannot be started here, in words."""
    return [lack for lack in (postgres.missing(), redis.missing(), elasticsearch.missing()) if lack]


def start(children: Children, folder: Path, wanted: set[str], *, durable: bool = False) -> dict[str, str]:
    """Start the `wanted` servers (names of settings) that can be had; return setting -> URL."""
    urls: dict[str, str] = {}
    if DATABASE in wanted and not postgres.missing():
        with step("Starting PostgreSQL"):
            urls[DATABASE] = postgres.start(children, folder / "postgres", durable=durable)
    if CACHE in wanted and not redis.missing():
        with step("Starting Redis"):
            urls[CACHE] = redis.start(children, folder / "redis", durable=durable)
    if SEARCH in wanted and not elasticsearch.missing():
        with step("Starting Elasticsearch"):
            urls[SEARCH] = elasticsearch.start(children, folder / "elasticsearch")
    return urls


def announce(urls: dict[str, str]) -> None:
    """Say where each server answers."""
    for name, url in urls.items():
        say(f"  {name}={url}")
