"""Basket, order group, orders. Knows nothing of how an order is paid: payments writes the payment state."""
