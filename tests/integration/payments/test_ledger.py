"""The books: what may be posted, what the database refuses, that balances are always their entries."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.core.actors import SYSTEM
from payments.errors import AlreadyReversed, KeyReused, NegativeBalance, UnbalancedPosting
from payments.ledger import checks
from payments.ledger.chart import CHART
from payments.ledger.models import AccountBalance, LedgerAccount, LedgerEntry, LedgerTx
from payments.ledger.posting import Leg, Posting, cr, dr, post, post_all, reverse
from payments.ledger.queries import balance, trial_balance

pytestmark = pytest.mark.django_db


def posting(key: str, *legs: Leg, currency: str = "CNY") -> Posting:
    return Posting(key=key, kind="test", currency=currency, legs=legs, actor=SYSTEM)


def proved() -> None:
    for proof in (
        checks.uneven_transactions,
        checks.wrong_balances,
        checks.uneven_currencies,
        checks.negative_accounts,
        checks.changed_transactions,
    ):
        assert proof() == []


def test_a_posting_moves_balances_and_names_its_maker() -> None:
    posted = post(posting("a", dr("1000", 500), cr("3000", 500)))
    assert posted.is_new
    assert (balance("CNY", "1000"), balance("CNY", "3000")) == (500, 500)
    tx = LedgerTx.objects.get(pk=posted.tx_id)
    assert (tx.actor_label, tx.legs) == ("system:system", 2)
    proved()


def test_the_same_key_again_changes_nothing() -> None:
    first = post(posting("a", dr("1000", 500), cr("3000", 500)))
    again = post(posting("a", dr("1000", 500), cr("3000", 500)))
    assert (again.tx_id, again.is_new) == (first.tx_id, False)
    assert balance("CNY", "1000") == 500
    assert LedgerEntry.objects.count() == 2


def test_the_same_key_with_other_legs_is_a_fault() -> None:
    post(posting("a", dr("1000", 500), cr("3000", 500)))
    with pytest.raises(KeyReused), transaction.atomic():
        post(posting("a", dr("1000", 501), cr("3000", 501)))
    assert balance("CNY", "1000") == 500


@pytest.mark.parametrize(
    "legs",
    [
        (dr("1000", 500), cr("3000", 499)),
        (dr("1000", 500),),
        (dr("1000", 0), cr("3000", 0)),
        (dr("1000", -5), cr("3000", -5)),
        (dr("1000", 5), Leg("C", "3000", 5, currency="EUR")),
        (dr("9000", 5, 7), cr("3000", 5)),
    ],
)
def test_what_does_not_balance_is_never_written(legs: tuple[Leg, ...]) -> None:
    with pytest.raises(UnbalancedPosting):
        post(posting("a", *legs))
    assert LedgerTx.objects.count() == LedgerAccount.objects.count() == 0


def test_a_leg_of_nothing_is_left_out() -> None:
    post(posting("a", dr("1000", 5), cr("4000", 0), cr("3000", 5)))
    assert LedgerEntry.objects.count() == 2


def test_a_guarded_account_never_goes_below_zero() -> None:
    post(posting("a", dr("1200", 100, 7), cr("2000", 100, 9)))
    with pytest.raises(NegativeBalance), transaction.atomic():
        post(posting("b", dr("1100", 101), cr("1200", 101, 7)))
    assert balance("CNY", "1200", 7) == 100
    post(posting("c", dr("1100", 100), cr("1200", 100, 7)))
    assert balance("CNY", "1200", 7) == 0
    proved()


def test_a_sub_account_needs_its_owner() -> None:
    with pytest.raises(ValueError, match="needs owner"):
        post(posting("a", dr("1200", 5), cr("3000", 5)))
    with pytest.raises(ValueError, match="has no owner"):
        post(posting("a", dr("1000", 5, 7), cr("3000", 5)))


def test_a_transaction_is_reversed_once_and_exactly() -> None:
    post(posting("a", dr("1200", 100, 7), cr("2000", 90, 9), cr("4000", 10)))
    reverse("a", key="a:back", actor=SYSTEM)
    assert {line.debits - line.credits for line in trial_balance("CNY").lines} == {0}
    with pytest.raises(AlreadyReversed), transaction.atomic():
        reverse("a", key="a:back:again", actor=SYSTEM)
    assert not reverse("a", key="a:back", actor=SYSTEM).is_new
    proved()


_CHANGES: dict[str, Callable[[], object]] = {
    "update tx": lambda: LedgerTx.objects.update(kind="other"),
    "delete tx": lambda: LedgerTx.objects.all()._raw_delete("default"),
    "update entry": lambda: LedgerEntry.objects.update(amount=1),
    "delete entry": lambda: LedgerEntry.objects.all()._raw_delete("default"),
    "update account": lambda: LedgerAccount.objects.update(code="9999"),
    "delete balance": lambda: AccountBalance.objects.all()._raw_delete("default"),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_the_database_refuses_to_change_what_was_booked(change: str) -> None:
    post(posting("a", dr("1000", 500), cr("3000", 500)))
    with pytest.raises(DatabaseError, match=r"append-only|kept"), transaction.atomic():
        _CHANGES[change]()
    assert LedgerEntry.objects.filter(amount=500).count() == 2


def test_the_database_refuses_legs_that_come_late() -> None:
    tx = LedgerTx.objects.get(pk=post(posting("a", dr("1000", 500), cr("3000", 500))).tx_id)
    account = LedgerAccount.objects.get(path="CNY:1000")
    with pytest.raises(DatabaseError, match="no further legs"), transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [LedgerEntry(tx=tx, account=account, side=side, amount=5) for side in "DC"]
        )


def test_the_database_refuses_an_amount_that_is_not_positive() -> None:
    tx = LedgerTx.objects.get(pk=post(posting("a", dr("1000", 500), cr("3000", 500))).tx_id)
    account = LedgerAccount.objects.get(path="CNY:1000")
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.create(tx=tx, account=account, side="D", amount=0)


def test_posting_costs_few_statements_whatever_it_books(
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    post(posting("warm", dr("1000", 9), cr("3000", 5), cr("4000", 4)))
    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        post_all(posting(f"k{n}", dr("1000", 9), cr("3000", 5), cr("4000", 4)) for n in range(20))
    assert balance("CNY", "1000") == 21 * 9


_free = [code for code, line in CHART.items() if not line.guarded and not line.memo]
_owned = [code for code, line in CHART.items() if line.guarded and line.owner and not line.memo]
_accounts = st.one_of(
    st.tuples(st.sampled_from(_free), st.just(0)), st.tuples(st.sampled_from(_owned), st.integers(1, 3))
)
_move = st.tuples(_accounts, _accounts, st.integers(1, 10**12), st.sampled_from(["CNY", "EUR"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_move, st.integers(0, 12)), max_size=12))
def test_books_stay_whole_whatever_is_asked(
    moves: list[tuple[tuple[tuple[str, int], tuple[str, int], int, str], int]],
) -> None:
    """A dictionary predicts what each posting does: new, known, reused, or refused as below zero."""
    shadow: dict[tuple[str, str, int], int] = {}
    known: dict[str, object] = {}
    with transaction.atomic():
        for (source, target, amount, currency), number in moves:
            key, legs = f"k{number}", (dr(target[0], amount, target[1]), cr(source[0], amount, source[1]))
            expected = _predict(shadow, known, key, (source, target, amount, currency))
            try:
                with transaction.atomic():
                    found = "new" if post(posting(key, *legs, currency=currency)).is_new else "known"
            except KeyReused:
                found = "reused"
            except NegativeBalance:
                found = "negative"
            assert found == expected
        for (currency, code, owner), amount in shadow.items():
            sign = 1 if CHART[code].normal == "D" else -1
            assert balance(currency, code, owner) == sign * amount
        proved()
        transaction.set_rollback(True)


def _predict(
    shadow: dict[tuple[str, str, int], int],
    known: dict[str, object],
    key: str,
    move: tuple[tuple[str, int], tuple[str, int], int, str],
) -> str:
    source, target, amount, currency = move
    if key in known:
        return "known" if known[key] == move else "reused"
    changes: dict[tuple[str, str, int], int] = {}
    for (code, owner), change in ((target, amount), (source, -amount)):
        place = (currency, code, owner)
        changes[place] = changes.get(place, 0) + change
    for (_currency, code, _owner), change in changes.items():
        after = shadow.get((currency, code, _owner), 0) + change
        if CHART[code].guarded and (after if CHART[code].normal == "D" else -after) < 0:
            return "negative"
    known[key] = move
    for place, change in changes.items():
        shadow[place] = shadow.get(place, 0) + change
    return "new"


@pytest.mark.services
def test_postgresql_refuses_an_unbalanced_transaction_at_commit() -> None:
    assert connection.vendor == "postgresql"
    post(posting("a", dr("1000", 500), cr("3000", 500)))
    accounts = {a.path: a for a in LedgerAccount.objects.all()}
    with transaction.atomic():
        tx = LedgerTx.objects.create(
            key="b", kind="test", effective_at="2026-01-01T00:00Z", actor_label="x", legs=2, digest="0" * 64
        )
        LedgerEntry.objects.bulk_create(
            [
                LedgerEntry(tx=tx, account=accounts["CNY:1000"], side="D", amount=5),
                LedgerEntry(tx=tx, account=accounts["CNY:3000"], side="C", amount=4),
            ]
        )
        with pytest.raises(DatabaseError, match="not balanced"), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
