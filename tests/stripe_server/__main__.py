"""`python -m tests.stripe_server --host 127.0.0.1 --port N --webhook URL --webhook-secret S --state FILE`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .app import Settings
from .server import make_server


def main() -> None:
    """Read the options and serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stripe_server", description="A local Stripe-compatible server."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8420, help="port to listen on (default: 8420)")
    parser.add_argument("--webhook", metavar="URL", help="where events are posted to")
    parser.add_argument("--webhook-secret", metavar="SECRET", default="whsec_local", help="signs the events")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep all objects here across restarts")
    parser.add_argument("--public-url", metavar="URL", help="address under which browsers reach the pages")
    parser.add_argument("--business", default="Chandi 产地", help="name shown on the pages")
    parser.add_argument(
        "--retry-base", type=float, default=2.0, help="seconds before the first repeat of a webhook"
    )
    options = parser.parse_args()
    settings = Settings(
        state=options.state,
        public_url=options.public_url,
        business=options.business,
        webhook=(options.webhook, options.webhook_secret) if options.webhook else None,
        retry_base=options.retry_base,
    )
    make_server(settings, host=options.host, port=options.port).run()


if __name__ == "__main__":
    main()
