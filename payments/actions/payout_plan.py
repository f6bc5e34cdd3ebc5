"""When a supplier wants its money."""

from django.db import transaction

from marketplace.companies.models import Supplier
from marketplace.core import audit
from marketplace.core.actors import Actor

from ..models import SupplierAccount


@transaction.atomic
def choose_payout_plan(*, acting_user: Actor, supplier: Supplier, plan: str) -> SupplierAccount:
    """Early less a fee, or when the buyer has paid; for invoices issued from now on."""
    account, _ = SupplierAccount.objects.get_or_create(
        supplier=supplier, defaults={"currency": supplier.currency}
    )
    before = account.plan
    if before != plan:
        account.plan = plan
        account.save(update_fields=["plan"])
        audit.record(
            account,
            "payout_plan.chosen",
            actor=acting_user,
            company_id=supplier.company_id,
            facts={"before": before, "after": plan},
        )
    return account
