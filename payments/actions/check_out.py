"""The door of checkout: orders placed and their credit taken in one transaction, or a card payment opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit, failpoints, outbox
from marketplace.orders.actions.place import place_orders
from marketplace.orders.models import Order, OrderGroup, PaymentMethod

from .. import policies
from ..credit.models import CreditLine
from ..credit.reserve import authorise
from ..errors import CreditDeclined, TermNotAllowed
from ..policies import MIXED
from ..settlement.own_terms import keep_own_terms
from ..settlement.vouchers import discounts_of, use_voucher
from .pay import open_group_payment, send_to_payment_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the checkout form said. `expected_total` is the amount on the button, in minor units."""

    cart_public_id: str
    cart_version: int
    submission_key: str
    payment_method: str
    payment_term: str
    ship_name: str
    ship_phone: str
    ship_address: str
    note: str
    portal_code: str
    expected_total: int
    voucher: str = ""
    # By public id of the supplier, where one is paid by another term than the rest.
    own_terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """The group, and for a card the address of the hosted page ("" while the service does not answer)."""

    group: OrderGroup
    pay_url: str = ""


def place_order_group(*, acting_user: User, acting: Acting, wish: Wish) -> Placed:
    """Place the basket's orders and secure their payment: all of it or nothing.

    On account: orders, stock and credit are taken in one transaction. By card: the orders wait, and after
    commit a hosted payment page is made. The same submission twice is the same group. Raises what
    `place_orders` raises, CreditDeclined (with the figures), TermNotAllowed and VoucherNotValid; then nothing
    is changed but the record of the decline.
    """
    failpoints.hit("checkout.before_reserve")
    try:
        with transaction.atomic(durable=True), audit.together():
            group, payment_id = _place(acting_user, acting, wish)
            failpoints.hit("checkout.before_commit")
    except CreditDeclined as refusal:
        _record_decline(acting_user, acting, wish, refusal)
        raise
    failpoints.hit("checkout.after_commit")
    return Placed(group, send_to_payment_page(payment_id) if payment_id else "")


def _place(acting_user: User, acting: Acting, wish: Wish) -> tuple[OrderGroup, int | None]:
    on_account = wish.payment_method == PaymentMethod.CREDIT
    policy = policies.current()
    own_terms = {key: code for key, code in wish.own_terms.items() if code and code != wish.payment_term}
    if on_account and not {wish.payment_term, *own_terms.values()} <= policy.terms.keys():
        raise TermNotAllowed(fields={"payment": TermNotAllowed.sentence})
    placed = place_orders(
        acting_user=acting_user,
        acting=acting,
        cart_public_id=wish.cart_public_id,
        cart_version=wish.cart_version,
        submission_key=wish.submission_key,
        payment_method=wish.payment_method,
        payment_term=(MIXED if own_terms else wish.payment_term) if on_account else "",
        ship_name=wish.ship_name,
        ship_phone=wish.ship_phone,
        ship_address=wish.ship_address,
        note=wish.note,
        portal_code=wish.portal_code,
        expected_total=wish.expected_total,
        is_secured=on_account,
    )
    group = placed.group
    if placed.is_new and wish.voucher:
        use_voucher(acting_user=acting_user, group=group, orders=placed.orders, code=wish.voucher)
    # A submission that came before keeps the method it was placed with.
    if group.payment_method == PaymentMethod.CARD:
        orders = placed.orders or Order.objects.filter(group=group).select_related("supplier").order_by("pk")
        return group, open_group_payment(acting_user=acting_user, group=group, orders=list(orders)).pk
    if placed.is_new:
        discounts = discounts_of(placed.orders) if wish.voucher else {}
        parts = [(order, order.total - discounts.get(order.pk, 0)) for order in placed.orders]
        taken = authorise(
            acting_user=acting_user, group=group, parts=parts, policy=policy, term=wish.payment_term
        )
        allowed = taken.line.allowed_terms
        keep_own_terms(placed.orders, own_terms, usual=wish.payment_term, allowed=allowed)
    return group, None


def _record_decline(acting_user: User, acting: Acting, wish: Wish, refusal: CreditDeclined) -> None:
    """A decline leaves one record and one event, outside the transaction that was rolled back."""
    line = CreditLine.objects.filter(buyer=acting.company, currency=refusal.facts.get("currency", "")).first()
    facts: dict[str, Any] = {key: value for key, value in refusal.facts.items() if key != "reasons"}
    with transaction.atomic():
        audit.record(
            line or acting.company,
            "credit.declined",
            actor=acting_user,
            company_id=acting.company.pk,
            reason=refusal.code,
            facts=facts,
        )
        outbox.publish(
            "credit.declined",
            {
                "company": acting.company.pk,
                "user": acting_user.pk,
                "code": refusal.code,
                "wanted": refusal.facts.get("wanted", wish.expected_total),
            },
            key=f"{wish.submission_key}:{refusal.code}",
        )
