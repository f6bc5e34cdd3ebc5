"""Any question: what plain rules say must be found is what each engine finds, counts and puts in order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backends import elasticsearch_question, embedded, embedded_spans
from search.backends.interface import Backend, Band, Box, Facet, Filters, SearchRequest, Sort
from search.backends.operations import Put
from search.offers import PRICE_BANDS

from . import bazaar
from .bazaar import BANDS, COLOURS, FESTIVALS, GOODS, MATERIALS, MINE, NEAR, NOW, SIZES, SOLES, TOWNS, WORDS
from .conftest import ENGINES

STEPS = {
    "moq_steps": (1, 10, 100, 300),
    "ships_steps": (24, 48, 72),
    "lead_steps": (3, 7, 15, 30),
    "new_steps": (7, 30),
    "on_time_steps": (9000, 9500, 9900),
    "response_steps": (20, 80),
    "repeat_steps": (2000, 4000),
    "distance_steps": (50, 100, 300, 2000),
}
QUANTITIES = (1, 9, 10, 50, 120, 600, 5000, 10**7, 10**12)


@pytest.fixture(scope="session", params=ENGINES)
def shoes(request: pytest.FixtureRequest, engine_maker: Callable[[str], Backend]) -> Backend:
    """An engine with the shoes in its live index; only read."""
    return _with_shoes(engine_maker(request.param))


def _with_shoes(backend: Backend) -> Backend:
    backend.create("shoes")
    for part in (GOODS[40:], GOODS[:25], GOODS[25:40]):
        backend.bulk_write("shoes", [Put(document, 1) for document in part])
    backend.publish("shoes")
    return backend


def full(**fields: object) -> SearchRequest:
    """A question that asks for everything there is to count."""
    values: dict[str, object] = {
        "facets": tuple(Facet), "attributes": 4, "price_bands": BANDS, "limit": 100, "near": NEAR, "now": NOW,
        "festivals": FESTIVALS, "points": 1, "price_access": MINE, **STEPS, **fields,
    }  # fmt: skip
    return SearchRequest(**values)  # type: ignore[arg-type]


def check(backend: Backend, request: SearchRequest) -> None:
    """Hits, total, order and every count are what the rules say."""
    result = backend.search(request)
    wanted = bazaar.in_order(request)
    assert result.total == len(wanted)
    shown = wanted[request.offset : request.offset + request.limit]
    if (
        request.q
        and request.sort in (Sort.RELEVANCE, Sort.DISTANCE)
        and not (request.sort is Sort.DISTANCE and request.near)
    ):
        assert len(result.ids) == len(shown)
        assert set(result.ids) <= set(wanted)
    else:
        assert result.ids == shown
    assert result.facets == bazaar.counts_of(request)
    if request.attributes:
        wanted_names = bazaar.attributes_of(request)
        assert result.attributes == wanted_names
        assert list(result.attributes) == list(wanted_names)
    placed = sum(1 for key in wanted if bazaar.BY_ID[key].place is not None)
    assert sum(point.count for point in result.points) == (placed if request.points is not None else 0)


FILTERS = [
    Filters(),
    Filters(clusters=("wenzhou-shoes", "putian-shoes")),
    Filters(categories=("men",)),
    Filters(features=("certified", "sample")),
    Filters(moq=50),
    Filters(ships_hours=48),
    Filters(lead=7),
    Filters(new=7),
    Filters(new=30),
    Filters(on_time=9500),
    Filters(response=20),
    Filters(repeat=4000),
    Filters(festivals=("zhejiang",)),
    Filters(festivals=("all",)),
    Filters(festivals=("none",)),
    Filters(festivals=("unknown",)),
    Filters(within=300),
    Filters(within=1),
    Filters(suppliers=(2, 3), exclude=(210, 211)),
    Filters(price=Band(1000, 2999)),
    Filters(price=Band(None, 999)),
    Filters(price=Band(3000, None)),
    Filters(attributes=(("material", ("suede",)),)),
    Filters(attributes=(("material", ("suede", "pu (synthetic)")), ("sole", ("eva",)))),
    Filters(attributes=(("color", ("black",)),)),
    Filters(attributes=(("size", ("42", "42.5")),)),
    Filters(attributes=(("color", ("black",)), ("size", ("42",)))),
    Filters(attributes=(("color", ("black", "navy blue")), ("size", ("42", "36")))),
    Filters(attributes=(("color", ("black",)), ("size", ("42",)), ("material", ("canvas",)))),
    Filters(attributes=(("color", ("no such colour",)),)),
    Filters(attributes=(("no_such_name", ("x",)),)),
    Filters(attributes=(("merit", ("light", "warm")),)),
    Filters(box=Box(25.0, 118.0, 29.0, 121.0)),
    Filters(moq=120, ships_hours=72, on_time=9000, price=Band(0, 6999), features=("sample",)),
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("q", ["", "boots"])
def test_every_filter_with_every_count(shoes: Backend, filters: Filters, q: str) -> None:
    check(shoes, full(q=q, filters=filters, quantity=120))


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("access", [(), ("in",), MINE, ("c9",), ("in", "s1", "s2", "s3", "s4", "s5", "s6")])
def test_every_order_behind_every_gate(shoes: Backend, sort: Sort, access: tuple[str, ...]) -> None:
    check(shoes, full(sort=sort, price_access=access, quantity=600))


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("sort", [Sort.PRICE, Sort.RELEVANCE])
def test_every_quantity(shoes: Backend, quantity: int, sort: Sort) -> None:
    check(shoes, full(quantity=quantity, sort=sort, filters=Filters(price=Band(500, 5000))))
    check(shoes, full(quantity=quantity, sort=sort, currency="USD"))


BANDS_OF_PAGES = [PRICE_BANDS, (*PRICE_BANDS, Band(500, 1999), Band(None, 99), Band(5000, None))]


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("access", [(), ("in",), MINE])
@pytest.mark.parametrize("bands", BANDS_OF_PAGES)
def test_bands_of_a_page_at_every_quantity(
    shoes: Backend, bands: tuple[Band, ...], access: tuple[str, ...], quantity: int
) -> None:
    check(shoes, full(price_bands=bands, price_access=access, quantity=quantity))
    check(shoes, full(price_bands=bands, price_access=access, quantity=quantity, currency="USD"))
    check(
        shoes,
        full(
            price_bands=bands,
            price_access=access,
            quantity=quantity,
            q="boots",
            filters=Filters(price=Band(500, 1999), clusters=("wenzhou-shoes",)),
        ),
    )


@pytest.mark.parametrize("band", [*PRICE_BANDS, Band(200, 4999), Band(5000, 499), Band(None, 999), Band()])
@pytest.mark.parametrize("access", [(), MINE])
def test_a_band_of_a_page_at_every_quantity(shoes: Backend, band: Band, access: tuple[str, ...]) -> None:
    for quantity in QUANTITIES:
        request = full(price_access=access, quantity=quantity, filters=Filters(price=band))
        check(shoes, request)
        check(shoes, request.but(sort=Sort.PRICE, q="boots"))


def _read_anew(_reader: object, searcher: object) -> embedded_spans.Spans:
    return embedded_spans.Spans(searcher)


def test_more_spans_than_are_counted_are_counted_by_steps(
    shoes: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = full(price_bands=PRICE_BANDS, quantity=120)
    monkeypatch.setattr(embedded._Reader, "spans_of", _read_anew)
    for module in (embedded_spans, elasticsearch_question):
        monkeypatch.setattr(module, "MOST_SPANS", 1)
    check(shoes, request)
    for band in (Band(500, 1999), Band(2000, None), Band(100, 99), Band(510, 1999)):
        check(shoes, request.but(q="boots", filters=Filters(price=band)))
        check(shoes, request.but(sort=Sort.PRICE, filters=Filters(price=band)))


@pytest.mark.services
def test_an_index_in_parts_answers_as_a_whole_one(engine_maker: Callable[[str], Backend]) -> None:
    parted, whole = _with_shoes(engine_maker("sharded")), _with_shoes(engine_maker("elasticsearch"))
    for filters in FILTERS:
        check(parted, full(filters=filters, quantity=120, sort=Sort.PRICE, price_bands=PRICE_BANDS))
    for words in WORDS:
        found, wanted = parted.search(full(q=words)), whole.search(full(q=words))
        assert found.ids == wanted.ids
        assert [hit.score for hit in found.hits] == pytest.approx([hit.score for hit in wanted.hits])


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_of_every_order(shoes: Backend, sort: Sort) -> None:
    for q in ("", "sandals"):
        whole = shoes.search(full(sort=sort, q=q)).ids
        parts = [
            key for n in range(0, 90, 7) for key in shoes.search(full(sort=sort, q=q, offset=n, limit=7)).ids
        ]
        assert parts == whole


@pytest.mark.parametrize("level", range(4))
def test_points_lie_where_the_goods_are_made(shoes: Backend, level: int) -> None:
    points = shoes.search(full(points=level)).points
    assert sum(point.count for point in points) == sum(1 for d in GOODS if d.place)
    for point in points:
        assert any(
            abs(point.lat - lat / 1e5) < 9 and abs(point.lng - lng / 1e5) < 9 for lat, lng in TOWNS.values()
        )
    assert len(shoes.search(full(points=3)).points) >= len(points)


VALUES = {
    "color": (*COLOURS, "green"), "size": SIZES, "material": MATERIALS, "sole": SOLES, "lot_no": ("1", "39"),
}  # fmt: skip


@st.composite
def chosen_attributes(draw: st.DrawFn) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Some values of some names."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=3))
    return tuple(
        (name, tuple(draw(st.lists(st.sampled_from(VALUES[name]), unique=True, min_size=1, max_size=3))))
        for name in names
    )


def maybe(*values: object) -> st.SearchStrategy[object]:
    """One of the values, or mostly nothing."""
    return st.one_of(st.none(), st.none(), st.sampled_from(values))


REQUESTS = st.builds(
    full,
    price_bands=st.sampled_from((BANDS, PRICE_BANDS)),
    q=st.sampled_from(("", "", *WORDS, "winter boots", "winter")),
    quantity=st.sampled_from(QUANTITIES),
    currency=st.sampled_from(("CNY", "CNY", "USD", "EUR")),
    sort=st.sampled_from(list(Sort)),
    portal=maybe(*TOWNS, "nowhere"),
    near=maybe(NEAR, (25.5, 119.0)),
    price_access=st.sampled_from(((), ("in",), MINE, ("s1", "s5", "c9"))),
    offset=st.sampled_from((0, 0, 0, 3, 24, 9_990, 10**6)),
    limit=st.sampled_from((0, 1, 24, 100)),
    attributes=st.sampled_from((0, 1, 3, 10)),
    points=maybe(0, 1, 2, 3),
    filters=st.builds(
        Filters,
        clusters=st.lists(st.sampled_from([*TOWNS, "gone"]), max_size=2, unique=True).map(tuple),
        categories=st.lists(st.sampled_from(("shoes", "men", "women")), max_size=2, unique=True).map(tuple),
        features=st.lists(st.sampled_from(("certified", "custom", "x")), max_size=2, unique=True).map(tuple),
        moq=maybe(1, 50),
        ships_hours=maybe(24, 72),
        price=maybe(*BANDS, Band(450, 450)),
        lead=maybe(3, 15),
        new=maybe(7, 30),
        festivals=st.sampled_from(((), (), ("zhejiang",), ("none", "all"))),
        on_time=maybe(9500),
        response=maybe(20, 80),
        repeat=maybe(2000),
        within=maybe(10, 400),
        attributes=chosen_attributes(),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=REQUESTS)
def test_any_question_gets_the_answer_of_the_rules(shoes: Backend, request: SearchRequest) -> None:
    check(shoes, request)


LIKE = next(d for d in GOODS if d.title_en == "boots")


def test_similar_ones_share_words_and_category_and_leave_itself_out(shoes: Backend) -> None:
    result = shoes.similar(LIKE, SearchRequest(limit=100))
    boots = {d.listing_id for d in GOODS if "boots" in d.title_en} - {LIKE.listing_id}
    assert set(result.ids) == boots
    last = LIKE.categories[-1]
    first = [last in bazaar.BY_ID[key].categories for key in result.ids]
    alike = shoes.similar(LIKE, SearchRequest(limit=100, portal="wenzhou-shoes"))
    assert {bazaar.BY_ID[key].cluster for key in alike.ids} <= {"wenzhou-shoes"}
    assert sum(first[:5]) >= sum(first[-5:])
