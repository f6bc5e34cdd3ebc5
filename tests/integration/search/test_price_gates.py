"""Prices behind a gate: seen by whom they are for, and by nobody else learned from any answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalog.actions import approve_for_prices, set_price_visibility, withdraw_price_approval
from marketplace.catalog.errors import PriceHidden
from marketplace.catalog.models import Listing, PriceTier
from marketplace.companies.models import PriceVisibility
from marketplace.core.actors import SYSTEM
from marketplace.orders.actions import add_to_cart
from marketplace.orders.queries import basket_of
from search import indexing
from search.backends.embedded import EmbeddedBackend
from search.backends.interface import Backend, Band, Facet, Filters, SearchRequest, Sort
from search.backends.operations import Put
from search.rebuilding import rebuild
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_buyer

from .bazaar import BANDS, FESTIVALS, GOODS, NEAR, NOW

pytestmark = pytest.mark.django_db
GATED = [d for d in GOODS if d.gates != ("all",) and d.ladder]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Backend:
    """An engine whose documents a test may change."""
    backend: Backend = EmbeddedBackend(tmp_path_factory.mktemp("gates"))
    backend.create("gates")
    backend.bulk_write("gates", [Put(document, 1) for document in GOODS])
    backend.publish("gates")
    return backend


LADDERS = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(1, 20_000)), min_size=1, max_size=6, unique_by=lambda s: s[0]
).map(lambda steps: tuple(sorted(steps)))
_versions = iter(range(2, 10**6))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(GATED),
    ladder=LADDERS,
    sort=st.sampled_from(list(Sort)),
    quantity=st.sampled_from((1, 120, 3000)),
    band=st.sampled_from((None, *BANDS)),
)
def test_a_shut_ladder_changes_no_answer(
    scratch: Backend, which: object, ladder: Sequence[tuple[int, int]], sort: Sort, quantity: int, band: Band
) -> None:
    document = next(d for d in GATED if d is which)
    request = SearchRequest(
        quantity=quantity, sort=sort, limit=100, facets=tuple(Facet), attributes=5, price_bands=BANDS,
        moq_steps=(1, 50), filters=Filters(price=band), near=NEAR, now=NOW, festivals=FESTIVALS,
    )  # fmt: skip

    def answer() -> tuple[object, ...]:
        found = scratch.search(request)
        return found.ids, found.total, found.facets, found.attributes

    before = answer()
    changed = replace(document, ladder=tuple(ladder))
    scratch.bulk_write("gates", [Put(changed, next(_versions))])
    assert answer() == before
    scratch.bulk_write("gates", [Put(document, next(_versions))])


@pytest.fixture
def goods(own_index: None) -> dict[str, Listing]:
    """A gated listing and an open one, indexed."""
    shut = make_listing(title_en="Cotton shut socks", ladder=((120, 211), (1200, 177)))
    free = make_listing(title_en="Cotton open socks", ladder=((120, 300),))
    set_price_visibility(acting_user=SYSTEM, supplier=shut.supplier, visibility=PriceVisibility.APPROVED)
    rebuild("embedded")
    return {"shut": Listing.objects.get(pk=shut.pk), "open": free}


def html_of(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode())


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="card__link"[^>]*>([^<]+)</a>', html)


PRICES = ("2.11", "1.77")


def test_a_shut_price_stands_nowhere(client: Client, goods: dict[str, Listing]) -> None:
    shut = goods["shut"]
    pages = (
        "/en/find/?q=socks", "/en/find/?q=socks&sort=price&quantity=1200", f"/en/listings/{shut.public_id}/",
        f"/en/listings/{shut.public_id}/?quantity=1200", f"/en/find/compare/?listing={shut.public_id}",
        f"/en/find/like/{goods['open'].public_id}/", "/en/", f"/en/{shut.cluster.code}/",
        f"/en/listings/{goods['open'].public_id}/",
    )  # fmt: skip
    for url in pages:
        html = html_of(client, url)
        assert not any(price in html for price in PRICES), url
    assert "Price for approved buyers" in html_of(client, "/en/find/?q=socks")
    assert titles(html_of(client, "/en/find/?q=socks&sort=price")) == [
        "Cotton open socks",
        "Cotton shut socks",
    ]
    assert titles(html_of(client, "/en/find/?q=socks&low=1&high=2.5")) == []


def test_an_approved_buyer_sees_searches_and_buys(client: Client, goods: dict[str, Listing]) -> None:
    shut = goods["shut"]
    acting = make_buyer()
    client.force_login(acting.user)
    approve_for_prices(acting_user=SYSTEM, buyer=acting.company, supplier=shut.supplier)
    html = html_of(client, "/en/find/?q=socks&sort=price")
    assert titles(html) == ["Cotton shut socks", "Cotton open socks"]
    assert "2.11" in html
    assert titles(html_of(client, "/en/find/?q=socks&low=1&high=2.5")) == ["Cotton shut socks"]
    assert "2.11" in html_of(client, f"/en/listings/{shut.public_id}/")
    variant = variants_of(shut)[0]
    add_to_cart(
        acting_user=acting.user, acting=acting, listing_public_id=shut.public_id,
        quantities={variant.public_id: 120},
    )  # fmt: skip
    assert basket_of(acting).is_ready
    withdraw_price_approval(acting_user=SYSTEM, buyer=acting.company, supplier=shut.supplier)
    basket = basket_of(acting)
    assert {problem.code for problem in basket.groups[0].blockers} == {"price_hidden"}
    PriceTier.objects.filter(listing=shut).update(unit_price=987_654)
    assert "9,876.54" not in html_of(client, "/en/basket/")


def test_nobody_puts_what_is_shut_to_them_into_a_basket(goods: dict[str, Listing]) -> None:
    acting = make_buyer()
    variant = variants_of(goods["shut"])[0]
    with pytest.raises(PriceHidden):
        add_to_cart(
            acting_user=acting.user, acting=acting, listing_public_id=goods["shut"].public_id,
            quantities={variant.public_id: 120},
        )  # fmt: skip
    assert not basket_of(acting).groups


@pytest.mark.parametrize(
    ("own", "supplier", "town", "gates"),
    [
        ("", "", "public", "all"),
        ("", "", "signed_in", "in"),
        ("", "public", "approved", "all"),
        ("public", "approved", "approved", "all"),
        ("", "signed_in", "public", "in"),
        ("approved", "public", "public", "s"),
        ("", "approved", "public", "s"),
        ("", "", "approved", "sc"),
    ],
)
def test_the_nearest_rule_counts(own: str, supplier: str, town: str, gates: str) -> None:
    listing = make_listing(price_visibility=own)
    type(listing.supplier).objects.filter(pk=listing.supplier_id).update(price_visibility=supplier)
    type(listing.cluster).objects.filter(pk=listing.cluster_id).update(price_visibility=town)
    (document,) = indexing.documents.build([listing.pk])
    tokens = {"s": f"s{listing.supplier_id}", "c": f"c{listing.cluster_id}"}
    assert document.gates == ((gates,) if gates in ("all", "in") else tuple(tokens[key] for key in gates))
