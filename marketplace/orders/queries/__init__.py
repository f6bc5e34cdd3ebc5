"""Reads of baskets and orders, scoped to the acting company."""

from .basket import (
    Basket,
    BasketGroup,
    BasketLine,
    BasketListing,
    Fix,
    Problem,
    basket_of,
    read_basket,
    suppliers_in_basket,
)
from .orders import (
    group_for_buyer,
    groups_of_buyer,
    order_for_buyer,
    order_for_supplier,
    orders_of_supplier,
    trail_of,
)

__all__ = [
    "Basket",
    "BasketGroup",
    "BasketLine",
    "BasketListing",
    "Fix",
    "Problem",
    "basket_of",
    "group_for_buyer",
    "groups_of_buyer",
    "order_for_buyer",
    "order_for_supplier",
    "orders_of_supplier",
    "read_basket",
    "suppliers_in_basket",
    "trail_of",
]
