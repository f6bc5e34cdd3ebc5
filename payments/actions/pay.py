"""Paying by card: a payment is opened with what it is for, then the buyer goes to the hosted page."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.companies.acting import Acting
from marketplace.core import audit, clock
from marketplace.core.errors import Forbidden, NotFound
from marketplace.core.i18n import pick
from marketplace.orders.models import Order, OrderGroup, PaymentMethod
from marketplace.ui.links import here_url

from ..errors import AmountNotPayable, NothingToPay
from ..models import Invoice, OutboxCommand, Payment, PaymentTarget
from ..queries.payable import payable_invoices
from ..settlement import commands
from ..settlement.vouchers import discounts_of
from .card import run_command

_WAITS = Order.State.AWAITING_PAYMENT


def open_group_payment(*, acting_user: User, group: OrderGroup, orders: Sequence[Order]) -> Payment:
    """The open card payment of a group, or a new one over its orders that wait for payment.

    Joins the caller's transaction, which has locked the group's cart or orders. Raises NothingToPay.
    """
    known = Payment.objects.filter(group=group, state__in=Payment.OPEN_STATES).first()
    if known is not None:
        return known
    waiting = [order for order in orders if order.state == _WAITS]
    if not waiting:
        raise NothingToPay
    discounts = discounts_of(waiting) if group.discount else {}
    parts = [(order, order.total - discounts.get(order.pk, 0)) for order in waiting]
    payment = Payment.objects.create(
        buyer_id=group.company_id,
        user=acting_user,
        purpose=Payment.Purpose.ORDER,
        group=group,
        amount=sum(amount for _order, amount in parts),
        currency=group.currency,
    )
    PaymentTarget.objects.bulk_create(
        [PaymentTarget(payment=payment, order=order, amount=amount) for order, amount in parts]
    )
    lines = [
        (_("Order %(id)s · %(name)s") % {"id": o.public_id, "name": pick(o.supplier, "name")}, amount)
        for o, amount in parts
    ]
    _ask_for_page(acting_user, payment, lines, portal=group.portal_code)
    return payment


def _ask_for_page(acting_user: User, payment: Payment, lines: list[tuple[str, int]], *, portal: str) -> None:
    """Record the payment and the call that will make its page."""
    back = settings.SITE_URL + here_url(portal or None, "payments:returned", payment.public_id)
    args: dict[str, Any] = {
        "lines": lines,
        "success_url": back,
        "cancel_url": f"{back}?cancelled=1",
        "language": get_language() or "",
        "email": acting_user.email,
    }
    commands.owe(commands.CHECKOUT, payment.pk, args=args)
    audit.record(
        payment,
        "payment.opened",
        actor=acting_user,
        company_id=payment.buyer_id,
        to_state=payment.state,
        facts={"amount": payment.amount, "currency": payment.currency, "purpose": payment.purpose},
    )


def send_to_payment_page(payment_id: int) -> str:
    """After commit: the address of the hosted page, made now if need be.

    "" while the service does not answer.
    """
    command = (
        OutboxCommand.objects.filter(kind=commands.CHECKOUT, subject_id=payment_id).order_by("-id").first()
    )
    if command is not None:
        run_command(command_id=command.pk)
    payment = Payment.objects.get(pk=payment_id)
    return payment.session_url if payment.state in Payment.OPEN_STATES else ""


def pay_group(*, acting_user: User, acting: Acting, group_public_id: str) -> str:
    """The buyer wants to pay a waiting group: the page's address.

    Raises NotFound, NothingToPay, Forbidden.
    """
    if not acting.may("buy"):
        raise Forbidden
    with transaction.atomic():
        group = OrderGroup.objects.filter(
            company=acting.company, public_id=group_public_id, payment_method=PaymentMethod.CARD
        ).first()
        if group is None:
            raise NotFound
        rows = Order.objects.select_for_update(of=("self",)).filter(group=group)
        orders = list(rows.select_related("supplier").order_by("pk"))
        _drop_stale(group)
        payment = open_group_payment(acting_user=acting_user, group=group, orders=orders)
    return send_to_payment_page(payment.pk)


def _drop_stale(group: OrderGroup) -> None:
    """Payments whose page was never made, or has run out, no longer stand in the way of a new one."""
    now = clock.now()
    stale = Q(session_expires_at__lte=now) | Q(session_id=None, created_at__lte=now - commands.KEY_LIFE)
    Payment.objects.filter(
        stale, group=group, state__in=["created", "requires_method", "requires_action"]
    ).update(state=Payment.State.CANCELED, updated_at=now)


def start_repayment(
    *,
    acting_user: User,
    acting: Acting,
    invoice_ids: Sequence[str],
    amount: int,
    submission_key: str,
    portal_code: str = "",
) -> tuple[Payment, str]:
    """Pay `amount` minor units towards chosen invoices by card; answers the payment and the page's address.

    The same submission twice is the same payment. Raises Forbidden, NotFound (any invoice absent or not
    yours), NothingToPay, AmountNotPayable.
    """
    if not acting.may("pay"):
        raise Forbidden
    with transaction.atomic():
        payment = Payment.objects.filter(submission_key=submission_key, buyer=acting.company).first()
        if payment is None:
            payment = _open_repayment(acting_user, acting, invoice_ids, amount, submission_key, portal_code)
    return payment, send_to_payment_page(payment.pk)


def _open_repayment(
    acting_user: User,
    acting: Acting,
    invoice_ids: Sequence[str],
    amount: int,
    submission_key: str,
    portal_code: str,
) -> Payment:
    chosen = payable_invoices(acting.company, invoice_ids)
    if not invoice_ids or len(chosen) != len(set(invoice_ids)):
        raise NotFound
    if len({item.invoice.currency for item in chosen}) != 1:
        raise AmountNotPayable(fields={"invoices": _("Choose invoices of one currency.")})
    owed = sum(item.total for item in chosen)
    if not owed:
        raise NothingToPay
    if not 0 < amount <= owed:
        raise AmountNotPayable(fields={"amount": AmountNotPayable.sentence}, owed=owed)
    payment = Payment.objects.create(
        buyer=acting.company,
        user=acting_user,
        purpose=Payment.Purpose.REPAYMENT,
        amount=amount,
        currency=chosen[0].invoice.currency,
        submission_key=submission_key,
    )
    invoices: list[Invoice] = [item.invoice for item in chosen]
    PaymentTarget.objects.bulk_create(
        [PaymentTarget(payment=payment, invoice=invoice) for invoice in invoices]
    )
    numbers = ", ".join(invoice.number for invoice in invoices)
    _ask_for_page(
        acting_user,
        payment,
        [(_("Invoice %(numbers)s") % {"numbers": numbers[:200]}, amount)],
        portal=portal_code,
    )
    return payment
