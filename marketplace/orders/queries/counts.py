"""The numbers in the frame of every page, kept apart from what is dear to import."""

from marketplace.companies.acting import Acting

from ..models import Cart, CartLine


def basket_supplier_count(acting: Acting) -> int:
    """How many suppliers the acting member's open basket holds goods of; one query."""
    lines = CartLine.objects.filter(
        cart__company=acting.company, cart__user=acting.user, cart__state=Cart.State.OPEN
    )
    return lines.values("variant__supplier_id").distinct().count()
