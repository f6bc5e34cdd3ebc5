"""One table: event name → consumers. All wiring between stages is on this page."""

from marketplace.core.outbox import Consumer

TABLE: dict[str, tuple[Consumer, ...]] = {}
