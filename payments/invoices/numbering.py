"""Document numbers: per issuer, kind and year, one after the other, without gaps."""

from django.db.models import F

from marketplace.companies.models import Company

from ..models import NumberSeries

INVOICE = "invoice"
CREDIT_NOTE = "credit_note"


def next_number(issuer: Company, kind: str, year: int) -> str:
    """Take the next number, e.g. `2026-000123` (credit notes `C2026-000007`), in the caller's transaction.

    The row stays locked until that transaction ends; if it rolls back, the number was never given.
    """
    mine = NumberSeries.objects.filter(issuer=issuer, kind=kind, year=year)
    if not mine.update(last=F("last") + 1):
        NumberSeries.objects.bulk_create(
            [NumberSeries(issuer=issuer, kind=kind, year=year)], ignore_conflicts=True
        )
        mine.update(last=F("last") + 1)
    prefix = "C" if kind == CREDIT_NOTE else ""
    return f"{prefix}{year}-{mine.values_list('last', flat=True).get():06d}"
