"""Two months of searches as the log would hold them, and searches the shown buyer keeps.

What companies ordered was, as often as not, opened from results a day or two before: so the reports lead
orders back to searches by the very code that will do so for real people.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from marketplace.accounts.models import User
from marketplace.catalog.models import Category, Listing
from marketplace.catalog.queries import on_sale
from marketplace.core import clock, outbox
from marketplace.orders.models import OrderLine
from marketplace.sourcing.models import Inquiry
from search.log.daily import add_up, bounds
from search.models import QueryDay, SavedSearch, SearchClick, SearchEvent, SeenPrice
from search.saved.actions import save_search
from search.saved.matching import match_changes
from search.saved.queries import address_of
from search.saved.telling import tell_due

from . import bulk, dice, people

DAYS = 60
SEARCHES_A_DAY = 24
_PER_PAGE = 8
# Asked for and not to be had: what the reports' lost searches are made of.
_LOST = (
    "加热袜子", "heated socks", "竹纤维连裤袜", "bamboo baby socks size 00", "指纹锁手套", "左手专用手套",
    "swimwear uv index label", "孕妇泳衣定制", "hat with solar fan", "鞋垫 3d 打印", "shoes size 52",
    "睫毛 素食认证", "magnetic lashes vegan", "书包 防弹", "bag with gps", "kids raincoat glow",
)  # fmt: skip
_KEPT = (("q=棉袜&quantity=1500", "at_once"), ("q=cotton+socks&quantity=300&ships=48", "daily"))


def make_searches(seed: int) -> int:
    """Fill the log and add its days up, once; how many searches there are."""
    if QueryDay.objects.exists():
        return 0
    goods = _goods()
    if not goods:
        return 0
    today = clock.today()
    log = _Log(seed, goods)
    for back in range(DAYS, -1, -1):
        log.live(today - timedelta(days=back), back)
    log.buy(today)
    with bulk.hurried():
        SearchEvent.objects.bulk_create(log.events, batch_size=500)
        SearchClick.objects.bulk_create(log.clicks, batch_size=500)
        for back in range(DAYS, -1, -1):
            add_up(today - timedelta(days=back))
    return len(log.events)


Goods = dict[tuple[str, str], list[tuple[int, str]]]


def _goods() -> Goods:
    """Ids and towns of the best selling listings by the two names of their category."""
    found: Goods = defaultdict(list)
    names = {c.pk: (c.name_zh, c.name_en) for c in Category.objects.all()}
    rows = on_sale().order_by("-sold_30d", "pk").values_list("pk", "category_id", "cluster__code")
    for key, category, town in rows[:4000]:
        if len(found[names[category]]) < _PER_PAGE * 2:
            found[names[category]].append((key, town))
    return dict(found)


class _Log:
    """Rows as they come about."""

    def __init__(self, seed: int, goods: Goods) -> None:
        self.seed, self.goods = seed, goods
        self.kinds = sorted(goods, key=lambda kind: (-len(goods[kind]), kind))
        self.weights = [1 / (place + 2) for place in range(len(self.kinds))]
        self.events: list[SearchEvent] = []
        self.clicks: list[SearchClick] = []

    def live(self, day: date, back: int) -> None:
        """One day: more on weekdays, more each week."""
        rng = dice.die(self.seed, "searches", back)
        weekday = 1.0 if day.weekday() < 5 else 0.6
        number = round(SEARCHES_A_DAY * weekday * (1 + 0.006 * (DAYS - back)) * rng.uniform(0.85, 1.15))
        visitors = [f"{rng.getrandbits(64):016x}" for _ in range(max(1, number * 2 // 3))]
        start, end = bounds(day)
        last = min(end, clock.now())
        for _ in range(number):
            at = start + (last - start) * rng.triangular(0.1, 0.98, 0.6)
            self.search(rng, rng.choice(visitors), at)

    def search(self, rng: Random, visitor: str, at: datetime) -> None:
        """One search by somebody, with what they open."""
        if rng.random() < 0.09:
            self.note(rng, visitor, at, rng.choice(_LOST), [], "")
            return
        kind = rng.choices(self.kinds, self.weights)[0]
        chinese = rng.random() < 0.7
        found = self.goods[kind]
        town = rng.choice(found)[1] if rng.random() < 0.4 else ""
        shown = [key for key, where in found if not town or where == town][:_PER_PAGE]
        words = kind[0] if chinese else kind[1].lower()
        event = self.note(rng, visitor, at, words, shown, town, chinese=chinese)
        place = 1 + int(rng.expovariate(0.28))
        if rng.random() < 0.52 and place <= len(shown):
            self.click(event, shown[place - 1], place, at + timedelta(seconds=rng.randint(4, 90)))

    def note(
        self, rng: Random, visitor: str, at: datetime, q: str, shown: list[int], town: str,
        *, chinese: bool = True, company: int | None = None,
    ) -> SearchEvent:  # fmt: skip
        """A results page."""
        event = SearchEvent(
            query_id=dice.public_id(self.seed, "search", len(self.events)),
            visitor=visitor,
            at=at,
            day=clock.business_date(at),
            q=q.casefold(),
            locale="zh-hans" if chinese else "en",
            portal=town,
            quantity=rng.choice((None, 100, 300, 1000, 3000)),
            engine="embedded",
            took_ms=round(rng.lognormvariate(2.2, 0.5)),
            total=len(shown) if len(shown) < _PER_PAGE else rng.randint(_PER_PAGE, 300),
            shown=shown,
            company_id=company,
        )
        self.events.append(event)
        return event

    def click(self, event: SearchEvent, listing: int, place: int, at: datetime) -> None:
        """Something opened from it."""
        self.clicks.append(
            SearchClick(
                query_id=event.query_id,
                visitor=event.visitor,
                listing_id=listing,
                position=place,
                at=at,
                day=clock.business_date(at),
                company_id=event.company_id,
            )
        )

    def buy(self, today: date) -> None:
        """About half of what was ordered or asked about was found by searching, a day or two before."""
        since = bounds(today - timedelta(days=DAYS))[0]
        lines = OrderLine.objects.filter(order__created_at__gte=since).order_by("pk")
        asked = Inquiry.objects.filter(created_at__gte=since, listing__isnull=False).order_by("pk")
        names = ("listing__category__name_zh", "listing__category__name_en")
        rows = [
            *lines.values_list("listing_id", "order__buyer_id", "order__created_at", *names),
            *asked.values_list("listing_id", "buyer_id", "created_at", *names),
        ]
        done: set[tuple[int, int]] = set()
        for number, (listing, buyer, ordered, zh, en) in enumerate(rows):
            rng = dice.die(self.seed, "found", number)
            if (listing, buyer) in done or rng.random() < 0.5:
                continue
            done.add((listing, buyer))
            at = ordered - timedelta(hours=rng.randint(1, 50))
            others = [key for key, _town in self.goods.get((zh, en), ()) if key != listing][: _PER_PAGE - 1]
            place = min(len(others) + 1, 1 + int(rng.expovariate(0.35)))
            shown = [*others[: place - 1], listing, *others[place - 1 :]]
            visitor = f"{rng.getrandbits(64):016x}"
            words = zh if rng.random() < 0.7 else en
            event = self.note(rng, visitor, at, words, shown, "", chinese=words == zh, company=buyer)
            self.click(event, listing, place, at + timedelta(minutes=1))


def keep_searches() -> int:
    """Searches the shown buyer keeps, one of which has just found a lower price. Returns how many."""
    user = User.objects.get(email=f"buyer@{people.MAIL}")
    if SavedSearch.objects.filter(user=user).exists():
        return 0
    for query, frequency in _KEPT:
        save_search(acting_user=user, address=address_of(query, None), portal=None, frequency=frequency)
    seen = SeenPrice.objects.filter(saved__user=user, price__isnull=False).order_by("pk").first()
    if seen is not None and seen.price is not None:
        SeenPrice.objects.filter(pk=seen.pk).update(price=seen.price * 11 // 10)
        tell_due(match_changes(Listing.objects.filter(pk=seen.listing_id).values_list("pk", flat=True)))
        outbox.drain()
    return len(_KEPT)
