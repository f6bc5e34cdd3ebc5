"""Which order line fields a shipment form has, and when a promise is credible. No ORM."""

from datetime import date, timedelta

# The field of an order line by its position in the order.
PREFIX = "n_"
LONGEST_PROMISE = timedelta(days=366)


def field_of(position: int) -> str:
    """The form field of the order line at `position`."""
    return f"{PREFIX}{position}"


def is_credible_promise(day: date, today: date) -> bool:
    """Whether goods may be promised for `day`."""
    return today <= day <= today + LONGEST_PROMISE
