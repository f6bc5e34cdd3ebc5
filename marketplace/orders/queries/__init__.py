"""Reads of baskets and orders, scoped to the acting company."""

from .basket import Basket, BasketGroup, BasketLine, BasketListing, basket_of, read_basket
from .counts import basket_supplier_count
from .orders import (
    Page,
    bought_page,
    group_for_buyer,
    groups_of_buyer,
    order_for_buyer,
    order_for_reader,
    order_for_supplier,
    orders_of_group,
    orders_of_supplier,
    sold_page,
    trail_of,
)
from .problems import Fix, Problem

__all__ = [
    "Basket",
    "BasketGroup",
    "BasketLine",
    "BasketListing",
    "Fix",
    "Page",
    "Problem",
    "basket_of",
    "basket_supplier_count",
    "bought_page",
    "group_for_buyer",
    "groups_of_buyer",
    "order_for_buyer",
    "order_for_reader",
    "order_for_supplier",
    "orders_of_group",
    "orders_of_supplier",
    "read_basket",
    "sold_page",
    "trail_of",
]
