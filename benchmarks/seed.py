"""`go.py bench seed`: demo listings per second, on SQLite and on PostgreSQL.

A listing comes with its variants, price ladder and pictures, and is written in bulk: rows straight into the
tables (`marketplace/demo/making/bulk.py`). The peer is Django's own `bulk_create` of like rows in the same
database, with the rows made beforehand; ours includes thinking the goods up. Goal: 5,000/s on either.
"""

import argparse
import json
import sys

from benchmarks import _servers
from benchmarks._measure import conclude, table
from benchmarks._servers import Database, Yard, run, yard
from tools.console import step

GOALS = {"best_per_second": (">=", 5_000.0)}


def main(argv: list[str]) -> int:
    """Measure both databases; 0 when the goal is met."""
    parser = argparse.ArgumentParser(prog="go.py bench seed", description=__doc__)
    parser.add_argument("--listings", type=int, default=200_000, help="how many (200,000)")
    options = parser.parse_args(argv)
    with yard() as place:
        sqlite = _measure(place, "SQLite", None, options.listings)
        postgres = _measure(place, "PostgreSQL", _servers.new_database(place, "postgresql"), options.listings)
    measured = {"SQLite": sqlite, "PostgreSQL": postgres}
    rows = [
        (f"{name}: {title}", round(rate["wall"]), round(rate["cpu"]))
        for name, rates in measured.items()
        for title, rate in (("ours", rates["ours"]), ("bulk_create", rates["models"]))
    ]
    table(rows, (f"{options.listings:,} listings", "per second", "per CPU second"))
    figures = {
        "best_per_second": max(rates["ours"]["wall"] for rates in measured.values()),
        **{f"{name.lower()}_per_second": rates["ours"]["wall"] for name, rates in measured.items()},
        **{
            f"{name.lower()}_vs_bulk_create": rates["ours"]["cpu"] / rates["models"]["cpu"]
            for name, rates in measured.items()
        },
    }
    return conclude("seed", figures, GOALS)


def _measure(place: Yard, name: str, database: Database | None, listings: int) -> dict[str, dict[str, float]]:
    var = place.folder / f"seed-{name}"
    env = _servers.production_environment(var, database)
    with step(f"{name}: {listings:,} listings"):
        run([sys.executable, "manage.py", "migrate", "-v0"], {**env, "DATABASE_TIMEOUTS": "0"})
        said = run([sys.executable, "-m", "benchmarks._seeding", str(listings)], env)
    rates: dict[str, dict[str, float]] = json.loads(said.strip().splitlines()[-1])
    return rates


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
