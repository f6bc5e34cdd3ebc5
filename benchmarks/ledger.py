"""`go.py bench ledger`: two-leg postings beside django-hordak, a hand-written function and pgbench TPC-B.

All on one durable PostgreSQL server, a database each, in short slices by turns, with one client process and
with four. CPU per posting is that of the clients and of the server together. Then: the balance of an account
with a thousand legs and with a million, and what posting costs when the books have grown by that million.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import _peers
from benchmarks._balances import balances, grow
from benchmarks._measure import conclude, cpu_seconds, table
from benchmarks._servers import ROOT, Database, Yard, new_database, production_environment, run, yard
from tools import environment
from tools.console import step
from tools.servers import postgres

CLIENTS = 4
GOALS = {
    "cpu_vs_hordak_1": ("<=", 0.45),
    "cpu_vs_hordak_4": ("<=", 0.45),
    "postings_vs_hordak_4": (">=", 2.5),
    "postings_vs_function_4": (">=", 0.6),
    "balance_1m_vs_1k": ("<=", 1.2),
    "cpu_grown_vs_small": ("<=", 1.2),
}
_OURS, _HORDAK, _FUNCTION, _TPCB = "Ours", "django-hordak", "SQL function", "pgbench TPC-B"


@dataclass
class Poster:
    """A way to post: how its clients are started, and per number of clients what each slice gave."""

    name: str
    argv: Sequence[str]
    env: dict[str, str]
    cwd: Path = ROOT
    rates: dict[int, list[float]] = field(default_factory=dict)
    cpu_ms: dict[int, list[float]] = field(default_factory=dict)
    server_ms: dict[int, list[float]] = field(default_factory=dict)

    def note(self, count: int, done: int, seconds: float, client: float, server: float) -> None:
        """Keep a slice: postings, wall seconds, CPU seconds of clients and server."""
        self.rates.setdefault(count, []).append(done / seconds)
        self.cpu_ms.setdefault(count, []).append(1000 * (client + server) / done)
        self.server_ms.setdefault(count, []).append(1000 * server / done)


def main(argv: list[str]) -> int:
    """Run the comparison; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="go.py bench ledger", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds")
    parser.add_argument("--seconds", type=float, default=0.8, help="length of a slice")
    parser.add_argument("--legs", type=int, default=1_000_000, help="legs of the large account")
    options = parser.parse_args(argv)
    with yard() as place:
        server = new_database(place, "ledger")
        posters = _posters(place, server)
        small = _compare(posters, server, options.rounds, options.seconds)
        with step(f"Growing the books by {options.legs:,} legs on one account"):
            grow(server.url, options.legs)
            server.settle()
        again = [Poster(poster.name, poster.argv, poster.env) for poster in (posters[0], posters[2])]
        grown = _compare(again, server, options.rounds, options.seconds, run_name="grown")
        read = balances(posters[0].env, posters[1].argv, posters[1].env, legs=options.legs)
    return _tell(small, grown, read)


def _posters(place: Yard, server: Database) -> list[Poster]:
    """Databases with their tables and a thousand accounts each."""
    base, name = server.url.rsplit("/", 1)
    for other in ("hordak", "function", "tpcb"):
        run([str(postgres.programs() / "createdb"), *_where(server), other], environment.child_environment())
    ours = Poster(
        _OURS,
        [sys.executable, "-m", "benchmarks._posting"],
        production_environment(place.folder / "var", server),
    )
    parts = Database(f"{base}/hordak", server.pid).variables("PEER_PG")
    peers = str(ROOT / "benchmarks" / "peers")
    path = f"{peers}:{ROOT / 'benchmarks'}"
    settings = {"DJANGO_SETTINGS_MODULE": "hordak_books.settings", "PYTHONPATH": path}
    hordak_env = environment.child_environment(**settings, **parts)
    hordak = Poster(_HORDAK, [_peers.hordak_python(), "-m", "hordak_books.client"], hordak_env)
    function_env = environment.child_environment(
        PEER_URL=f"{base}/function".replace("postgres:", "postgresql:", 1), PYTHONPATH=path
    )
    function = Poster(_FUNCTION, [sys.executable, "-m", "posting_function.client"], function_env)
    with step("Preparing the books of all of them"):
        run([sys.executable, "manage.py", "migrate", "ledger", "--verbosity", "0"], ours.env)
        run([*ours.argv, "accounts", "0"], ours.env)
        run([*hordak.argv, "prepare", "0"], hordak.env)
        run([*function.argv, "prepare", "0"], function.env)
        run(
            [str(postgres.programs() / "pgbench"), *_where(server), "-i", "-q", "-s", "10", "tpcb"],
            environment.child_environment(),
        )
        for database in (name, "hordak", "function", "tpcb"):
            Database(f"{base}/{database}", server.pid).settle()
    pgbench = [str(postgres.programs() / "pgbench"), *_where(server), "-n", "-M", "prepared", "tpcb"]
    return [ours, hordak, function, Poster(_TPCB, pgbench, environment.child_environment())]


def _where(server: Database) -> list[str]:
    parts = server.variables("PG")
    return ["-h", parts["PG_HOST"], "-p", parts["PG_PORT"], "-U", parts["PG_USER"]]


@contextmanager
def _clients(poster: Poster, run_name: str) -> Iterator[list["subprocess.Popen[str]"]]:
    """The poster's client processes, ready and connected; ended afterwards."""
    with ExitStack() as stack:
        clients = []
        for number in range(CLIENTS if poster.name != _TPCB else 0):
            client = stack.enter_context(
                subprocess.Popen(
                    [*poster.argv, run_name, str(number)],
                    env=poster.env,
                    cwd=poster.cwd,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(client.stdin.close)
            clients.append(client)
        for client in clients:
            if client.stdout.readline().strip() != "ready":
                raise RuntimeError(f"A client of {poster.name} did not start.")
        yield clients


def _compare(
    posters: list[Poster], server: Database, rounds: int, seconds: float, *, run_name: str = "small"
) -> dict[str, Poster]:
    """Slices of all posters by turns, one client and four; the first slice of each is not counted."""
    with ExitStack() as stack:
        started = [(poster, stack.enter_context(_clients(poster, run_name))) for poster in posters]
        for turn in range(rounds + 1):
            for count in (1, CLIENTS):
                for poster, clients in started:
                    _slice(poster, clients[:count], server, count, seconds, counts=turn > 0)
    return {poster.name: poster for poster in posters}


def _slice(
    poster: Poster,
    clients: list["subprocess.Popen[str]"],
    server: Database,
    count: int,
    seconds: float,
    *,
    counts: bool,
) -> None:
    before = cpu_seconds([server.pid])
    answers = [_pgbench(poster, count, seconds)] if poster.name == _TPCB else _ask(clients, seconds)
    spent = cpu_seconds([server.pid]) - before
    if counts:
        done = sum(int(answer["done"]) for answer in answers)
        wall = max(answer["wall"] for answer in answers)
        poster.note(count, done, wall, sum(answer["cpu"] for answer in answers), spent)


def _ask(clients: list["subprocess.Popen[str]"], seconds: float) -> list[dict[str, float]]:
    for client in clients:
        client.stdin.write(f"{seconds}\n")
        client.stdin.flush()
    return [json.loads(client.stdout.readline()) for client in clients]


def _pgbench(poster: Poster, count: int, seconds: float) -> dict[str, float]:
    """One run of whole seconds; its own CPU counts as the client's."""
    before = _children_seconds()
    whole = max(1, round(seconds))
    said = run([*poster.argv, "-c", str(count), "-j", str(count), "-T", str(whole)], poster.env)
    done = next(line.split(":")[1] for line in said.splitlines() if "actually processed" in line)
    rate = next(line.split("=")[1].split()[0] for line in said.splitlines() if line.startswith("tps"))
    return {"done": float(done), "wall": float(done) / float(rate), "cpu": _children_seconds() - before}


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the ratios round by round."""
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def _tell(small: dict[str, Poster], grown: dict[str, Poster], read: dict[str, float]) -> int:
    rows = []
    for name, poster in [*small.items(), ("Ours, grown books", grown[_OURS])]:
        for count in (1, CLIENTS):
            median = statistics.median
            rows.append(
                (
                    name,
                    count,
                    median(poster.rates[count]),
                    median(poster.cpu_ms[count]),
                    median(poster.server_ms[count]),
                )
            )
    table(rows, ("postings of two legs", "clients", "per second", "CPU ms", "in the server"))
    ours, figures = small[_OURS], dict(read)
    for name, key in ((_HORDAK, "hordak"), (_FUNCTION, "function"), (_TPCB, "tpcb")):
        for count in (1, CLIENTS):
            figures[f"cpu_vs_{key}_{count}"] = _ratio(ours.cpu_ms[count], small[name].cpu_ms[count])
            figures[f"postings_vs_{key}_{count}"] = _ratio(ours.rates[count], small[name].rates[count])
    # Beside the function, whose books have not grown: the two were measured minutes apart.
    figures["cpu_grown_vs_small"] = (
        _ratio(grown[_OURS].cpu_ms[1], grown[_FUNCTION].cpu_ms[1]) / figures["cpu_vs_function_1"]
    )
    table(list(read.items()), ("balance of one account", "ms or ratio"))
    return conclude("ledger", figures, GOALS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
