"""Small counts the frame shows on every page; one query each."""

from marketplace.companies.acting import Acting

from ..models import Cart, CartLine


def basket_supplier_count(acting: Acting) -> int:
    """How many suppliers the open basket of this member is split over."""
    lines = CartLine.objects.filter(
        cart__company=acting.company, cart__user=acting.user, cart__state=Cart.State.OPEN
    )
    return lines.values("variant__supplier").distinct().count()
