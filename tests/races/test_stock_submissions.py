"""The same checkout eight times at once is one group; a price edited meanwhile is never charged unseen."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace.catalog.actions import set_ladder
from marketplace.catalog.models import Variant
from marketplace.catalog.rules import Tier
from marketplace.core.actors import SYSTEM
from marketplace.core.errors import Refusal
from marketplace.core.models import OutboxEvent
from marketplace.orders.actions import add_to_cart, place, place_orders
from marketplace.orders.models import Cart, CartLine, OrderGroup, OrderLine
from tests.factories.catalog import make_listing, variants_of
from tests.factories.companies import make_buyer
from tests.factories.orders import checkout_form, fill_cart

pytestmark = pytest.mark.django_db(transaction=True)
TABS = 8


def in_tabs(*works: Any) -> list[str]:
    """Run every work on its own thread and connection at the same moment; what each came to, in order."""
    gate = threading.Barrier(len(works))

    def run(work: Any) -> str:
        try:
            connection.ensure_connection()
            gate.wait(60)
            return str(work())
        except Refusal as refusal:
            return refusal.code
        except IntegrityError:
            return "fault"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def send(form: dict[str, Any]) -> str:
    with transaction.atomic():
        return place_orders(**form).group.public_id


def a_checkout() -> tuple[dict[str, Any], Cart]:
    buyer = make_buyer()
    cart = fill_cart(buyer, {variants_of(make_listing())[0]: 120})
    return checkout_form(buyer, cart), cart


@pytest.mark.parametrize("round_number", range(5))
def test_one_form_in_eight_tabs_is_one_group_and_eight_equal_answers(round_number: int) -> None:
    form, _cart = a_checkout()

    answers = in_tabs(*[lambda: send(form)] * TABS)

    assert len(set(answers)) == 1
    assert answers[0] == OrderGroup.objects.get().public_id
    assert OrderLine.objects.get().quantity == 120
    assert OutboxEvent.objects.filter(name="orders.placed").count() == 1
    assert Variant.objects.filter(stock_reserved=120).count() == 1


def test_without_the_claim_the_tabs_would_not_get_equal_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with a basket that everyone may claim, only the unique keys are left to object."""
    form, _cart = a_checkout()
    monkeypatch.setattr(place, "_claim_cart", lambda *_args: True)

    answers = in_tabs(*[lambda: send(form)] * TABS)

    assert answers.count("fault") + answers.count("submission_reused") == TABS - 1
    assert OrderGroup.objects.count() == 1


def test_eight_forms_for_one_basket_are_one_group() -> None:
    form, _cart = a_checkout()

    answers = in_tabs(*[lambda n=n: send({**form, "submission_key": f"tab-{n}"}) for n in range(TABS)])

    assert answers.count("basket_changed") == TABS - 1
    assert OrderGroup.objects.count() == 1
    assert Variant.objects.filter(stock_reserved=120).count() == 1


def test_the_same_press_in_eight_tabs_adds_once() -> None:
    buyer, listing = make_buyer(), make_listing()
    variant = variants_of(listing)[0]

    def press(key: str) -> str:
        add_to_cart(
            acting_user=buyer.user,
            acting=buyer,
            listing_public_id=listing.public_id,
            quantities={variant.public_id: 120},
            submission_key=key,
        )
        return "added"

    assert in_tabs(*[lambda: press("one")] * TABS) == ["added"] * TABS
    assert CartLine.objects.get().quantity == 120
    # The control: presses that are told apart all count.
    assert in_tabs(*[lambda n=n: press(f"key-{n}") for n in range(TABS)]) == ["added"] * TABS
    assert CartLine.objects.get().quantity == 120 * (TABS + 1)
    assert Cart.objects.count() == 1


@pytest.mark.parametrize("round_number", range(5))
def test_a_price_edited_during_checkout_is_never_charged_unseen(round_number: int) -> None:
    buyers = [make_buyer() for _ in range(TABS)]
    listing = make_listing()
    variant = variants_of(listing)[0]
    forms = [checkout_form(b, fill_cart(b, {variant: 120})) for b in buyers]

    def edit() -> str:
        set_ladder(acting_user=SYSTEM, listing=listing, ladder=[Tier(120, 330)], reason="cotton")
        return "edited"

    answers = in_tabs(*[lambda form=form: send(form) for form in forms], edit)

    placed = OrderGroup.objects.count()
    assert answers[-1] == "edited"
    assert answers.count("price_changed") == TABS - placed
    assert set(OrderGroup.objects.values_list("total", flat=True)) <= {40_680}
    assert set(OrderLine.objects.values_list("unit_price", flat=True)) <= {300}
