"""A buyer's whole way from listings to the receipt: its queries are few and do not grow with what is bought.

Every request of the way counts, each with its session and its answer's page. BEGIN and COMMIT do not count,
savepoints would.
"""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.models import Listing
from marketplace.companies.acting import Acting
from marketplace.core.models import AuditRecord, OutboxEvent
from marketplace.orders.models import Order, OrderGroup, OrderLine
from payments.credit.models import CreditLine
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_supplier
from tests.factories.payments import make_credit_buyer

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 60
_CONTROL = ("BEGIN", "COMMIT")

Steps = list[tuple[str, int]]


class Buyer:
    """A browser with cookies and CSRF tokens, that counts the queries of each step."""

    def __init__(self, acting: Acting) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(acting.user)
        self.steps: Steps = []

    def step(self, name: str, path: str, form: dict[str, Any] | None = None) -> Any:
        with CaptureQueriesContext(connection) as captured:
            answer: Any = self.client.post(path, form) if form else self.client.get(path)
        said = [q["sql"].split(None, 1)[0] for q in captured.captured_queries]
        self.steps.append((name, sum(word not in _CONTROL for word in said)))
        return answer

    def order(self, listings: Sequence[Listing], lines: Sequence[int]) -> HttpResponse:
        """Put so many lines of each listing into the basket, look at it, check out on account."""
        self.client.get("/en/basket/")
        token = field(self.client.get(f"/en/listings/{listings[0].public_id}/"), "csrfmiddlewaretoken")
        for listing, count in zip(listings, lines, strict=True):
            grid = {f"q_{v.public_id}": "120" for v in variants_of(listing)[:count]}
            form = {"listing": listing.public_id, "csrfmiddlewaretoken": token}
            added = self.step("add", "/en/basket/add/", {**form, "submission_key": listing.public_id, **grid})
            assert added.status_code == 303
            self.step("basket", added["Location"])
        page = self.step("checkout", "/en/checkout/")
        hidden = ("cart", "version", "key", "expected_total", "csrfmiddlewaretoken")
        form = {name: field(page, name) for name in hidden} | {"payment": "net-60", "note": ""}
        where = {"ship_name": "Li Hua", "ship_phone": "+86 571 1", "ship_address": "1 Market Road"}
        placed = self.step("place", "/en/checkout/", {**form, **where})
        assert placed.status_code == 303, placed.content.decode()[:2000]
        receipt: HttpResponse = self.step("receipt", placed["Location"])
        assert receipt.status_code == 200
        return receipt


def field(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found, name
    return found[1]


def a_catalogue(suppliers: int, variants: int) -> list[Listing]:
    sizes = [f"S{number}" for number in range(variants)]
    return [
        make_listing(supplier=make_supplier(), colors=["black"], sizes=sizes, stock=10_000)
        for _ in range(suppliers)
    ]


def steps_of(lines: Sequence[int]) -> Steps:
    """The counted steps of an order of so many lines from as many suppliers as there are numbers."""
    acting = make_credit_buyer(limit=500_000_000)
    first = Buyer(acting)
    first.order(a_catalogue(1, 1), [1])  # opens the books' accounts and fills what a process remembers
    listings = a_catalogue(len(lines), max(lines))
    buyer = Buyer(acting)
    buyer.order(listings, lines)
    group = OrderGroup.objects.latest("pk")
    assert group.orders.count() == len(lines)
    assert OrderLine.objects.filter(order__group=group).count() == sum(lines)
    return buyer.steps


def test_three_suppliers_and_ten_lines_take_few_queries_in_all() -> None:
    steps = steps_of([4, 3, 3])

    names = [name for name, _count in steps]
    assert names == ["add", "basket"] * 3 + ["checkout", "place", "receipt"]
    assert sum(count for _name, count in steps) <= MOST, steps


def test_no_step_takes_more_queries_for_more_lines_or_suppliers() -> None:
    one = dict(steps_of([1]))

    for lines in ([1, 1, 1], [4, 3, 3], [14, 13, 13], [40], [4] * 10):
        steps = steps_of(lines)
        assert {name for name, _count in steps} == set(one)
        grown = [(name, count, one[name]) for name, count in steps if count > one[name]]
        assert not grown, (lines, grown)


def test_an_order_on_account_leaves_all_its_records_though_written_at_once() -> None:
    acting = make_credit_buyer(limit=500_000_000)

    Buyer(acting).order(a_catalogue(2, 2), [2, 1])

    group = OrderGroup.objects.get()
    orders = list(group.orders.order_by("pk"))
    assert group.payment_state == "authorised"
    assert {(o.state, o.payment_state) for o in orders} == {(Order.State.AWAITING_ACCEPTANCE, "authorised")}
    assert all(order.answer_by for order in orders)
    trail = list(AuditRecord.objects.order_by("id").values_list("action", "from_state", "to_state"))
    assert trail[-7:] == [
        ("group.placed", "", ""),
        *[("order.placed", "", "awaiting_payment")] * 2,
        ("payment_state.changed", "pending", "authorised"),
        *[("order.released", "awaiting_payment", "awaiting_acceptance")] * 2,
        ("credit.authorised", "", "active"),
    ]
    names = list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))
    assert names[-2:] == ["orders.placed", "orders.released"]
    assert CreditLine.objects.get().held == group.total == sum(order.total for order in orders)
