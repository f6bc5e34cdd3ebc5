"""One contract, two engines: the same questions to the same market must get the same answers."""

from __future__ import annotations

import pytest

from search.backends.constraints import band_value
from search.backends.interface import Backend, Band, Facet, FacetCount, Filters, SearchRequest, Sort

from .corpus import ALL, ANIME, BAGS, GLOVES, MARKET, SMALL, SOCKS, SWIM, TOWELS, price_at

COTTON_SOCKS = {1, 2, 17, 18}
BANDS = (Band(0, 99), Band(100, 299), Band(300, 999), Band(1000, None))


def ids(backend: Backend, q: str = "", **fields: object) -> list[int]:
    """Ids found, first hundred."""
    fields.setdefault("limit", 100)
    return backend.search(SearchRequest(q=q, **fields)).ids  # type: ignore[arg-type]


# What words find, as sets: every word of one or two asked for, 60 % of more.
FOUND: list[tuple[str, set[int]]] = [
    ("棉袜", COTTON_SOCKS),
    ("cotton socks", COTTON_SOCKS),
    ("mianwa", COTTON_SOCKS),
    ("mian wa", COTTON_SOCKS),
    ("mw", COTTON_SOCKS),
    ("MIANWA", COTTON_SOCKS),
    ("棉襪", COTTON_SOCKS),
    ("Ｃｏｔｔｏｎ　ｓｏｃｋｓ", COTTON_SOCKS),
    ("socks cotton", COTTON_SOCKS),
    ("cotton 袜子", COTTON_SOCKS),
    ("cotton sock factory", COTTON_SOCKS),
    ("the cotton socks", COTTON_SOCKS),
    ("🧦", {1, 2, 3, 4, 16, 17, 18}),
    ("袜", {1, 2, 3, 4, 16, 17, 18}),
    ("hosiery", {1, 2, 3, 4, 16, 17, 18}),
    ("wool socks", {3}),
    ("羊毛袜", {3}),
    ("yangmaowa", {3}),
    ("gloves", {5, 6}),
    ("shoutao", {5, 6}),
    ("手套", {5, 6}),
    ("丁腈手套", {5}),
    ("swimsuit", {7}),
    ("bathing suits", {7}),
    ("泳衣", {7}),
    ("yongyi", {7}),
    ("假睫毛", {9}),
    ("fake lashes", {9}),
    ("jiajiemao", {9}),
    ("handbag", {10}),
    ("changxiu", {15}),
    ("zhangxiu", {15}),
    ("t-shirt", {12}),
    ("tshirt", {12}),
    ("T恤", {12}),
    ("5-pack", {4}),
    ("5 pack", {4}),
    ("40g", {14}),
    ("40 g", {14}),
    ("3ply", {14}),
    ("40L", {11}),
    ("58 mm", {13}),
    ("ZJ-100-BLK", {1}),
    ("zj100blk", {1}),
    ("6901234567892", {1}),
    ("tznbr13", {5}),
    ("大唐", {1}),
    ("datang", {1}),
    ("combed cotton", {1, 12, 17, 18}),
    ("sokcs", {1, 2, 3, 4, 16, 17, 18}),
    ("tovel", set(TOWELS)),
    ("毛巾", set(TOWELS)),
    ("zzzzqqqq", set()),
    ("饕餮", set()),
    ("!!! ??? ...", set()),
    ("((((", set()),
    ("***", set()),
    ("AND OR NOT", set()),
    ('"socks" AND', {1, 2, 3, 4, 16, 17, 18}),
]


@pytest.mark.parametrize(("q", "expected"), FOUND, ids=[q for q, _ in FOUND])
def test_words_find(market: Backend, q: str, expected: set[int]) -> None:
    assert set(ids(market, q)) == expected


def test_three_ways_to_say_it_are_one_question(market: Backend) -> None:
    answers = [market.search(SearchRequest(q=q)) for q in ("棉袜", "cotton socks", "mianwa")]
    assert answers[0].hits == answers[1].hits == answers[2].hits
    assert answers[0].total == 4


def test_all_words_in_the_title_come_first(market: Backend) -> None:
    assert set(ids(market, "combed cotton")[:2]) == {17, 18}


def test_loose_asks_for_fewer_words(market: Backend) -> None:
    assert ids(market, "wool gloves") == []
    loose = market.search(SearchRequest(q="wool gloves", loose=True))
    assert set(loose.ids) == {3, 5, 6}
    assert loose.relaxations == ("words",)


def test_spelling_is_mended_and_said(market: Backend) -> None:
    result = market.search(SearchRequest(q="tovel"))
    assert result.corrected == "towel"
    assert result.total == len(TOWELS)
    assert market.search(SearchRequest(q="tovel", mend=False)).total == 0
    assert market.search(SearchRequest(q="towel")).corrected is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(clusters=(GLOVES,)), {5, 6}),
        (Filters(clusters=(GLOVES, SWIM)), {5, 6, 7, 8}),
        (Filters(categories=("socks",)), {1, 2, 3, 4, 16, 17, 18}),
        (Filters(categories=("textile",)), {1, 2, 3, 4, 5, 6, 7, 8, 12, 14, 15, 16, 17, 18}),
        (Filters(features=("certified",)), {1, 3, 5}),
        (Filters(features=("certified", "verified")), {1, 5}),
        (Filters(moq=5), {9}),
        (Filters(moq=20, clusters=(BAGS,)), {10, 11}),
        (Filters(ships_hours=24), {2, 6, 9}),
        (Filters(suppliers=(1, 2)), {1, 2}),
        (Filters(clusters=("nowhere",)), set()),
        (Filters(clusters=(GLOVES,), exclude=(5,)), {6}),
        (Filters(clusters=(SOCKS,), moq=100, ships_hours=48), {2, 4, 16}),
    ],
)
def test_filters(market: Backend, filters: Filters, expected: set[int]) -> None:
    assert set(ids(market, filters=filters)) == expected


QUANTITIES = [1, 59, 60, 119, 120, 599, 600, 1199, 1200, 2999, 3000, 4999, 5000, 10_000_000]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_price_order_is_exact_at_any_quantity(market: Backend, quantity: int) -> None:
    yuan = [d.listing_id for d in MARKET if d.currency == "CNY"]
    expected = [*sorted(yuan, key=lambda key: (price_at(key, quantity), key)), 16]
    assert ids(market, sort=Sort.PRICE, quantity=quantity) == expected


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_price_filter_and_counts_are_exact_at_any_quantity(market: Backend, quantity: int) -> None:
    yuan = [d.listing_id for d in MARKET if d.currency == "CNY"]
    for band in BANDS:
        low, high = band.low or 0, band.high if band.high is not None else 10**9
        expected = {key for key in yuan if low <= price_at(key, quantity) <= high}
        assert set(ids(market, quantity=quantity, filters=Filters(price=band))) == expected
    counts = market.search(SearchRequest(quantity=quantity, facets=(Facet.PRICE,), price_bands=BANDS)).facets[
        Facet.PRICE
    ]
    assert sum(c.count for c in counts) == len(yuan)


def test_prices_compare_in_one_currency_only(market: Backend) -> None:
    assert 16 not in ids(market, filters=Filters(price=Band(0, 100)))
    assert ids(market, currency="USD", filters=Filters(price=Band(0, 100))) == [16]
    assert ids(market, sort=Sort.PRICE, currency="USD")[0] == 16


@pytest.mark.parametrize(
    ("sort", "first"), [(Sort.NEWEST, [18, 17, 16]), (Sort.SALES, [5, 2, 6]), (Sort.LEAD_TIME, [2, 6, 9])]
)
def test_orders(market: Backend, sort: Sort, first: list[int]) -> None:
    assert ids(market, sort=sort)[:3] == first


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("q", ["", "towel"])
def test_pages_neither_overlap_nor_leave_out(market: Backend, sort: Sort, q: str) -> None:
    seen: list[int] = []
    for offset in range(0, 60, 7):
        seen += market.search(SearchRequest(q=q, sort=sort, offset=offset, limit=7)).ids
    assert sorted(seen) == (TOWELS if q else ALL)
    assert seen == ids(market, q, sort=sort)


@pytest.mark.parametrize("sort", list(Sort))
def test_equal_ones_come_by_id(market: Backend, sort: Sort) -> None:
    assert ids(market, "towel", sort=sort) == TOWELS


def test_past_the_end_is_empty_and_total_stays(market: Backend) -> None:
    for offset in (48, 1000, 9_999, 10_000, 10**9):
        result = market.search(SearchRequest(offset=offset))
        assert result.hits == ()
        assert result.total == len(ALL)
    assert market.search(SearchRequest(limit=0)).total == len(ALL)


def chosen(facet: Facet, value: str) -> dict[str, object]:
    """The filter a facet's value stands for."""
    if facet is Facet.CLUSTER:
        return {"clusters": (value,)}
    if facet is Facet.CATEGORY:
        return {"categories": (value,)}
    if facet is Facet.FEATURE:
        return {"features": (value,)}
    if facet is Facet.MOQ:
        return {"moq": int(value)}
    if facet is Facet.SHIPS:
        return {"ships_hours": int(value)}
    return {"price": next(band for band in BANDS if band_value(band) == value)}


BASES = [
    Filters(),
    Filters(clusters=(SOCKS,)),
    Filters(clusters=(SOCKS, GLOVES), moq=200),
    Filters(ships_hours=48, price=Band(100, 299)),
    Filters(categories=("socks",), features=("verified",), price=Band(0, 999)),
]


@pytest.mark.parametrize("filters", BASES)
@pytest.mark.parametrize("q", ["", "袜"])
def test_every_count_is_what_choosing_it_would_find(market: Backend, filters: Filters, q: str) -> None:
    request = SearchRequest(
        q=q, quantity=700, filters=filters, facets=tuple(Facet), price_bands=BANDS, moq_steps=(10, 100, 300),
        ships_steps=(24, 48, 168),
    )  # fmt: skip
    facets = market.search(request).facets
    assert set(facets) == set(Facet)
    for facet, counts in facets.items():
        for c in counts:
            change = chosen(facet, c.value)
            if facet is Facet.FEATURE:
                change = {"features": tuple({*filters.features, c.value})}
            wanted = {f: getattr(filters, f) for f in filters.__slots__} | change
            found = market.search(request.but(filters=Filters(**wanted), facets=()))
            assert found.total == c.count, (facet, c.value)


def test_counts_of_a_chosen_facet_do_not_shrink(market: Backend) -> None:
    request = SearchRequest(facets=(Facet.CLUSTER, Facet.CATEGORY), filters=Filters(clusters=(ANIME,)))
    facets = market.search(request).facets
    assert FacetCount(SMALL, 30) in facets[Facet.CLUSTER]
    assert facets[Facet.CATEGORY] == (FacetCount("gifts", 1),)


def test_a_portal_keeps_everything_inside(market: Backend) -> None:
    result = market.search(SearchRequest(q="cotton", portal=GLOVES, facets=(Facet.CLUSTER, Facet.CATEGORY)))
    assert result.ids == [6]
    assert result.facets[Facet.CLUSTER] == (FacetCount(GLOVES, 1),)
    assert {c.value for c in result.facets[Facet.CATEGORY]} == {"textile", "gloves"}


@pytest.mark.parametrize(
    "q",
    [
        "\x00",
        "a\x00b",
        "\ud800",
        "\u202ecotton",
        "w" * 10_000,
        "cotton " * 1000,
        "(" * 50,
        "*" * 50,
        "?",
        "a" * 128 + "*",
        "{!lucene}",
        "_exists_:id",
        "/.*/",
        "-",
        "--",
        "'",
        '"',
        "\\",
        "棉" * 500,
        "\u200b\u200c",
        "🧦" * 40,
        "1 OR 1=1",
        "<script>alert(1)</script>",
        "x" * 63 + "界" * 63,
        "٣٤٥",
        "한국어",
        "ไทย",
    ],
)
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.PRICE])
def test_odd_text_is_only_text(market: Backend, q: str, sort: Sort) -> None:
    result = market.search(SearchRequest(q=q, sort=sort, facets=tuple(Facet), price_bands=BANDS))
    assert result.total <= len(ALL)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("cot", ["cotton"]),
        ("men's co", ["combed", "cotton"]),
        ("swim", ["swimsuit"]),
        ("zzz", []),
        ("", []),
        (".*", []),
        ("c.t", []),
        ("袜", []),
    ],
)
def test_suggestions_complete_the_last_word(market: Backend, prefix: str, expected: list[str]) -> None:
    found = [word for word, _ in market.suggest(prefix)]
    assert set(expected) <= set(found)
    assert bool(found) == bool(expected)


def test_suggestions_stay_in_the_portal(market: Backend) -> None:
    assert market.suggest("co", portal=SWIM) == []
    assert ("cotton", 1) in market.suggest("co", portal=GLOVES)


def test_vocabulary_counts_listings(market: Backend) -> None:
    words = market.vocabulary()
    assert words.known("towel") == 30
    assert words.known("socks") == 6
    assert words.known("nonsense") == 0
