"""What suppliers and buyers do to orders on their way."""

from .answer import accept_order, refuse_order
from .receive import confirm_receipt
from .ship import refuse_rest, ship_order

__all__ = ["accept_order", "confirm_receipt", "refuse_order", "refuse_rest", "ship_order"]
