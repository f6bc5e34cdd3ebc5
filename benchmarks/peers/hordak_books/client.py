"""A client of django-hordak: its own short way to post two legs, `Account.transfer_to`."""

import statistics
import sys
import time

import django

django.setup()

from _posting_loop import ACCOUNTS, serve  # noqa: E402
from django.core.management import call_command  # noqa: E402
from hordak.models import Account, AccountType, Leg, Transaction  # noqa: E402
from moneyed import Money  # noqa: E402

_ONE = Money(1, "EUR")


def _accounts():
    return list(Account.objects.filter(name__startswith="a").order_by("pk"))


def prepare():
    """Tables and accounts."""
    call_command("migrate", verbosity=0)
    for number in range(ACCOUNTS):
        Account.objects.create(
            name=f"a{number}", code=str(number), type=AccountType.asset, currencies=["EUR"]
        )


def fill(legs):
    """One account with so many legs, past its triggers, and another one of the same kind to balance them."""
    code = legs // 1000
    many, other = (
        Account.objects.create(name=side, code=f"{side}{code}", type=AccountType.asset, currencies=["EUR"])
        for side in "xy"
    )
    rows = [Transaction() for _ in range(legs)]
    Transaction.objects.bulk_create(rows, batch_size=5_000)
    both = [Leg(transaction=row, account=many, debit=_ONE) for row in rows]
    both += [Leg(transaction=row, account=other, credit=_ONE) for row in rows]
    Leg.objects.bulk_create(both, batch_size=5_000)


def balance(legs):
    """Median milliseconds of CPU and wall of a balance read."""
    account = Account.objects.get(code=f"x{legs // 1000}")
    walls = []
    for _ in range(30):
        begin = time.perf_counter()
        account.get_balance()
        walls.append(time.perf_counter() - begin)
    print(1000 * statistics.median(walls))


def main(what, number):
    """`prepare`, `fill LEGS`, `balance LEGS`, or post as client `number` of the run `what`."""
    if what in ("fill", "balance"):
        globals()[what](number)
        return
    if what == "prepare":
        prepare()
        return
    accounts = _accounts()
    serve(lambda source, target, _turn: accounts[source].transfer_to(accounts[target], _ONE), number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
