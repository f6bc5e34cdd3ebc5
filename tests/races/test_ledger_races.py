"""One key, one reversal, one first use, one end of a month: asked for by many sessions at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.db import connection, transaction

from marketplace.core import clock
from marketplace.core.actors import SYSTEM, SystemActor
from payments.errors import LedgerFault, PaymentRefusal
from payments.ledger import checks, closing, posting
from payments.ledger.models import LedgerAccount, LedgerEntry, LedgerPeriod, LedgerTx
from payments.ledger.posting import Posted, Posting, cr, dr, post, reverse
from payments.ledger.queries import balance
from tools.processes import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
SESSIONS, ROUNDS = 12, 5
JANUARY = date(2026, 1, 1)
IN_JANUARY, IN_FEBRUARY = datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)
SECOND = SystemActor("second")


def cash(key: str, amount: int = 100, owner: int = 7, why: str = "") -> Posting:
    legs = [dr("1200", amount, owner), cr("3000", amount)]
    return Posting(key, "race", "CNY", legs, SYSTEM, effective_at=IN_JANUARY, late_reason=why)


def at_once(work: Callable[[int], Posted | LedgerPeriod]) -> Counter[str]:
    """Run `work` in sessions of their own that begin at the same moment; how many got which answer."""
    gate = threading.Barrier(SESSIONS)

    def run(number: int) -> str:
        try:
            connection.ensure_connection()
            gate.wait(30)
            with transaction.atomic():
                done = work(number)
        except (LedgerFault, PaymentRefusal) as refusal:
            return refusal.code
        else:
            return "known" if isinstance(done, Posted) and not done.is_new else "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(SESSIONS) as pool:
        return Counter(pool.map(run, range(SESSIONS)))


def proved() -> None:
    assert checks.uneven_transactions() == checks.wrong_balances() == checks.uneven_currencies() == []
    assert checks.changed_months() == []


def test_the_first_use_of_an_account_by_all_at_once() -> None:
    for turn in range(1, ROUNDS + 1):
        assert at_once(lambda n, turn=turn: post(cash(f"{turn}:{n}", owner=turn))) == {"done": SESSIONS}
        assert balance("CNY", "1200", turn) == SESSIONS * 100
        assert LedgerAccount.objects.filter(path=f"CNY:1200:{turn}").count() == 1
    proved()


def test_one_key_is_booked_once_and_everyone_hears_so() -> None:
    for turn in range(ROUNDS):
        assert at_once(lambda _n, turn=turn: post(cash(f"k{turn}"))) == {"done": 1, "known": SESSIONS - 1}
    assert balance("CNY", "1200", 7) == ROUNDS * 100
    proved()


def test_one_key_with_as_many_bodies_is_booked_once_and_the_others_are_told() -> None:
    for turn in range(ROUNDS):
        said = at_once(lambda n, turn=turn: post(cash(f"k{turn}", 100 + n)))
        assert said == {"done": 1, "key_reused": SESSIONS - 1}
    assert LedgerTx.objects.count() == ROUNDS
    proved()


def test_a_transaction_is_reversed_once() -> None:
    for turn in range(ROUNDS):
        with transaction.atomic():
            post(cash(f"k{turn}"))
        said = at_once(lambda n, turn=turn: reverse(f"k{turn}", key=f"k{turn}:back:{n}", actor=SYSTEM))
        assert said == {"done": 1, "already_reversed": SESSIONS - 1}
    assert balance("CNY", "1200", 7) == 0
    proved()


def test_without_the_claim_everyone_would_reverse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: reversals that do not say what they reverse all go through, as far as 1200 lets them."""
    with transaction.atomic():
        post(cash("k"))
        post(cash("room", 100 * SESSIONS))
    plain = Posting

    def unclaimed(**said: object) -> Posting:
        return plain(**{**said, "reverses": None})  # type: ignore[arg-type]

    monkeypatch.setattr(posting, "Posting", unclaimed)
    assert at_once(lambda n: reverse("k", key=f"back:{n}", actor=SYSTEM)) == {"done": SESSIONS}
    assert balance("CNY", "1200", 7) == 100


def test_a_month_is_closed_once() -> None:
    with transaction.atomic():
        post(cash("k"))
    with clock.at(IN_FEBRUARY), transaction.atomic():
        closing.soft_close(JANUARY, actor=SYSTEM)
    assert at_once(_close) == {"done": 1, "period_not_ready": SESSIONS - 1}
    proved()


def _close(_number: int) -> LedgerPeriod:
    with clock.at(IN_FEBRUARY):
        return closing.close(JANUARY, actor=SECOND)


def test_what_is_booked_while_a_month_ends_is_in_its_sums_or_refused() -> None:
    """Half of the sessions book into January, the others close it for others and for good."""
    with transaction.atomic():
        post(cash("first"))

    def work(turn: int, number: int) -> Posted | LedgerPeriod:
        if number % 2:
            return post(cash(f"{turn}:{number}"))
        with clock.at(IN_FEBRUARY):
            return closing.soft_close(JANUARY, actor=SYSTEM) if number % 4 else _close(number)

    for turn in range(ROUNDS):
        said = at_once(partial(work, turn))
    assert LedgerPeriod.objects.get().state == "closed"
    assert said["done"] == 0
    assert said["period_closed"] == SESSIONS // 2
    period = LedgerPeriod.objects.get()
    assert (period.entries, checks.totals_of(JANUARY)) == (LedgerEntry.objects.count(), period.totals)
    proved()


def softly_closed() -> None:
    with transaction.atomic():
        post(cash("first"))
    with clock.at(IN_FEBRUARY), transaction.atomic():
        closing.soft_close(JANUARY, actor=SYSTEM)


@contextmanager
def finance_booking_into_january() -> Iterator[Callable[[], None]]:
    """A session that has booked and not committed; what is yielded lets it commit, and waits for it."""
    booked, go_on = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                post(cash("late", why="found in a drawer"))
                booked.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        session = pool.submit(run)
        assert booked.wait(30)

        def finish() -> None:
            go_on.set()
            session.result(30)

        try:
            yield finish
        finally:
            go_on.set()


def closed_in_a_session() -> int:
    """Entries of January when it was closed for good."""
    try:
        with transaction.atomic():
            return _close(0).entries
    finally:
        connection.close()


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.services
def test_who_closes_a_month_waits_for_who_is_booking_into_it() -> None:
    softly_closed()
    with finance_booking_into_january() as finish, ThreadPoolExecutor(1) as pool:
        closed = pool.submit(closed_in_a_session)
        wait_for("the one who closes", someone_waits)
        finish()
        assert closed.result(30) == LedgerEntry.objects.count() == 4
    proved()


@pytest.mark.services
def test_without_waiting_the_month_would_be_closed_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the sums miss what is committed later, and the proof of closed months says so."""
    monkeypatch.setattr(closing, "_take_alone", lambda _month: None)
    softly_closed()
    with finance_booking_into_january() as finish:
        assert closed_in_a_session() == 2
        finish()
    assert LedgerEntry.objects.count() == 4
    assert checks.changed_months() == ["2026-01"]
