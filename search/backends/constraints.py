"""Filters, facets and orders as plan nodes: the part of a question both engines share beside its words."""

from __future__ import annotations

from dataclasses import dataclass

from search.plan import In, Node, Range, both, price_between

from .interface import Band, Facet, Filters, SearchRequest, Sort


def base_of(request: SearchRequest) -> Node:
    """What holds for hits and all counts alike: the portal, and what no facet shows."""
    nodes: list[Node] = []
    if request.portal is not None:
        nodes.append(In("cluster", (request.portal,)))
    if request.filters.suppliers:
        nodes.append(In("supplier", tuple(str(s) for s in request.filters.suppliers)))
    return both(nodes)


def price_node(band: Band, request: SearchRequest, slots: int) -> Node:
    """Unit price at the buyer's quantity, in their currency, within a band."""
    return both(
        (In("currency", (request.currency,)), price_between(request.quantity, band.low, band.high, slots))
    )


def facet_filters(request: SearchRequest, slots: int) -> dict[Facet, Node]:
    """The chosen values, by the facet they belong to."""
    filters: Filters = request.filters
    nodes: dict[Facet, Node] = {}
    if filters.clusters:
        nodes[Facet.CLUSTER] = In("cluster", filters.clusters)
    if filters.categories:
        nodes[Facet.CATEGORY] = In("category", filters.categories)
    if filters.features:
        # Features add up: "certified" and "sample" asks for both.
        nodes[Facet.FEATURE] = both(In("feature", (name,)) for name in filters.features)
    if filters.moq is not None:
        nodes[Facet.MOQ] = Range("moq", None, filters.moq)
    if filters.ships_hours is not None:
        nodes[Facet.SHIPS] = Range("ships", None, filters.ships_hours)
    if filters.price is not None:
        nodes[Facet.PRICE] = price_node(filters.price, request, slots)
    return nodes


def all_but(chosen: dict[Facet, Node], facet: Facet | None) -> Node:
    """All chosen values except those of one facet, by which its own counts must not shrink.

    Features add up, so theirs do count on top of each other.
    """
    return both(node for name, node in chosen.items() if name is not facet or name is Facet.FEATURE)


@dataclass(frozen=True, slots=True)
class Counting:
    """How a facet is counted: by a keyword field's terms, or by one constraint per value."""

    field: str = ""
    values: tuple[tuple[str, Node], ...] = ()


def band_value(band: Band) -> str:
    """A band as the URL writes it: "100-199", "-99", "500-"."""
    return f"{'' if band.low is None else band.low}-{'' if band.high is None else band.high}"


def counting(facet: Facet, request: SearchRequest, slots: int) -> Counting:
    """The plan of one facet's counts."""
    if facet is Facet.CLUSTER:
        return Counting(field="cluster")
    if facet is Facet.CATEGORY:
        return Counting(field="category")
    if facet is Facet.FEATURE:
        return Counting(field="feature")
    if facet is Facet.MOQ:
        return Counting(values=tuple((str(n), Range("moq", None, n)) for n in request.moq_steps))
    if facet is Facet.SHIPS:
        return Counting(values=tuple((str(n), Range("ships", None, n)) for n in request.ships_steps))
    return Counting(values=tuple((band_value(b), price_node(b, request, slots)) for b in request.price_bands))


@dataclass(frozen=True, slots=True)
class Order:
    """A numeric field to sort by; equal values by ascending id."""

    field: str
    descending: bool


ORDERS = {
    Sort.NEWEST: Order("published", descending=True),
    Sort.SALES: Order("sold", descending=True),
    Sort.LEAD_TIME: Order("ships", descending=False),
}


def order_of(request: SearchRequest) -> Order | None:
    """The field order of a request; None for relevance of words and for price, which have their own ways."""
    if request.sort is Sort.RELEVANCE and not request.q.strip():
        return Order("rank", descending=True)
    return ORDERS.get(request.sort)
