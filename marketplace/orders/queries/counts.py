"""The numbers in the frame of every page, kept apart from what is dear to import."""

from django.db.models import QuerySet

from marketplace.companies.acting import Acting

from ..models import Cart, CartLine


def basket_suppliers(company_id: int, user_id: int) -> QuerySet[CartLine, int]:
    """The supplier of each line in a member's open basket, once per line."""
    lines = CartLine.objects.filter(cart__company=company_id, cart__user=user_id, cart__state=Cart.State.OPEN)
    return lines.values_list("variant__supplier_id", flat=True)


def basket_supplier_count(acting: Acting) -> int:
    """How many suppliers the acting member's open basket holds goods of; one query."""
    return basket_suppliers(acting.company.pk, acting.user.pk).distinct().count()
