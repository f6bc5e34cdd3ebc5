"""States of an inquiry. No ORM."""

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"

# A further question of the buyer opens an answered inquiry again.
INQUIRY_TRANSITIONS: dict[str, frozenset[str]] = {
    OPEN: frozenset({ANSWERED, CLOSED}),
    ANSWERED: frozenset({OPEN, CLOSED}),
    CLOSED: frozenset(),
}
