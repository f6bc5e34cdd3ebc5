"""Arithmetic and states of money. Pure: no ORM, no clock; amounts are integer minor units."""
