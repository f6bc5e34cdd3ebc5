"""Rules on both engines: the same pins, weights, words and explanations."""

from __future__ import annotations

from datetime import date

import pytest

from search.backends.boosts import Boost
from search.backends.interface import Backend, Filters, SearchRequest, SearchResult
from search.curation import why
from search.curation.why import explain
from search.rulebook.book import Book, Line

from .corpus import MARKET

DAY = date(2026, 3, 1)
SOCKS = SearchRequest(q="socks", locale="en")


def ruled(engine: Backend, request: SearchRequest, *lines: Line) -> SearchResult:
    """The engine's answer under some rules."""
    asked, applied = Book(lines).applied(request, DAY)
    return applied.finish(asked, engine.search(asked))


def pin(key: int, position: int) -> Line:
    return Line(f"pin{key}", "pin", query="socks", listing_id=key, position=position)


def other_than(engine: Backend, shown: list[int]) -> int:
    return next(key for key in engine.search(SearchRequest(limit=100)).ids if key not in shown)


def test_pins_are_at_their_places_and_counted(market: Backend) -> None:
    plain = market.search(SOCKS)
    stranger, last = other_than(market, plain.ids), plain.ids[-1]
    found = ruled(market, SOCKS, pin(stranger, 2), pin(last, 1))
    assert found.ids == [last, stranger, *plain.ids[:-1]]
    assert found.total == plain.total + 1
    pages = [
        ruled(market, SOCKS.but(offset=n, limit=3), pin(stranger, 2), pin(last, 1)).ids for n in (0, 3, 6)
    ]
    assert [key for page in pages for key in page] == found.ids[:9]


def test_pins_obey_filters_and_the_portal(market: Backend) -> None:
    document = next(d for d in MARKET if d.listing_id == other_than(market, market.search(SOCKS).ids))
    town = next(d.cluster for d in MARKET if d.cluster != document.cluster)
    for request in (SOCKS.but(portal=town), SOCKS.but(filters=Filters(exclude=(document.listing_id,)))):
        plain = market.search(request)
        found = ruled(market, request, pin(document.listing_id, 1))
        assert (found.ids, found.total) == (plain.ids, plain.total)


def test_weights_multiply_scores_and_the_narrowest_counts(market: Backend) -> None:
    plain = {hit.listing_id: hit.score for hit in market.search(SOCKS).hits}
    first, second, *_rest = plain
    boosts = (Boost(3.0, listings=(second,)), Boost(0.5, listings=(first, second)))
    weighed = {hit.listing_id: hit.score for hit in market.search(SOCKS.but(boosts=boosts)).hits}
    assert weighed.keys() == plain.keys()
    for key, score in plain.items():
        assert weighed[key] == pytest.approx(score * {second: 3.0, first: 0.5}.get(key, 1.0), rel=1e-4)


def test_words_are_read_as_the_rules_say(market: Backend) -> None:
    lines = (
        Line("a", "one_way", forms=("footgear", "足衣"), others=("sock",)),
        Line("b", "means", forms=("soxx",), others=("socks",)),
        Line("c", "keep", forms=("cottn",)),
    )
    socks = set(market.search(SOCKS).ids)
    for q in ("footgear", "足衣", "soxx"):
        assert set(ruled(market, SOCKS.but(q=q), *lines).ids) == socks
    assert market.search(SOCKS.but(q="cottn")).corrected == "cotton"
    assert ruled(market, SOCKS.but(q="cottn"), *lines).corrected is None
    assert "rules" not in ruled(market, SOCKS, *lines[1:]).trace


@pytest.mark.parametrize("q", ["cotton socks", "棉袜", "mianwa", "sokcs", "men socks 40g"])
def test_shares_add_up_to_the_engines_score(market: Backend, q: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ranks = {document.listing_id: document.rank for document in MARKET}
    monkeypatch.setattr(why, "signals_of", lambda key: (ranks[key], {}))
    request = SOCKS.but(q=q, boosts=(Boost(2.0, suppliers=(MARKET[0].supplier_id,)),))
    hits = market.search(request).hits
    assert hits
    for hit in hits[:8]:
        found = explain(market, request, hit.listing_id)
        assert found is not None
        assert found.matches
        assert found.score == pytest.approx(hit.score, rel=1e-3)
