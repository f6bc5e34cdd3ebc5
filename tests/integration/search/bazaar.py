"""A market of shoes with every kind of fact, and the plain rules that say what a question must find in it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from itertools import product

from marketplace.core.geometry import metres_between
from search.backends.constraints import band_value
from search.backends.interface import (
    MOST_PIECES,
    MOST_VALUES,
    Band,
    Facet,
    FacetCount,
    Filters,
    SearchRequest,
    Sort,
)
from search.documents import ListingDocument, slots_of

from .corpus import document

TOWNS = {
    "wenzhou-shoes": (2800000, 12070000),
    "putian-shoes": (2544000, 11901000),
    "gaobeidian": (3932000, 11587000),
    "chengdu-shoes": (3057000, 10406000),
}
WORDS = ("boots", "sandals", "sneakers")
COLOURS = ("black", "white", "red", "navy blue")
SIZES = ("36", "38", "40", "42", "42.5")
MATERIALS = ("cow leather", "suede", "canvas", "pu (synthetic)")
SOLES = ("rubber", "eva", "tpr")
NOW = 1_760_000_000
DAY = 86_400
BANDS = (Band(0, 999), Band(1000, 2999), Band(3000, 6999), Band(7000, None))
MINE = ("in", "s2")
FESTIVALS = (("zhejiang", ("wenzhou-shoes",)), ("all", None), ("none", ()))
NEAR = (28.0, 120.0)


def _ladder(rng: random.Random, moq: int) -> tuple[tuple[int, int], ...]:
    price = rng.choice((450, 999, 1000, 2990, 3000, 6900, 12_000))
    steps = [(moq, price)]
    for _step in range(rng.randint(0, 6)):
        price = price * 9 // 10
        steps.append((steps[-1][0] * rng.choice((2, 3, 10)), price))
    return tuple(steps)


def _variants(rng: random.Random) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Some of the combinations: black and 42 may both be there, and not together."""
    cells = list(product(rng.sample(COLOURS, rng.randint(1, 3)), rng.sample(SIZES, rng.randint(1, 4))))
    kept = rng.sample(cells, rng.randint(1, len(cells)))
    if rng.random() < 0.1:
        return tuple((("size", size),) for _colour, size in kept)
    return tuple((("color", colour), ("size", size)) for colour, size in kept)


def make(number: int) -> ListingDocument:
    """One listing, the same at every run."""
    rng = random.Random(number)
    town = rng.choice(list(TOWNS))
    lat, lng = TOWNS[town]
    supplier = rng.randint(1, 6)
    sampled = rng.random() < 0.8
    moq = rng.choice((1, 5, 10, 50, 120, 300))
    attributes = [("material", rng.choice(MATERIALS)), ("sole", rng.choice(SOLES))]
    attributes += [
        ("merit", merit) for merit in rng.sample(("light", "warm", "waterproof"), rng.randint(0, 2))
    ]
    attributes += [("lot_no", f"{number % 40}")] if number % 3 else []
    gate = rng.choice((("all",), ("all",), ("all",), ("in",), (f"s{supplier}",), (f"s{supplier}", "c9")))
    words = (rng.choice(WORDS), *(["winter"] if number % 4 == 0 else []))
    return document(
        number,
        "",
        " ".join(words),
        cluster=town,
        categories=("shoes", rng.choice(("men", "women"))),
        currency=rng.choice(("CNY",) * 9 + ("USD",)),
        moq=moq,
        ship_hours=rng.choice((24, 48, 72, 240)),
        ladder=() if number % 17 == 0 else _ladder(rng, moq),
        published_at=NOW - rng.choice((0, 6, 7, 8, 29, 30, 31, 400)) * DAY,
        sold=rng.choice((0, 0, 3, 50, 900)),
        rank=rng.choice((1.0, 1.4, 2.0)),
        features=tuple(rng.sample(("certified", "sample", "dropship", "custom"), rng.randint(0, 3))),
        attributes=tuple(attributes),
        variants=_variants(rng),
        supplier_id=supplier,
        gates=gate,
        lead=rng.choice((1, 3, 7, 8, 15, 40)),
        on_time=rng.choice((8999, 9000, 9500, 9900)) if sampled else None,
        response=rng.choice((5, 20, 21, 80, 240)) if sampled else None,
        repeat=rng.choice((1000, 2000, 4000)) if sampled else None,
        repurchase=rng.choice((0, 0, 1500, 3000)),
        place=(lat + rng.randint(0, 3) * 1000, lng) if number % 13 else None,
    )


GOODS = [make(number) for number in range(201, 291)]
BY_ID = {d.listing_id: d for d in GOODS}


# What must be found


def price_of(d: ListingDocument, request: SearchRequest) -> int | None:
    """Unit price at the quantity, if this reader has one."""
    if d.currency != request.currency or not {"all", *request.price_access} & set(d.gates):
        return None
    quantity = min(request.quantity, MOST_PIECES)
    slots = slots_of(d.ladder)
    return next((price for start, until, price in slots if start <= quantity < until), None)


def _within(d: ListingDocument, request: SearchRequest, kilometres: int) -> bool:
    if d.place is None or request.near is None:
        return False
    return metres_between(request.near, (d.place[0] / 1e5, d.place[1] / 1e5)) <= kilometres * 1000


def _in_band(price: int | None, band: Band) -> bool:
    return price is not None and (band.low or 0) <= price and (band.high is None or price <= band.high)


def _has_attributes(d: ListingDocument, request: SearchRequest) -> bool:
    chosen = dict(request.filters.attributes)
    options = {name: chosen.pop(name) for name in ("color", "size") if name in chosen}
    if any(not any((name, v) in d.attributes for v in values) for name, values in chosen.items()):
        return False
    wanted = options.items()
    return not options or any(
        all(dict(variant).get(name) in values for name, values in wanted) for variant in d.variants
    )


def _festival(d: ListingDocument, request: SearchRequest, key: str) -> bool:
    codes = dict(request.festivals).get(key, ())
    return codes is None or d.cluster in codes


def tests(request: SearchRequest) -> Iterable[Callable[[ListingDocument], bool]]:
    """Every rule of a request, one by one."""
    f = request.filters
    yield lambda d: all(word in d.title_en.split() for word in request.q.split())
    yield lambda d: request.portal in (None, d.cluster)
    yield lambda d: not f.clusters or d.cluster in f.clusters
    yield lambda d: not f.categories or bool(set(f.categories) & set(d.categories))
    yield lambda d: set(f.features) <= set(d.features)
    yield lambda d: f.moq is None or d.moq <= f.moq
    yield lambda d: f.ships_hours is None or d.ship_hours <= f.ships_hours
    yield lambda d: f.lead is None or d.lead <= f.lead
    yield lambda d: f.new is None or d.published_at >= request.now - f.new * DAY
    yield lambda d: f.on_time is None or (d.on_time is not None and d.on_time >= f.on_time)
    yield lambda d: f.repeat is None or (d.repeat is not None and d.repeat >= f.repeat)
    yield lambda d: f.response is None or (d.response is not None and d.response <= f.response)
    yield lambda d: f.price is None or _in_band(price_of(d, request), f.price)
    yield lambda d: not f.suppliers or d.supplier_id in f.suppliers
    yield lambda d: d.listing_id not in f.exclude
    yield lambda d: not f.festivals or any(_festival(d, request, key) for key in f.festivals)
    yield lambda d: f.within is None or _within(d, request, f.within)
    yield lambda d: _has_attributes(d, request)
    yield (
        lambda d: (
            f.box is None
            or (
                d.place is not None
                and round(f.box.south * 1e5) <= d.place[0] <= round(f.box.north * 1e5)
                and round(f.box.west * 1e5) <= d.place[1] <= round(f.box.east * 1e5)
            )
        )
    )


def found_by(request: SearchRequest) -> set[int]:
    """The ids a request must find."""
    rules = list(tests(request))
    return {d.listing_id for d in GOODS if all(rule(d) for rule in rules)}


def _sort_key(request: SearchRequest, d: ListingDocument) -> tuple[float, int]:
    key = d.listing_id
    if request.sort is Sort.PRICE:
        price = price_of(d, request)
        return (float("inf") if price is None else price, key)
    if request.sort is Sort.DISTANCE and request.near:
        if d.place is None:
            return (float("inf"), key)
        return (metres_between(request.near, (d.place[0] / 1e5, d.place[1] / 1e5)), key)
    keys = {
        Sort.NEWEST: -d.published_at,
        Sort.SALES: -d.sold,
        Sort.REPURCHASE: -d.repurchase,
        Sort.LEAD_TIME: d.ship_hours,
    }
    return (keys.get(request.sort, -d.rank), key)


def in_order(request: SearchRequest) -> list[int]:
    """The ids in the order a request must have them; of words only where its sort is by a fact."""
    return sorted(found_by(request), key=lambda key: _sort_key(request, BY_ID[key]))


def choose(request: SearchRequest, facet: Facet, value: str) -> SearchRequest:
    """The request with a value of a facet chosen, as its count promises."""
    singles = {
        Facet.MOQ: "moq", Facet.SHIPS: "ships_hours", Facet.LEAD: "lead", Facet.NEW: "new",
        Facet.ON_TIME: "on_time", Facet.RESPONSE: "response", Facet.REPEAT: "repeat",
        Facet.DISTANCE: "within",
    }  # fmt: skip
    change: dict[str, object]
    if facet in singles:
        change = {singles[facet]: int(value)}
    elif facet is Facet.PRICE:
        change = {"price": next(band for band in request.price_bands if band_value(band) == value)}
    elif facet is Facet.FEATURE:
        change = {"features": tuple(dict.fromkeys((*request.filters.features, value)))}
    else:
        names = {Facet.CLUSTER: "clusters", Facet.CATEGORY: "categories", Facet.FESTIVAL: "festivals"}
        change = {names[facet]: (value,)}
    return with_filters(request, **change)


def with_filters(request: SearchRequest, **changes: object) -> SearchRequest:
    """The request with filters changed, asking for no counts."""
    kept = {name: getattr(request.filters, name) for name in Filters.__slots__}
    filters = Filters(**{**kept, **changes})
    return request.but(filters=filters, facets=(), attributes=0, points=None)


def choose_attribute(request: SearchRequest, name: str, value: str) -> SearchRequest:
    """The request with a value instead of those of its name."""
    rest = tuple(pair for pair in request.filters.attributes if pair[0] != name)
    return with_filters(request, attributes=(*rest, (name, (value,))))


def counts_of(request: SearchRequest) -> dict[Facet, tuple[FacetCount, ...]]:
    """The counts a request must bring."""
    lists = {
        Facet.MOQ: request.moq_steps, Facet.SHIPS: request.ships_steps, Facet.LEAD: request.lead_steps,
        Facet.NEW: request.new_steps, Facet.ON_TIME: request.on_time_steps,
        Facet.RESPONSE: request.response_steps, Facet.REPEAT: request.repeat_steps,
        Facet.DISTANCE: request.distance_steps if request.near else (),
        Facet.FESTIVAL: [key for key, _codes in request.festivals],
        Facet.PRICE: [band_value(band) for band in request.price_bands],
    }  # fmt: skip
    terms: dict[Facet, Callable[[ListingDocument], Iterable[str]]] = {
        Facet.CLUSTER: lambda d: (d.cluster,),
        Facet.CATEGORY: lambda d: d.categories,
        Facet.FEATURE: lambda d: d.features,
    }
    wanted: dict[Facet, tuple[FacetCount, ...]] = {}
    for facet in request.facets:
        values = lists.get(facet)
        if values is None:
            every = {value for d in GOODS for value in terms[facet](d)}
            counts = [FacetCount(v, len(found_by(choose(request, facet, v)))) for v in every]
            wanted[facet] = tuple(sorted((c for c in counts if c.count), key=lambda c: (-c.count, c.value)))
        else:
            wanted[facet] = tuple(
                FacetCount(str(v), len(found_by(choose(request, facet, str(v))))) for v in values
            )
    return wanted


def attributes_of(request: SearchRequest) -> dict[str, tuple[FacetCount, ...]]:
    """The attributes a request must bring: names by coverage, values by count."""
    here = [BY_ID[key] for key in found_by(request)]
    covered: dict[str, int] = {}
    for d in here:
        for name in {name for name, _value in d.pairs}:
            covered[name] = covered.get(name, 0) + 1
    names = sorted(covered, key=lambda name: (-covered[name], name))[: request.attributes]
    chosen = dict(request.filters.attributes)
    wanted: dict[str, tuple[FacetCount, ...]] = {}
    for name in dict.fromkeys((*names, *chosen)):
        every = {value for d in GOODS for n, value in d.pairs if n == name}
        counts = [FacetCount(v, len(found_by(choose_attribute(request, name, v)))) for v in every]
        counts = sorted((c for c in counts if c.count), key=lambda c: (-c.count, c.value))
        kept = [c for place, c in enumerate(counts) if place < MOST_VALUES or c.value in chosen.get(name, ())]
        known = {c.value for c in kept}
        kept += [FacetCount(v, 0) for v in chosen.get(name, ()) if v not in known]
        if kept:
            wanted[name] = tuple(kept)
    return wanted
