"""Terms of single orders, where the orders of a group have different ones."""

from collections.abc import Collection, Mapping, Sequence

from marketplace.orders.models import Order

from ..errors import TermNotAllowed
from ..models import OrderTerm
from ..policies import MIXED


def keep_own_terms(
    orders: Sequence[Order], own_terms: Mapping[str, str], *, usual: str, allowed: Collection[str]
) -> None:
    """Write the term of each order: that chosen for its supplier (by public id), else the usual one.

    Raises TermNotAllowed.
    """
    if not own_terms:
        return
    if not set(own_terms.values()) <= set(allowed):
        raise TermNotAllowed(fields={"payment": TermNotAllowed.sentence})
    OrderTerm.objects.bulk_create(
        [OrderTerm(order=order, code=own_terms.get(order.supplier.public_id, usual)) for order in orders]
    )


def term_code_of(order: Order) -> str:
    """The code of the term an order is paid by; "" by card."""
    code = order.group.payment_term
    return OrderTerm.objects.get(order=order).code if code == MIXED else code
