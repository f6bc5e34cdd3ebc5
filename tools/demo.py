"""`go.py demo`: prepare the data, start the processes, tell where to look, and stop them again."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tools import environment, fingerprint
from tools.console import Failure, say, step, warn
from tools.processes import Child, Children, answers, free_port, listens, wait_for
from tools.servers import group

_OURS = "made-by-chandi"  # marks a folder as ours to delete
_SERVICES = {group.DATABASE, group.CACHE, group.SEARCH}


@dataclass(frozen=True)
class Address:
    """Where the web process listens, and how a browser reaches it."""

    host: str
    port: int

    @property
    def is_open(self) -> bool:
        """Whether it listens on every address of the machine."""
        return self.host in ("0.0.0.0", "::")

    @property
    def url(self) -> str:
        """What a person types; localhost because passkeys need a name."""
        return f"http://{'localhost' if self.reach == '127.0.0.1' else self.host}:{self.port}"

    @property
    def reach(self) -> str:
        """The host under which other processes of this machine reach it."""
        return "127.0.0.1" if self.is_open else self.host

    @property
    def inner_url(self) -> str:
        """What other processes of this machine call."""
        return f"http://{self.reach}:{self.port}"


def run(argv: list[str]) -> int:
    """Run the demo until Ctrl-C or until one of its processes dies; return the exit code."""
    options = _parse(argv)
    environment.ensure(environment.RUN_TIME)
    if options.reset:
        _reset()
    var = _make_var()
    with Children() as children:
        urls = _services(children) if options.services else {}
        _prepare(urls, own=options.services)
        if options.check:
            say("The demo data is there.")
            return 0
        address = _choose(options.addr)
        _start(children, address, urls, var / "logs")
        _tell(address, var)
        dead = children.watch()
        raise Failure(
            f"{dead.name} ended with code {dead.process.returncode}. Its log, {dead.log}:\n{dead.tail()}"
        )


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="go.py demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="stop after preparing the data")
    parser.add_argument("--reset", action="store_true", help="throw the demo data away first")
    parser.add_argument("--addr", metavar="HOST:PORT", help="where to listen; 127.0.0.1:8000, or a free port")
    parser.add_argument("--services", action="store_true", help="use PostgreSQL, Redis and Elasticsearch")
    return parser.parse_args(argv)


def _choose(wanted: str | None) -> Address:
    """The address asked for, or port 8000 of this machine, or the next free one."""
    if wanted is None:
        return Address(
            "127.0.0.1", next(filter(None, (_free(port) for port in range(8000, 8100))), 0) or free_port()
        )
    host, _, port = wanted.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise Failure(f"--addr wants HOST:PORT, not {wanted!r}.")
    address = Address(host or "127.0.0.1", int(port) or free_port())
    if _free(address.port, address.host) is None:
        raise Failure(f"{wanted} is taken.")
    return address


def _free(port: int, host: str = "127.0.0.1") -> int | None:
    return port if free_port(host, port) == port else None


def _make_var() -> Path:
    var = environment.var_folder()
    if not var.exists():
        var.mkdir(parents=True)
        (var / _OURS).touch()
    return var


def _services_folder() -> Path:
    """Data of the servers we start, one per run-time folder, where their users can reach it."""
    name = hashlib.sha256(str(environment.var_folder()).encode()).hexdigest()[:12]
    return environment.cache_folder() / "services" / name


def _reset() -> None:
    """Delete the run-time folder and our own servers' data; a named database is not ours to empty."""
    if os.environ.get(group.DATABASE):
        raise Failure(f"--reset does not empty the database that {group.DATABASE} names. Drop it yourself.")
    var = environment.var_folder()
    if var.exists() and not (var / _OURS).exists():
        raise Failure(f"{var} was not made by go.py: delete it yourself.")
    with step("Throwing the demo data away"):
        shutil.rmtree(var, ignore_errors=True)
        shutil.rmtree(_services_folder(), ignore_errors=True)


def _services(children: Children) -> dict[str, str]:
    """URLs of the three servers: those in the environment, and for the rest those we can start."""
    named = {name: os.environ[name] for name in _SERVICES if os.environ.get(name)}
    folder = _services_folder()
    folder.mkdir(parents=True, exist_ok=True)
    urls = named | group.start(children, folder, _SERVICES - set(named), durable=True)
    for name in sorted(_SERVICES - set(urls)):
        warn(f"No {name}, none installed (tools/install-test-servers does): the embedded part serves.")
    group.announce(urls)
    return urls


def _prepare(urls: dict[str, str], *, own: bool) -> None:
    """Migrate, seed and index in one process, unless the stamp beside the data says that it is done."""
    database = urls.get(group.DATABASE) or os.environ.get(group.DATABASE, "")
    is_named = bool(os.environ.get(group.DATABASE))
    home = _services_folder() if own and database else environment.var_folder()
    stamp = home / "prepared"
    wanted = fingerprint.of_demo() + ("-elasticsearch" if group.SEARCH in urls else "")
    is_there = bool(database) or (home / "chandi.sqlite3").exists()
    if not is_named and is_there and stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    with step("Preparing the demo data"):
        env = environment.child_environment(PYTHONPATH=str(environment.ROOT), **urls)
        argv = [environment.python(), "tools/prepare_demo.py"]
        if subprocess.run(argv, cwd=environment.ROOT, env=env, check=False).returncode:
            raise Failure("The demo data could not be prepared. `go.py demo --reset` starts afresh.")
    if not is_named:
        stamp.write_text(wanted)


def _commands(address: Address, stripe: Address, inner: str) -> dict[str, list[str]]:
    """What runs, as arguments of Python: the payment server, the web process, the worker with its clock."""
    payments = f"tests.stripe_server --host {stripe.host} --port {stripe.port} --public-url {stripe.url}"
    payments += f" --webhook {inner}/hooks/stripe/ --webhook-secret whsec_local --state"
    web = f"uvicorn marketplace.asgi:application --host {address.host} --port {address.port}"
    web += " --no-server-header --lifespan off --timeout-graceful-shutdown 5"
    worker = "celery -A marketplace worker --beat --concurrency 2 --loglevel INFO"
    worker += " --without-gossip --without-mingle --without-heartbeat"
    return {
        "payments": ["-m", *payments.split(), str(environment.var_folder() / "stripe.json")],
        "web": ["-m", *web.split()],
        "worker": ["-m", *worker.split()],
    }


def _start(children: Children, address: Address, urls: dict[str, str], logs: Path) -> None:
    """Start the processes; return when all of them answer."""
    shutil.rmtree(logs, ignore_errors=True)
    # The same port each time where it is free: a payment page left open stays good.
    stripe = Address(address.host, free_port(address.host, 8420))
    env = environment.child_environment(
        SITE_URL=address.url,
        STRIPE_API_BASE=stripe.inner_url,
        CSP_FORM_ACTION=stripe.url,
        ALLOWED_HOSTS="*" if address.is_open else f"localhost,127.0.0.1,{address.host}",
        **urls,
    )
    started: dict[str, Child] = {}
    with step("Starting the payment server, the web process and the worker"):
        for name, arguments in _commands(address, stripe, address.inner_url).items():
            argv = [environment.python(), *arguments]
            log = logs / f"{name}.log"
            started[name] = children.start(name, argv, log=log, env=env, cwd=environment.ROOT)
        wait_for("The payment server", lambda: listens(stripe.port, stripe.reach), started["payments"])
        wait_for("The web process", lambda: answers(f"{address.inner_url}/readyz"), started["web"])
        worker = started["worker"]
        wait_for("The worker", lambda: " ready." in worker.log.read_text(errors="replace"), worker)


def _tell(address: Address, var: Path) -> None:
    """Print where everything is, and a log-in per role."""
    lines = [
        ("Chandi 产地", address.url + "/"),
        ("in English", address.url + "/en/"),
        ("mails sent", address.url + "/dev/mailbox/"),
        ("portal editing", address.url + "/cms/"),
        ("page parts", address.url + "/ui/"),
        ("logs", str(var / "logs")),
    ]
    print()
    for name, place in lines:
        print(f"  {_pad(name, 16)}{place}")
    print()
    for row in [("role", "e-mail", "password", "start at"), *_accounts(var)]:
        print("  " + _pad(row[0], 34) + _pad(row[1], 34) + _pad(row[2], 18) + row[3])
    print("\n  Stop with Ctrl-C.", flush=True)


def _accounts(var: Path) -> list[tuple[str, str, str, str]]:
    """The log-ins that seeding wrote down: role, e-mail, password, path."""
    file = var / "demo-accounts.json"
    if not file.exists():
        return []
    rows = json.loads(file.read_text(encoding="utf-8"))
    return [(row["role"], row["email"], row["password"], row["path"]) for row in rows]


def _pad(text: str, width: int) -> str:
    """Left-align in a terminal, where a Chinese character takes two cells."""
    cells = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(2, width - cells)
