"""A client of our own ledger: two legs per posting, through the module that everything else books by."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
django.setup()

from django.db import transaction  # noqa: E402

from benchmarks._posting_loop import ACCOUNTS, serve  # noqa: E402
from marketplace.core.actors import SYSTEM  # noqa: E402
from payments.ledger.posting import Posting, cr, dr, post, post_all  # noqa: E402


def main(name: str, number: int) -> None:
    """Post as client `number` of the run `name`; by itself (`accounts`) only make the accounts."""
    if name == "accounts":
        _make_accounts()
        return

    def act(source: int, target: int, turn: int) -> None:
        legs = [dr("1200", 100, source + 1, order=7), cr("2000", 100, target + 1, order=7)]
        with transaction.atomic():
            post(Posting(f"{name}:{number}:{turn}", "bench", "CNY", legs, SYSTEM))

    serve(act, number)


def _make_accounts() -> None:
    with transaction.atomic():
        post_all(
            Posting(f"open:{n}", "bench", "CNY", [dr("1200", 100, n + 1), cr("2000", 100, n + 1)], SYSTEM)
            for n in range(ACCOUNTS)
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
