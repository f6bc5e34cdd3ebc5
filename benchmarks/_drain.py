"""Run in our site's own environment: deliver all events as the worker would, and tell what that took."""

import json
import time

import django


def main() -> None:
    """Prints {"cpu_ms", "orders"}; the CPU is this process's own, without its start."""
    django.setup()
    from marketplace.core import outbox
    from marketplace.core.models import OutboxEvent

    orders = OutboxEvent.objects.filter(name="orders.placed", fanned_out_at__isnull=True).count()
    before = time.process_time()
    outbox.drain()
    print(json.dumps({"cpu_ms": 1000 * (time.process_time() - before), "orders": orders}))


if __name__ == "__main__":
    main()
