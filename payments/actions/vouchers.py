"""Making a voucher: an amount off one checkout that the platform pays for."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.companies.models import Company
from marketplace.core import audit, clock
from marketplace.core.actors import Actor
from marketplace.core.errors import InvalidInput

from ..models import Voucher
from ..rules.late_fees import MAX_AMOUNT


def make_voucher(
    *,
    acting_user: Actor,
    code: str,
    currency: str,
    amount: int,
    valid_until: date,
    min_total: int = 0,
    buyer: Company | None = None,
) -> Voucher:
    """A voucher of `amount` minor units, used once, by one buyer or by whoever has the code.

    Raises InvalidInput for a code that is taken, an amount of nothing, or a day that has passed.
    """
    if not 0 < amount <= MAX_AMOUNT or min_total < 0 or valid_until < clock.today():
        raise InvalidInput
    try:
        with transaction.atomic():
            voucher = Voucher.objects.create(
                code=code.strip().upper(),
                buyer=buyer,
                currency=currency,
                amount=amount,
                min_total=min_total,
                valid_until=valid_until,
            )
            audit.record(
                voucher,
                "voucher.made",
                actor=acting_user,
                company_id=buyer.pk if buyer else None,
                facts={"amount": amount, "currency": currency, "valid_until": str(valid_until)},
            )
    except IntegrityError as error:
        raise InvalidInput(fields={"code": _("This code is taken.")}) from error
    return voucher
