"""Listings by the looks of their picture: the same on every engine, which only has to find the nearest."""

from __future__ import annotations

from dataclasses import replace

from search.looks.rules import MOST_ALIKE, floor_of

from .interface import Backend, Filters, Hit, SearchRequest, SearchResult, Sort


def look_alikes(backend: Backend, request: SearchRequest) -> SearchResult:
    """The answer to a request that has a picture; its words are not read, all else of it holds.

    What looks alike is settled without the filters, so that facets can count what another choice would find;
    where there is more of it than is looked at, the nearest behind the filters are looked for, too.
    """
    if not backend.capabilities.pictures:
        return SearchResult(engine=backend.name, lacks=("picture",))
    alike = _alike(backend, request)
    only = replace(request.filters, only=tuple(sorted(alike)))
    plain = request.but(q="", picture=None, filters=only, pins=(), boosts=())
    if not _by_looks(request):
        return backend.search(plain)
    whole = backend.search(plain.but(sort=Sort.RELEVANCE, offset=0, limit=len(alike)))
    ordered = sorted(whole.ids, key=lambda key: (-alike[key], key))
    page = ordered[request.offset : request.offset + request.limit]
    return replace(whole, hits=tuple(Hit(key, alike[key]) for key in page))


def _alike(backend: Backend, request: SearchRequest) -> dict[int, float]:
    """What looks alike, by id."""
    scope = request.but(filters=Filters(exclude=request.filters.exclude))
    found = backend.nearest(scope, MOST_ALIKE)
    if len(found) == MOST_ALIKE and request.filters != scope.filters:
        found = [*found, *backend.nearest(request, MOST_ALIKE)]
    floor = floor_of(max((similarity for _key, similarity in found), default=0.0))
    return {key: similarity for key, similarity in found if similarity >= floor}


def _by_looks(request: SearchRequest) -> bool:
    """Whether the most alike come first: also where the nearest are asked for and nobody knows to where."""
    return request.sort is Sort.RELEVANCE or (request.sort is Sort.DISTANCE and request.near is None)
