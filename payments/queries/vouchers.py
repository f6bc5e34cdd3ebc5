"""Whether a voucher can be used for a basket, and what it takes off each part."""

from django.db.models import Q, QuerySet

from marketplace.core import clock

from ..errors import VoucherNotValid
from ..models import Voucher


def find_voucher(code: str, *, buyer_id: int, currency: str, total: int) -> Voucher:
    """The voucher of a code, if this buyer may use it for a basket of `total`. Raises VoucherNotValid."""
    row = Voucher.objects.filter(
        Q(buyer__isnull=True) | Q(buyer=buyer_id),
        code=code.strip().upper(),
        currency=currency,
        used_for__isnull=True,
        valid_until__gte=clock.today(),
        min_total__lte=total,
        amount__lt=total,
    ).first()
    if row is None:
        raise VoucherNotValid(fields={"voucher": VoucherNotValid.sentence})
    return row


def all_vouchers() -> QuerySet[Voucher]:
    """Vouchers, newest first."""
    return Voucher.objects.select_related("buyer").order_by("-pk")
