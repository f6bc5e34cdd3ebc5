"""`go.py bench checkout`: what an order of ten lines costs beside Oscar's, in CPU and in queries.

Ours: the grids of three suppliers' listings go into the basket, which is shown after each as in a browser;
then the checkout page, its form, the receipt: three orders on account. Oscar's: ten products go into the
basket, of which it takes one at a time, and its redirects after them are not followed; then the basket, an
address, the method, the payment, the preview, the order, the thanks: one order. Both over real HTTP with
sessions, CSRF tokens and a PostgreSQL server each, order by order in turn.
"""

import argparse
import json
import re
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import _peers
from benchmarks._browser import Browser
from benchmarks._measure import conclude, cpu_seconds, table
from benchmarks._servers import ROOT, Database, Site, prepare_ours, run, serve_ours, yard
from tools import environment
from tools.servers import postgres

GOALS = {
    "vs_oscar": (">=", 2.4),
    "queries": ("<=", 60),
    "queries_more_lines": ("<=", 0),
}
LINES = (4, 3, 3)
BUYERS = 2
# Statements that only delimit a transaction; savepoints count.
_CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")
_STATEMENT = re.compile(r"LOG:  (?:statement|execute [^:]+):\s*(\S+)")


@dataclass
class Flow:
    """A way to an order on one site: `order(step)` goes it once, telling `step` the name of each step."""

    name: str
    site: Site
    order: Callable[[Callable[[str], None]], None]
    cpu_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)

    def round(self, orders: int) -> None:
        """Place so many orders and note CPU per order, database included."""
        database = [self.site.database.pid] if self.site.database else []
        before, before_database = cpu_seconds([self.site.pid]), cpu_seconds(database)
        for _ in range(orders):
            self.order(lambda _step: None)
        spent = cpu_seconds([self.site.pid]) - before
        spent_database = cpu_seconds(database) - before_database
        self.cpu_ms.append(1000 * (spent + spent_database) / orders)
        self.database_ms.append(1000 * spent_database / orders)


def main(argv: list[str]) -> int:
    """Run the comparison; returns 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="go.py bench checkout", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds")
    parser.add_argument("--orders", type=int, default=4, help="orders of each site in a round")
    options = parser.parse_args(argv)
    with yard() as place:
        env, database = prepare_ours(place)
        trade = json.loads(_in_ours(env, "_trade", str(BUYERS), str(len(LINES))))
        if database:
            database.settle()
        site = serve_ours(place, env, database)
        ours = Flow("Ours: 3 suppliers, 10 lines", site, _our_way(site, trade, LINES))
        shop = _peers.oscar(place)
        oscar = Flow("Oscar: 10 lines", shop, _oscars_way(shop, 10))
        flows = [ours, oscar]
        for flow in flows:
            flow.round(4)
            flow.cpu_ms.clear()
            flow.database_ms.clear()
        for _ in range(options.rounds):
            for flow in flows:
                flow.round(options.orders)
        counted = {flow.name: _count(flow, place.folder) for flow in flows}
        few = Flow("Ours: 3 suppliers, 3 lines", site, _our_way(site, trade, (1, 1, 1)))
        counted[few.name] = _count(few, place.folder)
        afterwards = _afterwards(env, site, options)
    return _tell(ours, oscar, few, counted, afterwards)


def _in_ours(env: dict[str, str], module: str, *arguments: str) -> str:
    return run([sys.executable, "-m", f"benchmarks.{module}", *arguments], env).splitlines()[-1]


def _our_way(site: Site, trade: Any, lines: tuple[int, ...]) -> Callable[[Callable[[str], None]], None]:
    """A buyer of ours, signed in: listings' grids into the basket, checkout on account, receipt."""
    browser = Browser(site.port)
    browser.get("/en/account/login/")
    browser.post("/en/account/login/", {"login": trade["buyers"][0], "password": trade["password"]})
    wanted = [
        {"listing": good["listing"], **{f"q_{v}": n for v, n in list(good["quantities"].items())[:count]}}
        for good, count in zip(trade["goods"], lines, strict=True)
    ]

    def order(step: Callable[[str], None]) -> None:
        for grid in wanted:
            step("add")
            added = browser.post("/en/basket/add/", grid)
            step("basket")
            browser.follow(added)
        step("checkout")
        page = browser.get("/en/checkout/")
        form = {name: page.field(name) for name in ("cart", "version", "key", "expected_total")}
        form |= {"payment": "net-60", "note": "", "ship_name": "Li Hua", "ship_phone": "+86 571 1"}
        step("place")
        placed = browser.post("/en/checkout/", {**form, "ship_address": "1 Market Road, Hangzhou"})
        step("receipt")
        receipt = browser.follow(placed)
        if receipt.text.count("/en/orders/") < len(wanted):
            raise RuntimeError(f"No receipt of our order: {receipt.text[:500]}")

    return order


def _oscars_way(site: Site, lines: int) -> Callable[[Callable[[str], None]], None]:
    """A customer of Oscar's, signed in: its own checkout, step by step."""
    browser = Browser(site.port)
    browser.get("/accounts/login/")
    who = {"login-username": "buyer@peer.test", "login-password": "benchmark", "login_submit": "Log In"}
    browser.follow(browser.post("/accounts/login/", who))
    address = {"first_name": "Li", "last_name": "Hua", "line1": "1 Market Road", "line4": "London",
               "postcode": "N1 9GU", "country": "GB", "phone_number": "", "notes": ""}  # fmt: skip
    turn = iter(range(1, 10**9))

    def order(step: Callable[[str], None]) -> None:
        start = next(turn) * lines
        for number in range(lines):
            step("add")
            browser.post(f"/basket/add/{1 + (start + number) % 9_000}/", {"quantity": "12"})
        step("basket")
        browser.get("/basket/")
        step("address")
        page = browser.follow(browser.get("/checkout/"))
        step("ship to")
        known = re.search(r'name="address_id" value="(\d+)"', page.text)
        chosen = {"action": "ship_to", "address_id": known[1]} if known else address
        shipped = browser.post("/checkout/shipping-address/", chosen)
        step("method and payment")
        browser.follow(shipped)
        step("preview")
        browser.get("/checkout/preview/")
        step("place")
        placed = browser.post("/checkout/preview/", {"action": "place_order"})
        step("thanks")
        thanks = browser.follow(placed)
        if "order number is" not in thanks.text.lower() and "Thanks" not in thanks.text:
            raise RuntimeError(f"No thanks for Oscar's order: {thanks.text[:2000]}")

    return order


@dataclass
class Counted:
    """Statements of one order as the server saw them: by step, and apart from them BEGIN and COMMIT."""

    steps: dict[str, int]
    control: int

    @property
    def queries(self) -> int:
        return sum(self.steps.values())


def _count(flow: Flow, folder: Any) -> Counted:
    """One order with the server writing down every statement it is sent."""
    database = flow.site.database
    if database is None:
        raise RuntimeError("Queries are counted at a PostgreSQL server.")
    log = folder / ("ours" if flow.site.name.startswith("ours") else flow.site.name) / "postgres.log"
    _say(database, "all")
    flow.order(lambda _step: None)  # every back end has read the setting by its end
    names: list[str] = []
    marks: list[int] = []

    def step(name: str) -> None:
        names.append(name)
        marks.append(log.stat().st_size)

    flow.order(step)
    text = log.read_bytes()
    _say(database, "none")
    steps: dict[str, int] = {}
    control = 0
    for name, start, end in zip(names, marks, [*marks[1:], len(text)], strict=True):
        words = _STATEMENT.findall(text[start:end].decode("utf-8", "replace"))
        inside = sum(word.upper().rstrip(";") in _CONTROL for word in words)
        control += inside
        steps[name] = steps.get(name, 0) + len(words) - inside
    return Counted(steps, control)


def _say(database: Database, what: str) -> None:
    """Set what the server writes down of the statements it is sent."""
    parts = database.variables("PG")
    place = ["-h", parts["PG_HOST"], "-p", parts["PG_PORT"], "-U", parts["PG_USER"], "-d", parts["PG_NAME"]]
    tell = [f"-calter system set log_statement = '{what}'", "-cselect pg_reload_conf()"]
    run([str(postgres.programs() / "psql"), "-q", *place, *tell], environment.child_environment(), ROOT)


def _afterwards(env: dict[str, str], site: Site, options: argparse.Namespace) -> float:
    """CPU ms per order of what our worker does with its events: notices and mails."""
    database = [site.database.pid] if site.database else []
    before = cpu_seconds(database)
    told = json.loads(_in_ours(env, "_drain"))
    return float((1000 * (cpu_seconds(database) - before) + told["cpu_ms"]) / told["orders"])


def _tell(ours: Flow, oscar: Flow, few: Flow, counted: dict[str, Counted], afterwards: float) -> int:
    rows = [
        (
            flow.name,
            statistics.median(flow.cpu_ms) if flow.cpu_ms else "",
            statistics.median(flow.database_ms) if flow.cpu_ms else "",
            counted[flow.name].queries,
            counted[flow.name].control,
        )
        for flow in (ours, oscar, few)
    ]
    table(rows, ("order", "CPU ms", "in database", "queries", "BEGIN, COMMIT"))
    for flow in (ours, oscar):
        steps = ", ".join(f"{name} {count}" for name, count in counted[flow.name].steps.items())
        print(f"{flow.name}, queries by step: {steps}")
    print(f"Afterwards, in our worker, per order: {afterwards:.1f} CPU ms for notices and mails")
    pairs = list(zip(oscar.cpu_ms, ours.cpu_ms, strict=True))
    figures = {
        "vs_oscar": statistics.median(theirs / mine for theirs, mine in pairs),
        "vs_oscar_with_worker": statistics.median(theirs / (mine + afterwards) for theirs, mine in pairs),
        "order_ms": statistics.median(ours.cpu_ms),
        "oscar_order_ms": statistics.median(oscar.cpu_ms),
        "worker_ms": afterwards,
        "queries": float(counted[ours.name].queries),
        "oscar_queries": float(counted[oscar.name].queries),
        "queries_more_lines": float(counted[ours.name].queries - counted[few.name].queries),
    }
    return conclude("checkout", figures, GOALS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
