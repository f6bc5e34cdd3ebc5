"""Listings whose scores are raised or lowered: as a value, and as parts of all listings."""

from __future__ import annotations

from dataclasses import dataclass

from search.plan import In, Node, Nothing, Range, Some, Without, both


@dataclass(frozen=True, slots=True)
class Boost:
    """Listings whose scores are multiplied by a factor: these, of these suppliers (ids), or in these
    categories (slugs).
    """

    factor: float
    listings: tuple[int, ...] = ()
    suppliers: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()


def named(listing_ids: tuple[int, ...]) -> Node:
    """Listings by their ids."""
    return Some(tuple(Range("id", key, key) for key in listing_ids))


def boosted_node(boost: Boost) -> Node:
    """What a boost is about."""
    ways: list[Node] = []
    if boost.listings:
        ways.append(named(boost.listings))
    if boost.suppliers:
        ways.append(In("supplier", tuple(str(key) for key in boost.suppliers)))
    if boost.categories:
        ways.append(In("category", boost.categories))
    return Some(tuple(ways)) if ways else Nothing()


def parted(boosts: tuple[Boost, ...]) -> tuple[tuple[Node, float], ...]:
    """Boosts as parts that share no listing, with their factors; the rest of all listings comes last, with 1.

    The first boost that is about a listing is the one that counts.
    """
    parts: list[tuple[Node, float]] = []
    before: list[Node] = []
    for boost in boosts:
        node = boosted_node(boost)
        parts.append((both((node, *(Without(other) for other in before))), boost.factor))
        before.append(node)
    rest = both(tuple(Without(node) for node in before))
    return (*parts, (rest, 1.0))
