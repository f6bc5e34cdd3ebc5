"""Twenty-four buyers and five pieces: five orders, every time, on any database.

And what happens when the guards are off: the conditional UPDATE, the look at the stock before it, and the
constraint of the table, each of which alone would do.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.core.errors import Refusal
from marketplace.orders.actions import place, place_orders
from marketplace.orders.models import Cart, CartLine, Order, OrderGroup, OrderLine
from marketplace.orders.queries import basket, problems
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import acting_for, make_company
from tests.factories.orders import checkout_form

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, STOCK, ROUNDS = 24, 5, 20
_NO_CHECKS = "PRAGMA ignore_check_constraints = {}"


def at_once(work: Callable[[int], str], count: int = BUYERS, *, checked: bool = True) -> Counter[str]:
    """Run `work` on as many threads at the same moment, each with its own connection; what each said."""
    gate = threading.Barrier(count)

    def run(number: int) -> str:
        try:
            connection.ensure_connection()
            if not checked and connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute(_NO_CHECKS.format("ON"))
            gate.wait(60)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


def make_buyers(count: int = BUYERS) -> list[Acting]:
    company = make_company(is_buyer=True)
    return [acting_for(company) for _ in range(count)]


def fresh_carts(buyers: list[Acting], wanted: list[list[Variant]], *, price: int = 300) -> list[Cart]:
    """A new open basket for each buyer with one piece of each wanted variant, in the wanted order."""
    Cart.objects.filter(state=Cart.State.OPEN).update(state=Cart.State.ABANDONED)
    carts = Cart.objects.bulk_create([Cart(company=b.company, user=b.user) for b in buyers])
    CartLine.objects.bulk_create(
        [
            CartLine(cart=cart, variant=variant, quantity=1, seen_price=price)
            for cart, variants in zip(carts, wanted, strict=True)
            for variant in variants
        ]
    )
    return carts


def buy(buyer: Acting, cart: Cart, **changes: object) -> str:
    """Place the basket; "placed", or the code of the refusal, or "refused by the table"."""
    form = {**checkout_form(buyer, cart, expected_total=0), **changes}
    try:
        with transaction.atomic():
            place_orders(**form)
    except Refusal as refusal:
        return refusal.code
    except IntegrityError:
        return "refused by the table"
    return "placed"


def one_variant(stock: int = STOCK) -> Variant:
    listing = make_listing(ladder=((1, 300),), multiple=1, colors=("black",), sizes=("M",), stock=stock)
    return variants_of(listing)[0]


def refill(variant: Variant, stock: int = STOCK) -> None:
    Variant.objects.filter(pk=variant.pk).update(stock_on_hand=stock, stock_reserved=0)


def test_five_of_twenty_four_get_a_piece_every_time() -> None:
    variant, buyers = one_variant(), make_buyers()

    for round_number in range(1, ROUNDS + 1):
        refill(variant)
        carts = fresh_carts(buyers, [[variant]] * BUYERS)
        said = at_once(lambda n, carts=carts: buy(buyers[n], carts[n], expected_total=339))

        assert said == Counter({"placed": STOCK, "sold_out": BUYERS - STOCK})
        variant.refresh_from_db()
        assert (variant.stock_on_hand, variant.stock_reserved) == (STOCK, STOCK)
        assert OrderLine.objects.count() == OrderGroup.objects.count() == STOCK * round_number
        assert Cart.objects.filter(state=Cart.State.OPEN).count() == BUYERS - STOCK


def _reserve_blindly(quantities: dict[int, int]) -> None:
    for pk, quantity in quantities.items():
        Variant.objects.filter(pk=pk).update(stock_reserved=F("stock_reserved") + quantity)


def _see_no_shortage(*_args: object) -> Iterator[problems.Problem]:
    return iter(())


@contextmanager
def table_unguarded() -> Iterator[None]:
    """The table without its constraint, which comes back with the rows set right."""
    name = "variant_never_oversold"
    if connection.vendor == "sqlite":
        yield  # each connection looks away by itself, in `at_once`
        return
    constraint = next(c for c in Variant._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Variant, constraint)
    try:
        yield
    finally:
        Variant.objects.update(stock_reserved=0)
        with connection.schema_editor() as editor:
            editor.add_constraint(Variant, constraint)


def test_without_any_guard_all_twenty_four_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the test above asserts does fail when nothing guards the stock."""
    variant, buyers = one_variant(), make_buyers()
    carts = fresh_carts(buyers, [[variant]] * BUYERS)
    monkeypatch.setattr(place, "reserve_stock", _reserve_blindly)
    monkeypatch.setattr(problems, "_stock_problems", _see_no_shortage)

    with table_unguarded():
        said = at_once(lambda n: buy(buyers[n], carts[n], expected_total=339), checked=False)
        variant.refresh_from_db()
        assert said == Counter({"placed": BUYERS})
        assert variant.stock_reserved == BUYERS > variant.stock_on_hand


def test_the_table_alone_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even code that forgot to ask cannot sell the sixth piece."""
    variant, buyers = one_variant(), make_buyers()
    carts = fresh_carts(buyers, [[variant]] * BUYERS)
    monkeypatch.setattr(place, "reserve_stock", _reserve_blindly)
    monkeypatch.setattr(problems, "_stock_problems", _see_no_shortage)

    said = at_once(lambda n: buy(buyers[n], carts[n], expected_total=339))

    assert said == Counter({"placed": STOCK, "refused by the table": BUYERS - STOCK})
    assert OrderLine.objects.count() == STOCK


def test_baskets_of_the_same_goods_in_opposite_order_never_lock_each_other_out() -> None:
    listing = make_listing(ladder=((1, 300),), multiple=1, colors=("black",), sizes=("M", "L"), stock=6)
    one, two = variants_of(listing)
    buyers = make_buyers(12)

    for round_number in range(1, 6):
        Variant.objects.update(stock_on_hand=6, stock_reserved=0)
        carts = fresh_carts(buyers, [[one, two] if n % 2 else [two, one] for n in range(12)])
        said = at_once(lambda n, carts=carts: buy(buyers[n], carts[n], expected_total=678), 12)

        assert said == Counter({"placed": 6, "sold_out": 6})
        assert set(Variant.objects.values_list("stock_reserved", flat=True)) == {6}
        assert Order.objects.count() == 6 * round_number


def test_a_basket_is_read_the_same_by_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of the refusal is the same whether the look or the UPDATE finds the shortage."""
    variant, buyers = one_variant(0), make_buyers(1)
    [cart] = fresh_carts(buyers, [[variant]])
    seen = buy(buyers[0], cart, expected_total=339)
    monkeypatch.setattr(problems, "_stock_problems", _see_no_shortage)

    assert (seen, buy(buyers[0], cart, expected_total=339)) == ("sold_out", "sold_out")
    assert basket.read_basket(cart).line_count == 1
