"""Listings found by the looks of their picture: the same on both engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from search.backends import look_alikes as module
from search.backends.interface import ALL, Backend, Facet, Filters, SearchRequest, Sort
from search.backends.look_alikes import look_alikes
from search.backends.operations import Delete, Op, Put
from search.documents import ListingDocument
from search.looks.descriptor import DIMENSIONS, pack

from .conftest import ENGINES
from .corpus import document

TOWNS = ("wenzhou-shoes", "putian-shoes")


def looking(angle: float) -> bytes:
    """A vector at an angle, in degrees, from one that all others are compared with."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[:2] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return pack(vector)


ANGLES = {1: 3, 2: 8, 3: 14, 4: 20, 5: 26, 6: 50, 7: 80, 8: 3}
SHOES = [
    document(
        key, "", f"shoe {key}", cluster=TOWNS[key % 2], categories=("shoes", "men" if key < 4 else "women"),
        ladder=((1, 1000 - key),), picture=looking(angle),
    )
    for key, angle in ANGLES.items()
] + [document(9, "", "shoe 9", cluster=TOWNS[1], categories=("shoes", "men"))]  # fmt: skip


def asked(**fields: object) -> SearchRequest:
    return SearchRequest(picture=looking(0), limit=24, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=ENGINES)
def shoes(request: pytest.FixtureRequest, engine_maker: Callable[[str], Backend]) -> Backend:
    """An engine with shoes that look more or less alike; only read."""
    backend = engine_maker(request.param)
    backend.create("shoes")
    for part in (SHOES[5:], SHOES[:5]):
        backend.bulk_write("shoes", [Put(shoe, 1) for shoe in part])
    backend.publish("shoes")
    return backend


def test_the_most_alike_come_first_and_what_is_less_alike_is_left_out(shoes: Backend) -> None:
    found = look_alikes(shoes, asked())

    # 1 and 8 look the same and stand by id; from 32 degrees on it is 0.15 less alike, and is not shown.
    assert found.ids == [1, 8, 2, 3, 4, 5]
    assert found.total == 6
    assert [round(hit.score, 2) for hit in found.hits] == [1.0, 1.0, 0.99, 0.97, 0.94, 0.9]


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ({"portal": TOWNS[0]}, [8, 2, 4]),
        ({"filters": Filters(clusters=(TOWNS[1],))}, [1, 3, 5]),
        ({"filters": Filters(categories=("women",))}, [8, 4, 5]),
        ({"filters": Filters(categories=("men",), clusters=(TOWNS[0],))}, [2]),
        ({"filters": Filters(exclude=(1,))}, [8, 2, 3, 4, 5]),
        ({"filters": Filters(clusters=("nowhere",))}, []),
        ({"offset": 2, "limit": 2}, [2, 3]),
        ({"offset": 600}, []),
        ({"sort": Sort.PRICE}, [8, 5, 4, 3, 2, 1]),
        ({"q": "trousers"}, [1, 8, 2, 3, 4, 5]),
        ({"quantity": 0}, [1, 8, 2, 3, 4, 5]),
    ],
    ids=str,
)
def test_all_else_of_a_question_holds(shoes: Backend, fields: dict[str, object], ids: list[int]) -> None:
    request = replace(asked(), **fields)  # type: ignore[arg-type]
    assert look_alikes(shoes, request).ids == ids


def test_facets_count_what_another_choice_would_find(shoes: Backend) -> None:
    request = asked(filters=Filters(clusters=(TOWNS[1],)), facets=(Facet.CLUSTER, Facet.CATEGORY))
    counts = look_alikes(shoes, request).facets

    assert {c.value: c.count for c in counts[Facet.CLUSTER]} == {TOWNS[0]: 3, TOWNS[1]: 3}
    assert {c.value: c.count for c in counts[Facet.CATEGORY]} == {"shoes": 3, "men": 2, "women": 1}


def test_filters_reach_beyond_the_nearest_of_all(shoes: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ALIKE", 2)

    assert look_alikes(shoes, asked()).ids == [1, 8]
    assert look_alikes(shoes, asked(filters=Filters(categories=("women",)))).ids == [8, 4]


def test_without_a_picture_near_it_nothing_is_found(shoes: Backend) -> None:
    away = np.zeros(DIMENSIONS, np.float32)
    away[7] = 1.0

    found = look_alikes(shoes, SearchRequest(picture=pack(away)))

    assert (found.ids, found.total) == ([], 0)


def test_an_engine_that_cannot_says_so(shoes: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shoes, "capabilities", replace(ALL, pictures=False))

    found = look_alikes(shoes, asked())

    assert (found.ids, found.lacks) == ([], ("picture",))


def test_what_is_written_later_counts(engine: Backend) -> None:
    shoe: ListingDocument = SHOES[0]
    engine.create("shoes")
    engine.bulk_write("shoes", [Put(one, 1) for one in SHOES[:3]])
    engine.publish("shoes")

    def write(*ops: Op) -> list[int]:
        engine.bulk_write("shoes", ops)
        return look_alikes(engine, asked()).ids

    assert write() == [1, 2, 3]
    assert write(Put(replace(shoe, picture=looking(10)), 3)) == [2, 1, 3]
    assert write(Put(shoe, 2)) == [2, 1, 3], "an older version came late"
    assert write(Put(replace(SHOES[1], picture=None), 3)) == [1, 3]
    assert write(Delete(3, 4)) == [1]
    assert write(engine.prepare(Put(SHOES[3], 5))) == [1, 4]
