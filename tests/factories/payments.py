"""Credit lines, suppliers with payout accounts, orders on account, shipments.

Valid ones, through the actions.
"""

from collections.abc import Mapping
from itertools import count
from typing import Any

from marketplace.catalog.models import Variant
from marketplace.companies.acting import Acting
from marketplace.companies.models import Company, Supplier
from marketplace.core import outbox
from marketplace.core.actors import SYSTEM
from marketplace.fulfilment.actions import accept_order, ship_order
from marketplace.fulfilment.models import Shipment
from marketplace.orders.models import Order, OrderGroup, OrderLine
from marketplace.orders.queries import read_basket
from payments.actions.check_out import Placed, Wish, place_order_group
from payments.credit.actions import open_credit_line
from payments.credit.models import CreditLine
from payments.models import Invoice, SupplierAccount

from .catalog import make_listing, variants_of
from .companies import make_buyer, make_supplier, selling_for
from .orders import fill_cart

_numbers = count(1)
TERMS = ("net-30", "net-60", "instalments-3")


def make_credit_line(
    buyer: Company, *, limit: int = 5_000_000, currency: str = "CNY", **fields: Any
) -> CreditLine:
    """An active line of `limit` minor units with every term."""
    fields = {"terms": TERMS, "note": "made for a test", **fields}
    return open_credit_line(acting_user=SYSTEM, buyer=buyer, currency=currency, limit=limit, **fields)


def make_credit_buyer(*, limit: int = 5_000_000, currency: str = "CNY", **fields: Any) -> Acting:
    """A buying company with a credit line, and a member acting for it."""
    acting = make_buyer(**fields)
    make_credit_line(acting.company, limit=limit, currency=currency)
    return acting


def make_paid_supplier(*, currency: str = "CNY", provider_account: str = "", **fields: Any) -> Supplier:
    """A supplier whose payout account works (by default one no payment service knows)."""
    supplier = make_supplier(currency=currency, **fields)
    SupplierAccount.objects.create(
        supplier=supplier,
        currency=currency,
        state=SupplierAccount.State.ENABLED,
        provider_account=provider_account or f"acct_test{next(_numbers)}",
    )
    return supplier


def make_goods(
    supplier: Supplier, *, price: int = 10_000, vat_rate_bp: int = 1300, stock: int = 100_000, **fields: Any
) -> Variant:
    """One variant at one price from one piece on, in the supplier's currency."""
    listing = make_listing(
        supplier=supplier,
        ladder=((1, price),),
        colors=("black",),
        sizes=("M",),
        stock=stock,
        multiple=1,
        currency=supplier.currency,
        vat_rate_bp=vat_rate_bp,
        **fields,
    )
    return variants_of(listing)[0]


def wish_for(acting: Acting, wanted: Mapping[Variant, int], **changes: Any) -> Wish:
    """What the checkout form of a basket with these goods would say."""
    cart = fill_cart(acting, wanted)
    fields: dict[str, Any] = {
        "cart_public_id": cart.public_id,
        "cart_version": cart.version,
        "submission_key": f"checkout-{next(_numbers)}",
        "payment_method": "credit",
        "payment_term": "net-60",
        "ship_name": "Li Hua",
        "ship_phone": "+86 571 0000 0000",
        "ship_address": "1 Market Road, Hangzhou",
        "note": "",
        "portal_code": "",
        "expected_total": read_basket(cart).total,
    }
    return Wish(**{**fields, **changes})


def check_out(acting: Acting, wanted: Mapping[Variant, int], **changes: Any) -> Placed:
    """A placed group through the door of checkout."""
    return place_order_group(acting_user=acting.user, acting=acting, wish=wish_for(acting, wanted, **changes))


def order_on_account(acting: Acting, wanted: Mapping[Variant, int], *, term: str = "net-60") -> OrderGroup:
    """A group on account that awaits its suppliers' answers."""
    return check_out(acting, wanted, payment_term=term).group


def ship(order: Order, pieces: int | None = None) -> Shipment:
    """The factory accepts the order and hands over `pieces` of its first line (default: all)."""
    seller = selling_for(order.supplier)
    order = Order.objects.get(pk=order.pk)
    if order.state == Order.State.AWAITING_ACCEPTANCE:
        accept_order(acting_user=seller.user, acting=seller, order_public_id=order.public_id)
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    going = {lines[0].position: pieces} if pieces else {ln.position: ln.outstanding for ln in lines}
    return ship_order(
        acting_user=seller.user,
        acting=seller,
        order_public_id=order.public_id,
        quantities=going,
        carrier="SF",
        tracking=f"SF{next(_numbers)}",
        cartons=1,
        submission_key=f"ship-{next(_numbers)}",
    )


def invoice_of(shipment: Shipment) -> Invoice:
    """The invoice of a shipment after the news has spread."""
    outbox.drain()
    return Invoice.objects.get(shipment=shipment)


def make_invoice(
    buyer: Acting | None = None,
    *,
    pieces: int = 10,
    price: int = 100_000,
    term: str = "net-30",
    currency: str = "CNY",
    vat_rate_bp: int = 1900,
    supplier: Supplier | None = None,
) -> tuple[Acting, Invoice]:
    """A buyer on account with an open invoice of `pieces` at `price` and VAT, issued today."""
    buyer = buyer or make_credit_buyer(currency=currency)
    seller = supplier or make_paid_supplier(currency=currency)
    goods = make_goods(seller, price=price, vat_rate_bp=vat_rate_bp)
    order = order_on_account(buyer, {goods: pieces}, term=term).orders.get()
    return buyer, invoice_of(ship(order))
