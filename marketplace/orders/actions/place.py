"""Placing: a basket becomes one order per supplier, prices frozen and stock set aside, or nothing changes."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection

from marketplace.accounts.models import User
from marketplace.catalog.actions import reserve_stock
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox
from marketplace.core.errors import NotFound

from ..errors import BasketBlocked, BasketChanged, EmptyBasket, PriceChanged, SubmissionReused
from ..models import Cart, CartLine, Order, OrderGroup, OrderLine, PaymentState
from ..queries.basket import Basket, BasketGroup, BasketLine, claimed_basket
from ..rules import ANSWER_WITHIN
from .cart import check_buyer
from .progress import payment_record, release_record, released_event


@dataclass(frozen=True, slots=True)
class Placement:
    """A group of orders. `orders` are those written now; none when the group was placed before."""

    group: OrderGroup
    orders: tuple[Order, ...] = ()

    @property
    def is_new(self) -> bool:
        return bool(self.orders)


def place_orders(
    *,
    acting_user: User,
    acting: Acting,
    cart_public_id: str,
    cart_version: int,
    submission_key: str,
    payment_method: str,
    payment_term: str,
    ship_name: str,
    ship_phone: str,
    ship_address: str,
    note: str,
    portal_code: str,
    expected_total: int,
    is_secured: bool = False,
) -> Placement:
    """Turn the member's basket into a group of orders, inside the transaction of the checkout that calls it.

    The orders wait for payment and `release_to_suppliers` sends them on. With `is_secured` the caller takes
    the payment on account in this same transaction, so the orders are written as authorised and released at
    once, with the records and events of both steps. Goods set aside move to a new basket. A submission that
    was placed before returns its group and changes nothing. `expected_total` is the amount the button showed,
    in minor units. The number of queries does not depend on the number of lines.

    Raises RuntimeError outside a transaction; Forbidden, NotFound (not the member's basket), BasketChanged,
    SubmissionReused, EmptyBasket, BasketBlocked (its code is that of the first thing in the way),
    PriceChanged, SoldOut.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("orders are placed in the transaction that also secures their payment")
    check_buyer(acting)
    if not _claim_cart(acting, cart_public_id, cart_version):
        return Placement(_placed_before(acting, cart_public_id, submission_key))
    basket = claimed_basket(cart_public_id)
    check_basket(basket, expected_total)
    lines = [line for part in basket.groups for line in part.lines]
    reserve_stock({line.variant.pk: line.quantity for line in lines if line.is_stock_reserved})
    group = _write_group(
        company=acting.company,
        user=acting.user,
        cart=basket.cart,
        submission_key=submission_key,
        currency=basket.currency,
        total=basket.total,
        payment_method=payment_method,
        payment_term=payment_term,
        payment_state=PaymentState.AUTHORISED if is_secured else PaymentState.PENDING,
        ship_name=ship_name,
        ship_phone=ship_phone,
        ship_address=ship_address,
        note=note,
        portal_code=portal_code,
    )
    orders = _write_orders(group, acting, basket)
    _keep_for_later(group.cart, acting, basket)
    _record(group, orders, acting_user=acting_user, acting=acting)
    return Placement(group, tuple(orders))


def _claim_cart(acting: Acting, public_id: str, version: int) -> bool:
    """Close the member's open basket of this version; of simultaneous submissions only one can."""
    mine = Cart.objects.filter(company=acting.company, user=acting.user, public_id=public_id)
    claimed = mine.filter(version=version, state=Cart.State.OPEN).update(
        state=Cart.State.COMPLETED, updated_at=clock.now()
    )
    return claimed == 1


def _placed_before(acting: Acting, cart_public_id: str, submission_key: str) -> OrderGroup:
    """The group of a submission that came before; else the reason why the basket could not be claimed."""
    cart = Cart.objects.filter(company=acting.company, user=acting.user, public_id=cart_public_id).first()
    if cart is None:
        raise NotFound
    known = OrderGroup.objects.filter(submission_key=submission_key).first()
    if known is None:
        raise BasketChanged
    if known.cart_id != cart.pk:
        raise SubmissionReused
    return known


def _write_group(**fields: Any) -> OrderGroup:
    """The group's row. Its unique key is the last word on a submission that named another basket before."""
    try:
        return OrderGroup.objects.create(**fields)
    except IntegrityError as error:
        if "submission_key" in str(error):
            raise SubmissionReused from error
        raise


def check_basket(basket: Basket, expected_total: int) -> None:
    """Refuse an empty or blocked basket, and one whose total is not the one that was shown."""
    if not basket.groups:
        raise EmptyBasket
    for part in basket.groups:
        for problem in part.blockers:
            raise BasketBlocked(problem.sentence, code=problem.code, supplier=part.supplier.public_id)
    if basket.total != expected_total:
        raise PriceChanged(expected=expected_total, total=basket.total)


def _write_orders(group: OrderGroup, acting: Acting, basket: Basket) -> list[Order]:
    is_secured = group.payment_state == PaymentState.AUTHORISED
    orders = Order.objects.bulk_create(
        [
            Order(
                group=group,
                buyer=acting.company,
                supplier=part.supplier,
                currency=part.currency,
                net=part.sums.net,
                vat=part.sums.vat,
                freight=part.sums.freight,
                total=part.sums.total,
                state=Order.State.AWAITING_ACCEPTANCE if is_secured else Order.State.AWAITING_PAYMENT,
                payment_state=group.payment_state,
                answer_by=clock.now() + ANSWER_WITHIN if is_secured else None,
            )
            for part in basket.groups
        ]
    )
    OrderLine.objects.bulk_create(
        [
            _order_line(order, part, line, position)
            for order, part in zip(orders, basket.groups, strict=True)
            for position, line in enumerate(part.lines, start=1)
        ]
    )
    return orders


def _order_line(order: Order, part: BasketGroup, line: BasketLine, position: int) -> OrderLine:
    reached = next(p.reached for p in part.listings if p.listing.pk == line.listing.pk)
    return OrderLine(
        order=order,
        variant=line.variant,
        listing=line.listing,
        position=position,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net=line.amount,
        vat_rate_bp=line.listing.vat_rate_bp,
        is_stock_reserved=line.is_stock_reserved,
        snapshot=snapshot_of(line, reached.tier.min_qty if reached else 0),
    )


def snapshot_of(line: BasketLine, tier_min_qty: int) -> dict[str, Any]:
    """What was bought, as it was shown then, in both languages."""
    variant, listing, shown = line.variant, line.listing, line.shown
    return {
        "title_zh": listing.title_zh,
        "title_en": listing.title_en,
        "color_zh": variant.color_zh,
        "color_en": variant.color_en,
        "size": variant.size,
        "sku": variant.sku,
        "unit_zh": listing.unit_zh,
        "unit_en": listing.unit_en,
        "tier_min_qty": tier_min_qty,
        "listing": listing.public_id,
        "listing_version": listing.version,
        "lead_days": listing.lead_days,
        "factory_zh": listing.factory.name_zh,
        "factory_en": listing.factory.name_en,
        "cluster": listing.cluster.code,
        "picture": shown.get("path", ""),
        "picture_alt_zh": shown.get("alt_zh", ""),
        "picture_alt_en": shown.get("alt_en", ""),
    }


def _keep_for_later(cart: Cart, acting: Acting, basket: Basket) -> None:
    """What was set aside is the next basket."""
    if basket.aside:
        rest = Cart.objects.create(company=acting.company, user=acting.user)
        CartLine.objects.filter(cart=cart, is_set_aside=True).update(
            cart=rest, is_set_aside=False, updated_at=clock.now()
        )


def _record(group: OrderGroup, orders: list[Order], *, acting_user: User, acting: Acting) -> None:
    by: dict[str, Any] = {"actor": acting_user, "company_id": acting.company.pk}
    waiting = Order.State.AWAITING_PAYMENT
    rows = [audit.build(group, "group.placed", facts={"total": group.total, "orders": len(orders)}, **by)]
    rows += [
        audit.build(order, "order.placed", to_state=waiting, facts={"total": order.total}, **by)
        for order in orders
    ]
    events = [("orders.placed", {"group": group.pk}, str(group.pk))]
    if group.payment_state == PaymentState.AUTHORISED:
        rows.append(payment_record(group, PaymentState.PENDING, PaymentState.AUTHORISED, acting_user))
        rows += [release_record(order, acting_user, "on account") for order in orders]
        events.append(released_event(group))
    audit.record_all(rows)
    outbox.publish_many(events)
