"""One table of commands and the code each is answered with: the same on every database the ledger runs on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from marketplace.core import clock
from marketplace.core.actors import SYSTEM, SystemActor
from payments.errors import LedgerFault, PeriodClosed
from payments.ledger import checks, closing
from payments.ledger.models import LedgerEntry, LedgerTx
from payments.ledger.posting import Leg, Posting, cr, dr, post, post_all, reverse

pytestmark = pytest.mark.django_db

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
IN_JANUARY, IN_FEBRUARY = datetime(2026, 1, 20, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC)
# The last moment of January and the first of February where business is done.
JANUARY_ENDS, FEBRUARY_BEGINS = (
    datetime(2026, 1, 31, 15, 59, 59, 999999, UTC),
    datetime(2026, 1, 31, 16, tzinfo=UTC),
)
SECOND = SystemActor("second")
CASH = (dr("1000", 500), cr("3000", 500))


def posting(key: str, *legs: Leg, currency: str = "CNY", **more: Any) -> Posting:
    return Posting(key=key, kind="test", currency=currency, legs=legs or CASH, actor=SYSTEM, **more)


@contextmanager
def march() -> Iterator[None]:
    with clock.at(NOW):
        yield


def books() -> None:
    """A deposit, a debt of 7 to supplier 9, something reversed; January shut for good, February softly."""
    with clock.at(IN_JANUARY):
        post(posting("cash"))
        post(posting("debt", dr("1200", 100, 7), cr("2000", 100, 9)))
        post(posting("wrong"))
        reverse("wrong", key="wrong:back", actor=SYSTEM)
    with clock.at(IN_FEBRUARY):
        post(posting("cash in february"))
    with march():
        closing.soft_close(JANUARY, actor=SYSTEM)
        closing.close(JANUARY, actor=SECOND)
        closing.soft_close(FEBRUARY, actor=SYSTEM)


@dataclass(frozen=True)
class Case:
    """A command in words, what it does, its code, and by how many the transactions grow."""

    name: str
    run: Callable[[], Any]
    code: str
    grows: int = field(default=0)


def booked(key: str, *legs: Leg, **more: Any) -> Callable[[], Any]:
    return lambda: post(posting(key, *legs, **more))


def late(when: datetime, key: str = "new", **more: Any) -> Callable[[], Any]:
    return lambda: post(posting(key, effective_at=when, **more))


def back(key: str, **more: Any) -> Callable[[], Any]:
    return lambda: reverse(key, key=more.pop("as_", f"{key}:again"), actor=SYSTEM, **more)


CASES: Sequence[Case] = (
    Case("a new posting", booked("new"), "new", 1),
    Case("the same again", booked("cash"), "known"),
    Case("the same legs in another order", booked("cash", *reversed(CASH)), "known"),
    Case("its key with other amounts", booked("cash", dr("1000", 1), cr("3000", 1)), "key_reused"),
    Case("its key with other accounts", booked("cash", dr("1100", 500), cr("3000", 500)), "key_reused"),
    Case("its key in another currency", booked("cash", currency="EUR"), "key_reused"),
    Case("one key twice in a call", lambda: post_all([posting("new"), posting("new")]), "key_reused"),
    Case("a known and a new one", lambda: post_all([posting("cash"), posting("new")])[1], "new", 1),
    Case(
        "a new one and a reused one",
        lambda: post_all([posting("new"), posting("cash", dr("1000", 1), cr("3000", 1))]),
        "key_reused",
    ),
    Case("uneven", booked("new", dr("1000", 5), cr("3000", 4)), "unbalanced"),
    Case("one leg", booked("new", dr("1000", 5)), "unbalanced"),
    Case(
        "even over two currencies",
        booked("new", dr("1000", 5), Leg("C", "3000", 5, currency="EUR")),
        "unbalanced",
    ),
    Case("even only with a memo account", booked("new", dr("9000", 5, 7), cr("3000", 5)), "unbalanced"),
    Case("nothing", booked("new", dr("1000", 0), cr("3000", 0)), "unbalanced"),
    Case("a negative amount", booked("new", dr("1000", -5), cr("3000", -5)), "amount_not_possible"),
    Case("half a unit", booked("new", dr("1000", 0.5), cr("3000", 0.5)), "amount_not_possible"),  # type: ignore[arg-type]
    Case("true", booked("new", dr("1000", True), cr("3000", True)), "amount_not_possible"),
    Case("beyond any balance", booked("new", dr("1000", 2**63), cr("3000", 2**63)), "amount_not_possible"),
    Case("the largest amount", booked("new", dr("1000", 10**15 - 1), cr("3000", 10**15 - 1)), "new", 1),
    Case("more than is owed", booked("new", dr("1000", 101), cr("1200", 101, 7)), "negative_balance"),
    Case("all that is owed", booked("new", dr("1000", 100), cr("1200", 100, 7)), "new", 1),
    Case(
        "a guarded account below zero at first use",
        booked("new", dr("2010", 1, 9), cr("1000", 1)),
        "negative_balance",
    ),
    Case(
        "below zero on the way, not in the end",
        lambda: post_all(
            [
                posting("new", dr("1000", 150), cr("1200", 150, 7)),
                posting("newer", dr("1200", 50, 7), cr("1000", 50)),
            ]
        )[1],
        "new",
        2,
    ),
    Case("a reversal", back("cash"), "new", 1),
    Case("the same reversal again", back("wrong", as_="wrong:back"), "known"),
    Case("a second reversal", back("wrong"), "already_reversed"),
    Case(
        "a reversal that takes what is no longer there",
        lambda: (
            post(posting("paid", dr("2000", 60, 9), cr("1000", 60))),
            reverse("debt", key="new", actor=SYSTEM),
        ),
        "negative_balance",
    ),
    Case("a reversal of a reversal", back("wrong:back"), "new", 1),
    Case("a reversal of nothing", back("never"), "unknown_transaction"),
    Case("into a closed month", late(IN_JANUARY), "period_closed"),
    Case("into a closed month, with a reason", late(IN_JANUARY, late_reason="found"), "period_closed"),
    Case("into a month before a closed one", late(datetime(2025, 6, 1, tzinfo=UTC)), "period_closed"),
    Case("into the last moment of a closed month", late(JANUARY_ENDS, late_reason="found"), "period_closed"),
    Case("into the first moment of the next", late(FEBRUARY_BEGINS, late_reason="found"), "new", 1),
    Case("into a month being closed", late(IN_FEBRUARY), "period_soft_closed"),
    Case("into a month being closed, with a reason", late(IN_FEBRUARY, late_reason="found"), "new", 1),
    Case("carried over a closed month", late(IN_JANUARY, carry=True), "new", 1),
    Case("known, in a month closed since", late(IN_JANUARY, "cash"), "known"),
    Case("a reversal into a closed month", back("cash", effective_at=IN_JANUARY), "period_closed"),
    Case("into the future", late(datetime(2026, 5, 1, tzinfo=UTC)), "new", 1),
)


def code_of(run: Callable[[], Any]) -> str:
    try:
        with transaction.atomic():
            posted = run()
    except (LedgerFault, PeriodClosed) as refusal:
        return refusal.code
    return "new" if posted.is_new else "known"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_command_has_one_answer_on_any_database(case: Case) -> None:
    books()
    with march():
        before, hash_before = LedgerTx.objects.count(), checks.fingerprint()
        assert code_of(case.run) == case.code
        assert LedgerTx.objects.count() - before == case.grows
        assert (checks.fingerprint() == hash_before) == (case.grows == 0)
        assert checks.wrong_balances() == checks.uneven_transactions() == checks.uneven_currencies() == []


@pytest.mark.parametrize("case", [c for c in CASES if c.grows], ids=lambda case: case.name)
def test_whatever_was_booked_is_known_when_it_comes_again(case: Case) -> None:
    """I13: any command repeated leaves the same hash."""
    books()
    with march():
        case.run()
        after = checks.fingerprint()
        assert code_of(case.run) == "known"
        assert checks.fingerprint() == after


def test_who_catches_a_refusal_inside_its_transaction_can_keep_nothing_of_it() -> None:
    """On SQLite a refused statement alone would leave the legs before it behind."""
    books()
    before = checks.fingerprint()
    with march(), transaction.atomic():
        with pytest.raises(LedgerFault):
            post(posting("new", dr("1000", 101), cr("1200", 101, 7)))
        with pytest.raises(TransactionManagementError):
            LedgerTx.objects.count()
    assert checks.fingerprint() == before
    assert checks.wrong_balances() == []


def test_what_is_carried_says_what_it_was_about() -> None:
    books()
    with march():
        tx = LedgerTx.objects.get(pk=post(posting("new", effective_at=IN_JANUARY, carry=True)).tx_id)
        now = LedgerTx.objects.get(pk=post(posting("newer", carry=True)).tx_id)
    assert tx.effective_at == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert tx.meta == {"belongs_to": IN_JANUARY.isoformat()}
    assert (now.effective_at, now.meta) == (NOW, {})


def test_the_database_itself_keeps_a_closed_month_closed() -> None:
    """Whoever writes rows past the posting module meets the same guard."""
    books()
    with pytest.raises(IntegrityError, match="ledger_month_closed"), transaction.atomic():
        LedgerTx.objects.create(
            key="b",
            kind="test",
            effective_at=IN_JANUARY,
            actor_label="x",
            legs=2,
            digest="0" * 64,
            late_reason="mine",
        )
    assert not LedgerTx.objects.filter(key="b").exists()


def test_an_account_that_lost_a_row_of_its_balance_gets_it_back() -> None:
    """An account made when it had fewer rows, or whose first row another session has only begun."""
    post(posting("a"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_account (path, code, currency, owner_id, normal, is_guarded, shards) "
            "VALUES ('CNY:4000', '4000', 'CNY', 0, 'C', %s, 16)",
            [False],
        )
    post(posting("b", dr("1000", 5), cr("4000", 5)))
    assert checks.wrong_balances() == []
    assert LedgerEntry.objects.filter(account__path="CNY:4000").count() == 1
