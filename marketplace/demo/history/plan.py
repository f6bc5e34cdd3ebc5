"""Who buys what when, who ships slowly, who pays late: drawn from the seed, without the database."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from marketplace.demo.data import buyers
from marketplace.demo.data.schema import Buyer
from marketplace.demo.making import dice, goods


@dataclass(frozen=True, slots=True)
class Scale:
    """How long the months are and how much happens in them."""

    days: int = 183
    checkouts: int = 195
    questions: int = 45


# The shown log-ins should find their desks and finance pages full.
SHOWN_BUYER, EXPORT_BUYER, SHOWN_MAKER = 0, 3, 0
_HABITS = ("early", "early", *("punctual",) * 7, "slow", "slow", "late")
_LIMITS = {
    "shop": (2_000_000, 6_000_000),
    "livestream": (4_000_000, 12_000_000),
    "group_leader": (3_000_000, 8_000_000),
    "cross_border": (10_000_000, 30_000_000),
    "wholesale": (10_000_000, 25_000_000),
}


@dataclass(frozen=True, slots=True)
class Want:
    """A planned line: the n-th listing of a maker, in so many variants, so many times the minimum."""

    maker: int
    listing: int
    variants: int
    times: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """A planned checkout: day and minute from the start, who, what, on which term, within which portal."""

    number: int
    day: int
    minute: int
    buyer: int
    wants: tuple[Want, ...]
    term: str
    portal: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """How an order goes on once placed. Hours and days count from the step before."""

    answer: str
    answer_hours: int
    ship_days: int
    in_parts: bool
    carrier: str
    receipt_days: int | None


def habit_of(seed: int, buyer: int) -> str:
    """How a buyer pays: early, punctual, slow or late. The shown buyer is a good one with one slip."""
    if buyer in (SHOWN_BUYER, EXPORT_BUYER):
        return "punctual"
    return dice.die(seed, "habit", buyer).choice(_HABITS)


def limit_of(seed: int, buyer: int) -> int:
    """A credit limit that fits the business, in fen; the shown buyer's is 100,000 yuan."""
    if buyer == SHOWN_BUYER:
        return 10_000_000
    low, high = _LIMITS[buyers()[buyer].kind]
    return round(dice.die(seed, "limit", buyer).randint(low, high), -5)


def pay_delay(rng: Random, habit: str) -> int | None:
    """Days from the due date to the payment; None: not yet paid, however long ago."""
    if habit == "early":
        return -rng.randint(3, 18)
    if habit == "punctual":
        return -rng.randint(0, 3)
    if habit == "slow":
        return rng.randint(1, 12)
    return None if rng.random() < 0.25 else rng.randint(12, 35)


def purchases(seed: int, scale: Scale) -> list[Purchase]:
    """All checkouts in order of time. Trade grows a little over the months, and sleeps on Sundays."""
    rng, rows = dice.die(seed, "purchases"), []
    for number in range(scale.checkouts):
        day = min(scale.days - 1, int(scale.days * rng.random() ** 0.85))
        rows.append(_purchase(rng, number, day, _who(rng, number)))
    # The last days of the shown people, so that there is something to accept, to ship and to await.
    for number, day in enumerate((0, 1, 1, 2, 3, 5, 8), start=scale.checkouts):
        rows.append(_purchase(rng, number, max(0, scale.days - 1 - day), SHOWN_BUYER, maker=SHOWN_MAKER))
    return sorted(rows, key=lambda row: (row.day, row.minute, row.number))


def _who(rng: Random, number: int) -> int:
    if number % 12 == 0:
        return SHOWN_BUYER
    if number % 25 == 7:
        return EXPORT_BUYER
    return rng.randrange(len(buyers()))


def _purchase(rng: Random, number: int, day: int, buyer: int, maker: int | None = None) -> Purchase:
    shop = buyers()[buyer]
    chosen = [maker] if maker is not None else _makers(rng, shop)
    wants = tuple(
        Want(one, rng.randrange(8), rng.randint(1, 3), rng.choice((1, 1, 2, 2, 3, 5)))
        for one in chosen
        for _ in range(rng.choice((1, 1, 2)))
    )
    portal = goods.makers()[chosen[0]].trade.code if rng.random() < 0.6 else ""
    return Purchase(
        number, day, rng.randint(60, 780), buyer, wants, rng.choice(("net-30", "net-60", "net-60")), portal
    )


def _makers(rng: Random, shop: Buyer) -> list[int]:
    """One to three works of the trades a shop deals in; the shown factory is a favourite in its own."""
    trade = rng.choice(shop.trades)
    those = [maker.number for maker in goods.makers() if maker.trade.code == trade]
    if SHOWN_MAKER in those and rng.random() < 0.35:
        return [SHOWN_MAKER]
    return rng.sample(those, k=min(len(those), rng.choice((1, 1, 1, 2, 3))))


def conduct(seed: int, key: str, lead_days: int, *, fresh: bool) -> Conduct:
    """How the order of this key goes on; a fresh one still waits for its answer."""
    rng = dice.die(seed, "conduct", key)
    answer = "wait" if fresh else rng.choices(("accept", "refuse", "cancel"), (95, 3, 2))[0]
    return Conduct(
        answer=answer,
        answer_hours=rng.randint(1, 20),
        ship_days=max(1, lead_days + rng.choice((-1, 0, 0, 0, 1, 3))),
        in_parts=rng.random() < 0.25,
        carrier=rng.choice(("SF Express", "ZTO", "YTO", "Deppon", "STO")),
        receipt_days=rng.randint(2, 5) if rng.random() < 0.92 else None,
    )
