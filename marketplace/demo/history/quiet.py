"""The table of events without notices and mails, for months long past: nobody reads what was said then."""

from marketplace import notifications
from marketplace.subscriptions import TABLE as FULL

TABLE = {
    name: tuple(consumer for consumer in row if not consumer.name.startswith(notifications.__name__))
    for name, row in FULL.items()
}
