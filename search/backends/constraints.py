"""Filters, facets and orders as plan nodes: the part of a question both engines share beside its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.documents import ListingDocument
from search.keywords import OPTIONS, PRICE_EDGES, bands_within, combined, span_pattern, token
from search.plan import (
    Best,
    Even,
    Everything,
    Fits,
    In,
    Near,
    Node,
    Nothing,
    Range,
    Some,
    Term,
    TextPlan,
    Without,
    both,
    price_between,
    slot_field,
)
from search.texts import texts_of

from .interface import Band, Chosen, Facet, Filters, SearchRequest, Sort

OPEN_GATE = "all"


def base_of(request: SearchRequest) -> Node:
    """What holds for hits and all counts alike: the portal, and what no facet shows."""
    nodes: list[Node] = []
    if request.portal is not None:
        nodes.append(In("cluster", (request.portal,)))
    if request.filters.suppliers:
        nodes.append(In("supplier", tuple(str(s) for s in request.filters.suppliers)))
    if request.filters.only is not None:
        nodes.append(In("id", request.filters.only) if request.filters.only else Nothing())
    box = request.filters.box
    if box is not None:
        nodes.append(Range("lat", round(box.south * 100_000), round(box.north * 100_000)))
        nodes.append(Range("lng", round(box.west * 100_000), round(box.east * 100_000)))
    return both(nodes)


# Prices


def priced_node(request: SearchRequest) -> Node:
    """Listings that have a price for this reader: in their currency, behind no gate that is shut to them."""
    gates = tuple(dict.fromkeys((OPEN_GATE, *request.price_access)))
    return both((In("currency", (request.currency,)), In("gate", gates)))


def priced_by_key(request: SearchRequest) -> Node | None:
    """Those of `priced_node` that are not open to all; None where the reader has no key to any."""
    keys = tuple(gate for gate in request.price_access if gate != OPEN_GATE)
    if not keys:
        return None
    return both((In("currency", (request.currency,)), In("gate", keys), Without(In("gate", (OPEN_GATE,)))))


def has_price(request: SearchRequest) -> Node:
    """As `priced_node`, and a ladder there is."""
    return both((priced_node(request), Range(slot_field("price", 0))))


def are_spanned(bands: Iterable[Band]) -> bool:
    """Whether these bands begin and end where those of spans do (`search.keywords.span_tokens`)."""
    limits = {None, *PRICE_EDGES}
    return all(b.low in limits and (b.high is None or b.high + 1 in limits) for b in bands)


def spanned_node(band: Band, request: SearchRequest) -> Node:
    """Listings open to all whose unit price at the buyer's quantity lies in a band that spans know."""
    bands = bands_within(band.low, band.high)
    return Fits("span", span_pattern(request.currency, request.quantity, bands)) if bands else Nothing()


def price_node(band: Band, request: SearchRequest, slots: int) -> Node:
    """Unit price at the buyer's quantity, in their currency, within a band."""
    stepped = price_between(request.quantity, band.low, band.high, slots)
    if not are_spanned((band,)):
        return both((priced_node(request), stepped))
    by_key = priced_by_key(request)
    spanned = spanned_node(band, request)
    return spanned if by_key is None else Some((spanned, both((by_key, stepped))))


# Attributes


def attributes_node(chosen: Chosen, *, but: str = "") -> Node:
    """Any value of each name, all names but one; options of variants in one and the same variant."""
    kept = [(name, values) for name, values in chosen if name != but and values]
    options = [pair for pair in kept if pair[0] in OPTIONS]
    alone = [pair for pair in kept if pair[0] not in OPTIONS] if len(options) > 1 else kept
    nodes: list[Node] = [In("attribute", tuple(token(name, v) for v in values)) for name, values in alone]
    if len(options) > 1:
        nodes.append(In("variant", combined(options)))
    return both(nodes)


def with_value(chosen: Chosen, name: str, value: str) -> Chosen:
    """What is chosen, with one value instead of the present ones of a name."""
    return (*(pair for pair in chosen if pair[0] != name), (name, (value,)))


def is_joined(chosen: Chosen, name: str) -> bool:
    """Whether another option of variants is chosen, so that counts of this one are of pairs."""
    return name in OPTIONS and any(other in OPTIONS and other != name for other, _values in chosen)


# Chosen values


def _festival(request: SearchRequest, keys: Iterable[str]) -> Node:
    running = dict(request.festivals)
    codes: list[str] = []
    for key in keys:
        found = running.get(key, ())
        if found is None:
            return Everything()
        codes += found
    return In("cluster", tuple(dict.fromkeys(codes))) if codes else Nothing()


def _limits(request: SearchRequest) -> Iterable[tuple[Facet, Node | None]]:
    """Filters of one number each; None where it is not asked for."""
    filters: Filters = request.filters
    tops = (
        (Facet.MOQ, "moq", filters.moq),
        (Facet.SHIPS, "ships", filters.ships_hours),
        (Facet.LEAD, "lead", filters.lead),
        (Facet.RESPONSE, "response", filters.response),
    )
    for facet, name, top in tops:
        yield facet, None if top is None else Range(name, None, top)
    bottoms = (
        (Facet.NEW, "published", None if filters.new is None else _since(request, filters.new)),
        (Facet.ON_TIME, "on_time", filters.on_time),
        (Facet.REPEAT, "repeat", filters.repeat),
    )
    for facet, name, bottom in bottoms:
        yield facet, None if bottom is None else Range(name, bottom, None)


def _since(request: SearchRequest, days: int) -> int:
    return request.now - days * 86_400


def _within(request: SearchRequest, kilometres: int) -> Node:
    """Nothing is near a reader who has not said where they are."""
    if request.near is None:
        return Nothing()
    return Near(*request.near, kilometres * 1000)


def facet_filters(request: SearchRequest, slots: int) -> dict[Facet, Node]:
    """The chosen values but for attributes, by the facet they belong to."""
    filters: Filters = request.filters
    nodes: dict[Facet, Node] = {}
    if filters.clusters:
        nodes[Facet.CLUSTER] = In("cluster", filters.clusters)
    if filters.categories:
        nodes[Facet.CATEGORY] = In("category", filters.categories)
    if filters.features:
        # Features add up: "certified" and "sample" asks for both.
        nodes[Facet.FEATURE] = both(In("feature", (name,)) for name in filters.features)
    nodes.update({facet: node for facet, node in _limits(request) if node is not None})
    if filters.price is not None:
        nodes[Facet.PRICE] = price_node(filters.price, request, slots)
    if filters.festivals:
        nodes[Facet.FESTIVAL] = _festival(request, filters.festivals)
    if filters.within is not None:
        nodes[Facet.DISTANCE] = _within(request, filters.within)
    return nodes


def all_but(chosen: dict[Facet, Node], facet: Facet | None) -> Node:
    """All chosen values except those of one facet, by which its own counts must not shrink.

    Features add up, so theirs do count on top of each other.
    """
    return both(node for name, node in chosen.items() if name is not facet or name is Facet.FEATURE)


# Counts


@dataclass(frozen=True, slots=True)
class Counting:
    """How a facet is counted: by a keyword field's terms, by ranges of a number (value, low, high; bounds
    included), by bands of the price, or by one constraint per value.
    """

    field: str = ""
    ranges: tuple[tuple[str, int | None, int | None], ...] = ()
    bands: tuple[Band, ...] = ()
    values: tuple[tuple[str, Node], ...] = ()


def band_value(band: Band) -> str:
    """A band as the URL writes it: "100-199", "-99", "500-"."""
    return f"{'' if band.low is None else band.low}-{'' if band.high is None else band.high}"


def _ranged(field: str, ranges: Iterable[tuple[str, int | None, int | None]]) -> Counting:
    """Ranges of a number; without any there is nothing to count."""
    found = tuple(ranges)
    return Counting(field=field, ranges=found) if found else Counting()


def _at_most(field: str, steps: tuple[int, ...]) -> Counting:
    return _ranged(field, ((str(n), None, n) for n in steps))


def _at_least(field: str, steps: tuple[int, ...]) -> Counting:
    return _ranged(field, ((str(n), n, None) for n in steps))


def counting(facet: Facet, request: SearchRequest) -> Counting:
    """The plan of one facet's counts."""
    if facet in (Facet.CLUSTER, Facet.CATEGORY, Facet.FEATURE):
        return Counting(field=facet.value)
    if facet is Facet.MOQ:
        return _at_most("moq", request.moq_steps)
    if facet is Facet.SHIPS:
        return _at_most("ships", request.ships_steps)
    if facet is Facet.LEAD:
        return _at_most("lead", request.lead_steps)
    if facet is Facet.RESPONSE:
        return _at_most("response", request.response_steps)
    if facet is Facet.ON_TIME:
        return _at_least("on_time", request.on_time_steps)
    if facet is Facet.REPEAT:
        return _at_least("repeat", request.repeat_steps)
    if facet is Facet.NEW:
        return _ranged("published", ((str(n), _since(request, n), None) for n in request.new_steps))
    if facet is Facet.FESTIVAL:
        keys = [key for key, _codes in request.festivals]
        return Counting(values=tuple((key, _festival(request, (key,))) for key in keys))
    if facet is Facet.DISTANCE:
        steps = request.distance_steps if request.near else ()
        return Counting(values=tuple((str(n), _within(request, n)) for n in steps))
    return Counting(bands=request.price_bands)


# Likeness


LIKE_TERMS = 24
ITS_CATEGORY, ITS_ATTRIBUTE = 2.0, 0.5


def similar_plan(like: ListingDocument) -> TextPlan:
    """What makes another listing like this one: a third of the words of its title in one of the languages,
    and then its category and attributes.
    """
    texts = texts_of(like).fields
    ways: list[Node] = []
    for field in ("title_en", "title_bi", "title_zh"):
        words = list(dict.fromkeys(texts.get(field, ())))[:LIKE_TERMS]
        if words and not (field == "title_zh" and texts.get("title_bi")):
            ways.append(Some(tuple(Term(field, word) for word in words), max(1, len(words) // 3)))
    if not ways:
        return TextPlan(Nothing())
    tastes: list[Node] = [Even(In("category", (slug,)), ITS_CATEGORY) for slug in like.categories[-1:]]
    tastes += [Even(In("attribute", (token(*pair),)), ITS_ATTRIBUTE) for pair in like.attributes[:LIKE_TERMS]]
    return TextPlan(ways[0] if len(ways) == 1 else Best(tuple(ways)), tuple(tastes))


# Orders


@dataclass(frozen=True, slots=True)
class Order:
    """A numeric field to sort by; equal values by ascending id."""

    field: str
    descending: bool


ORDERS = {
    Sort.NEWEST: Order("published", descending=True),
    Sort.SALES: Order("sold", descending=True),
    Sort.REPURCHASE: Order("repurchase", descending=True),
    Sort.LEAD_TIME: Order("ships", descending=False),
}


def order_of(request: SearchRequest) -> Order | None:
    """The field order of a request; None for relevance of words, price and distance, which have their own
    ways. Nearest first without a place to be near to is by relevance.
    """
    sort = request.sort
    if sort is Sort.DISTANCE and request.near is None:
        sort = Sort.RELEVANCE
    if sort is Sort.RELEVANCE and not request.q.strip():
        return Order("rank", descending=True)
    return ORDERS.get(sort)


def by_distance(request: SearchRequest) -> bool:
    """Whether results come nearest first."""
    return request.sort is Sort.DISTANCE and request.near is not None
