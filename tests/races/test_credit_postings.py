"""Many sessions book at once: nothing is lost, nothing twice, nobody waits in a circle."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, transaction

from marketplace.core.actors import SYSTEM
from payments.errors import NegativeBalance
from payments.ledger import checks
from payments.ledger.models import LedgerTx
from payments.ledger.posting import Posting, cr, dr, post_all
from payments.ledger.queries import balance

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS, EACH = 12, 25


def at_once(work: Callable[[int], int]) -> list[int]:
    """Run `work` in sessions of their own that begin at the same moment."""
    gate = threading.Barrier(SESSIONS)

    def run(number: int) -> int:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(SESSIONS) as pool:
        return list(pool.map(run, range(SESSIONS)))


def sale(key: str, buyer: int, seller: int, amount: int) -> list[Posting]:
    """A sale and its commitment, as an invoice books them: accounts of both sides and the shared ones."""
    invoice = [dr("1200", amount, buyer), cr("2000", amount - 3, seller), cr("4000", 2), cr("2300", 1)]
    held = [dr("9000", amount, buyer), cr("9001", amount)]
    return [
        Posting(key=f"{key}:{name}", kind="race", currency="CNY", legs=legs, actor=SYSTEM)
        for name, legs in (("inv", invoice), ("cap", held))
    ]


def proved() -> None:
    for proof in (checks.uneven_transactions, checks.wrong_balances, checks.uneven_currencies):
        assert proof() == []


def test_sales_between_the_same_few_sides_all_arrive() -> None:
    def book(number: int) -> int:
        chance = Random(number)
        for step in range(EACH):
            postings = sale(f"{number}:{step}", chance.randint(1, 3), chance.randint(1, 3), 100)
            if chance.random() < 0.5:
                postings.reverse()
            with transaction.atomic():
                post_all(postings)
        return EACH

    assert sum(at_once(book)) == SESSIONS * EACH
    assert LedgerTx.objects.count() == 2 * SESSIONS * EACH
    assert balance("CNY", "4000") == 2 * SESSIONS * EACH
    assert sum(balance("CNY", "1200", buyer) for buyer in (1, 2, 3)) == 100 * SESSIONS * EACH
    proved()


def test_one_key_asked_for_by_everyone_is_booked_once() -> None:
    def book(_number: int) -> int:
        with transaction.atomic():
            return sum(posted.is_new for posted in post_all(sale("same", 1, 2, 100)))

    assert sorted(at_once(book)) == [0] * (SESSIONS - 1) + [2]
    assert balance("CNY", "1200", 1) == 100
    proved()


def test_a_guarded_account_gives_only_what_it_has() -> None:
    with transaction.atomic():
        post_all(sale("start", 1, 2, 1_000))

    def repay(number: int) -> int:
        legs = [dr("1100", 300), cr("1200", 300, 1)]
        try:
            with transaction.atomic():
                post_all([Posting(key=f"pay:{number}", kind="race", currency="CNY", legs=legs, actor=SYSTEM)])
        except NegativeBalance:
            return 0
        return 1

    assert sum(at_once(repay)) == 3
    assert (balance("CNY", "1200", 1), balance("CNY", "1100")) == (100, 900)
    proved()
