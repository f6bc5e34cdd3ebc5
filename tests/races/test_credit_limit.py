"""Forty orders at once against credit for twelve: twelve, on any database.

And what happens without the guard.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from marketplace.companies.acting import Acting
from payments.credit.models import Authorisation, CreditLine
from payments.credit.reserve import reservation, take
from payments.errors import CreditLimitExceeded, PaymentRefusal
from payments.ledger.queries import balance
from payments.queries.verification import credit_lines
from tests.factories.companies import acting_for, make_buyer, make_company
from tests.factories.payments import make_credit_line, make_goods, make_paid_supplier, wish_for

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, FITS, EACH = 40, 12, 1_000
ROUNDS = 20


def at_once(work: Callable[[int], bool], count: int = AT_ONCE) -> int:
    """Run `work` on as many threads at the same moment; how many said yes."""
    gate = threading.Barrier(count)

    def run(number: int) -> bool:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(run, range(count)))


def line_for_twelve() -> CreditLine:
    return make_credit_line(make_buyer().company, limit=FITS * EACH + EACH - 1)


def test_twelve_of_forty_get_through_every_time() -> None:
    line = line_for_twelve()

    def order(_number: int) -> bool:
        try:
            with transaction.atomic():
                take(buyer_id=line.buyer_id, currency="CNY", amount=EACH, term="net-60")
        except CreditLimitExceeded:
            return False
        return True

    for _round in range(ROUNDS):
        CreditLine.objects.filter(pk=line.pk).update(held=0)
        assert at_once(order) == FITS
        line.refresh_from_db()
        assert line.held == FITS * EACH


def test_without_the_guard_all_forty_would_get_through() -> None:
    """The control: read, compare, then write lets everyone pass who read before anyone wrote."""
    line = line_for_twelve()
    everyone_has_read = threading.Barrier(AT_ONCE)

    def order(_number: int) -> bool:
        seen = CreditLine.objects.get(pk=line.pk)
        fits = seen.used + EACH <= seen.limit
        everyone_has_read.wait(30)
        if fits:
            CreditLine.objects.filter(pk=line.pk).update(held=F("held") + EACH)
        return fits

    assert at_once(order) == AT_ONCE
    line.refresh_from_db()
    assert line.held > line.limit


def test_the_check_is_one_update_without_a_sub_select() -> None:
    line = line_for_twelve()
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        take(buyer_id=line.buyer_id, currency="CNY", amount=EACH, term="net-60")
    statements = [
        q["sql"] for q in captured if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))
    ]
    assert len(statements) == 2
    update = statements[0].upper()
    assert update.startswith("UPDATE")
    assert "SELECT" not in update
    assert str(reservation(buyer_id=1, currency="CNY", amount=1).query).upper().count("SELECT") == 1


def test_forty_whole_checkouts_at_once_are_twelve_orders() -> None:
    company = make_company(is_buyer=True)
    members = [acting_for(company) for _ in range(AT_ONCE)]
    make_credit_line(company, limit=FITS * 113_000 + 50_000)
    goods = make_goods(make_paid_supplier())
    wishes = [(member, wish_for(member, {goods: 10})) for member in members]
    assert at_once(lambda number: _checks_out(*wishes[number])) == FITS
    line = CreditLine.objects.get()
    assert (line.held, Authorisation.objects.count()) == (FITS * 113_000, FITS)
    assert balance("CNY", "9000", company.pk) == FITS * 113_000
    goods.refresh_from_db()
    assert goods.stock_reserved == FITS * 10
    assert credit_lines() == []


def _checks_out(member: Acting, wish: object) -> bool:
    from payments.actions.check_out import place_order_group

    try:
        place_order_group(acting_user=member.user, acting=member, wish=wish)  # type: ignore[arg-type]
    except PaymentRefusal:
        return False
    return True
