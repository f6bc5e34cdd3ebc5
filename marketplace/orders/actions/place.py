"""Placing: a basket becomes one order per supplier, prices frozen and stock set aside, or nothing changes."""

from typing import Any

from django.db import connection

from marketplace.accounts.models import User
from marketplace.catalog.actions import reserve_stock
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock, outbox
from marketplace.core.errors import NotFound
from marketplace.core.models import AuditRecord

from ..errors import BasketBlocked, BasketChanged, EmptyBasket, PriceChanged, SubmissionReused
from ..models import Cart, CartLine, Order, OrderGroup, OrderLine, PaymentState
from ..queries.basket import Basket, BasketGroup, BasketLine, read_basket
from .cart import check_buyer


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
) -> OrderGroup:
    """Turn the member's basket into a group of orders, inside the transaction of the checkout that calls it.

    The orders wait for payment; `release_to_suppliers` sends them on. Goods set aside move to a new basket.
    A submission that was placed before returns its group and changes nothing. `expected_total` is the amount
    the button showed, in minor units. The number of queries does not depend on the number of lines.

    Raises RuntimeError outside a transaction; Forbidden, NotFound (not the member's basket), BasketChanged,
    EmptyBasket, BasketBlocked (its code is that of the first thing in the way), PriceChanged, SoldOut.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("orders are placed in the transaction that also secures their payment")
    check_buyer(acting)
    cart = _lock_cart(acting, cart_public_id)
    known = _placed_before(submission_key, cart)
    if known is not None:
        return known
    if cart.state != Cart.State.OPEN or cart.version != cart_version:
        raise BasketChanged
    basket = read_basket(cart)
    check_basket(basket, expected_total)
    lines = [line for part in basket.groups for line in part.lines]
    reserve_stock({line.variant.pk: line.quantity for line in lines if line.is_stock_reserved})
    group = OrderGroup.objects.create(
        company=acting.company,
        user=acting.user,
        cart=cart,
        submission_key=submission_key,
        currency=basket.currency,
        total=basket.total,
        payment_method=payment_method,
        payment_term=payment_term,
        ship_name=ship_name,
        ship_phone=ship_phone,
        ship_address=ship_address,
        note=note,
        portal_code=portal_code,
    )
    orders = _write_orders(group, acting, basket)
    _close_cart(cart, acting, basket)
    _record(group, orders, acting_user=acting_user, acting=acting)
    return group


def _lock_cart(acting: Acting, public_id: str) -> Cart:
    rows = Cart.objects.select_for_update().filter(company=acting.company, user=acting.user)
    cart = rows.filter(public_id=public_id).first()
    if cart is None:
        raise NotFound
    return cart


def _placed_before(submission_key: str, cart: Cart) -> OrderGroup | None:
    known = OrderGroup.objects.filter(submission_key=submission_key).first()
    if known is not None and known.cart_id != cart.pk:
        raise SubmissionReused
    return known


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
                state=Order.State.AWAITING_PAYMENT,
                payment_state=PaymentState.PENDING,
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
    variant, listing = line.variant, line.listing
    images = list(listing.images.all())
    picture = next((i for i in images if i.color_key == variant.color_key), images[0] if images else None)
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
        "picture": picture.path if picture else "",
        "picture_alt_zh": picture.alt_zh if picture else "",
        "picture_alt_en": picture.alt_en if picture else "",
    }


def _close_cart(cart: Cart, acting: Acting, basket: Basket) -> None:
    cart.state = Cart.State.COMPLETED
    cart.save(update_fields=["state"])
    if basket.aside:
        rest = Cart.objects.create(company=acting.company, user=acting.user)
        CartLine.objects.filter(cart=cart, is_set_aside=True).update(
            cart=rest, is_set_aside=False, updated_at=clock.now()
        )


def _record(group: OrderGroup, orders: list[Order], *, acting_user: User, acting: Acting) -> None:
    details: dict[str, Any] = {"actor": acting_user, "company_id": acting.company.pk}
    AuditRecord.objects.bulk_create(
        [
            audit.build(
                group, "group.placed", facts={"total": group.total, "orders": len(orders)}, **details
            ),
            *(
                audit.build(
                    order, "order.placed", to_state=order.state, facts={"total": order.total}, **details
                )
                for order in orders
            ),
        ]
    )
    outbox.publish("orders.placed", {"group": group.pk}, key=str(group.pk))
