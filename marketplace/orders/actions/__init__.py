"""What is done to baskets and orders."""

from .add import add_to_cart
from .cancel import cancel_order, cancel_own_order
from .cart import accept_prices, change_cart, remove_from_cart, set_aside
from .place import place_orders
from .progress import record_payment_state, release_to_suppliers

__all__ = [
    "accept_prices",
    "add_to_cart",
    "cancel_order",
    "cancel_own_order",
    "change_cart",
    "place_orders",
    "record_payment_state",
    "release_to_suppliers",
    "remove_from_cart",
    "set_aside",
]
