"""What changes the books behind the posting module's back is named: each proof with what it must find."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from marketplace.core import clock
from marketplace.core.actors import SYSTEM, SystemActor
from payments.ledger import chain, checks, closing, exporting, guards
from payments.ledger.models import LedgerPeriod
from payments.ledger.posting import Posting, cr, dr, post, reverse
from payments.queries.verification import verify

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
SECOND = SystemActor("second")


def at(month: int, day: int = 20) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


@pytest.fixture
def books() -> None:
    """A closed January and an open February, each with entries; a reversal in January."""
    with clock.at(at(1)):
        for key in ("cash", "wrong"):
            post(Posting(key, "test", "CNY", [dr("1000", 500, order=4), cr("3000", 500)], SYSTEM))
        reverse("wrong", key="back", actor=SYSTEM)
    with clock.at(at(2)):
        post(
            Posting("debt", "test", "CNY", [dr("1200", 90, 7), cr("2000", 90, 9)], SYSTEM, meta={"名": "袜"})
        )
        closing.soft_close(JANUARY, actor=SYSTEM)
        closing.close(JANUARY, actor=SECOND)


@contextmanager
def unguarded() -> Iterator[Callable[[str], None]]:
    """Statements past every trigger and deferred check, as somebody with the password could send."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What was booked in this transaction is proved before it is broken, not after.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            guards.lift(connection)
        yield cursor.execute
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        else:
            guards.install(connection)


def tx(key: str) -> str:
    return f"(SELECT id FROM ledger_tx WHERE key = '{key}')"


def account(path: str) -> str:
    return f"(SELECT id FROM ledger_account WHERE path = '{path}')"


def leg(key: str, side: str) -> str:
    return f"tx_id = {tx(key)} AND side = '{side}'"


SHUT = {"changed_months": ["2026-01"]}
CHANGES = (
    (
        "amount of one leg",
        f"UPDATE ledger_entry SET amount = 501 WHERE {leg('cash', 'D')}",
        {
            "uneven_transactions": ["cash"],
            "wrong_balances": ["CNY:1000"],
            "changed_transactions": ["cash"],
            **SHUT,
        },
    ),
    (
        "amount of both legs",
        f"UPDATE ledger_entry SET amount = 501 WHERE tx_id = {tx('cash')}",
        {"wrong_balances": ["CNY:1000", "CNY:3000"], "changed_transactions": ["cash"], **SHUT},
    ),
    (
        "one leg gone",
        f"DELETE FROM ledger_entry WHERE {leg('debt', 'C')}",
        {"uneven_transactions": ["debt"], "wrong_balances": ["CNY:2000:9"], "changed_transactions": ["debt"]},
    ),
    (
        "leg moved to another account",
        f"UPDATE ledger_entry SET account_id = {account('CNY:3000')} WHERE {leg('debt', 'C')}",
        {"wrong_balances": ["CNY:2000:9", "CNY:3000"], "changed_transactions": ["debt"]},
    ),
    (
        "balance",
        f"UPDATE ledger_balance SET debits = debits + 1 WHERE account_id = {account('CNY:1200:7')}",
        {"wrong_balances": ["CNY:1200:7"], "uneven_currencies": ["CNY"]},
    ),
    (
        "reversal of something else",
        f"UPDATE ledger_tx SET reverses_id = {tx('debt')} WHERE key = 'back'",
        {"inexact_reversals": ["back"], **SHUT},
    ),
    ("who did it, in a closed month", "UPDATE ledger_tx SET actor_label = 'nobody' WHERE key = 'cash'", SHUT),
    (
        "what it was about, in a closed month",
        f"UPDATE ledger_entry SET order_id = 5 WHERE {leg('cash', 'D')}",
        SHUT,
    ),
    (
        "moved out of a closed month",
        "UPDATE ledger_tx SET effective_at = '2026-02-20 00:00:00' WHERE key = 'cash'",
        SHUT,
    ),
    ("sums of a closed month", "UPDATE ledger_period SET totals = '{}'", SHUT),
)
PROOFS = (
    "uneven_transactions", "wrong_balances", "uneven_currencies", "negative_accounts", "changed_transactions",
    "inexact_reversals", "changed_months", "absent_guards",
)  # fmt: skip


def found() -> dict[str, list[str]]:
    told = {name: getattr(checks, name)() for name in PROOFS}
    return {name: sorted(ids) for name, ids in told.items() if ids}


@pytest.mark.parametrize(("change", "statement", "named"), CHANGES, ids=[case[0] for case in CHANGES])
def test_a_change_past_the_guards_is_named(
    books: None, change: str, statement: str, named: dict[str, list[str]]
) -> None:
    assert found() == {}
    with unguarded() as execute:
        execute(statement)
    assert found() == named
    broken = [ids for ids in verify().values() if set(ids) & {i for ids in named.values() for i in ids}]
    assert broken


def test_a_guard_that_is_gone_is_named(books: None) -> None:
    with connection.cursor() as cursor:
        on = " ON ledger_entry" if connection.vendor == "postgresql" else ""
        name = "ledger_entry_append_only" if on else "ledger_entry_no_update"
        cursor.execute(f"DROP TRIGGER {name}{on}")
        assert found() == {"absent_guards": [name]}
        guards.install(connection)
    assert found() == {}


@pytest.mark.parametrize("form", [exporting.CSV, exporting.JSONL])
def test_an_export_goes_on_from_the_month_before_and_agrees_with_the_books(
    books: None, form: str, tmp_path: Path
) -> None:
    both = exported(tmp_path / "both", form, "2026-01", "2026-02")
    assert told(both)[-1].startswith("8 entries, 0 differences")
    assert exporting.check(both.open(newline="")).head == list(chain.lines(FEBRUARY, FEBRUARY))[-1].hash
    assert chain.head_before(FEBRUARY) == LedgerPeriod.objects.get().head
    assert told(exported(tmp_path / "february", form, "2026-02"))[-1].startswith("2 entries, 0 differences")
    assert told(exported(tmp_path / "march", exporting.CSV, "2026-03"))[-1].startswith(
        "0 entries, 0 differences"
    )


def exported(path: Path, form: str, *months: str) -> Path:
    out = StringIO(newline="")
    call_command("export_ledger", *months, form=form, stdout=out)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def told(path: Path) -> list[str]:
    """What `verify_export` says of a file; it ends with code 1 where it names a difference."""
    out = StringIO()
    with suppress(SystemExit):
        call_command("verify_export", str(path), stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("form", [exporting.CSV, exporting.JSONL])
def test_a_row_changed_since_the_export_is_named(books: None, form: str, tmp_path: Path) -> None:
    file = exported(tmp_path / "file", form, "2026-01", "2026-02")
    number = next(line.values[1] for line in chain.lines(FEBRUARY, FEBRUARY) if line.values[13] == "D")
    with unguarded() as execute:
        execute(f"UPDATE ledger_entry SET amount = 91 WHERE id = {number}")
    assert told(file)[:-1] == [f"entry {number}: amount differ from the books"]
    with pytest.raises(SystemExit, match="1"):
        call_command("verify_export", str(file), stdout=StringIO())


def test_a_line_changed_in_the_export_is_named(books: None, tmp_path: Path) -> None:
    file = exported(tmp_path / "file", exporting.CSV, "2026-01")
    lines = file.read_bytes().splitlines(keepends=True)
    number = lines[2].split(b",")[1].decode()
    file.write_bytes(b"".join([*lines[:2], lines[2].replace(b",500,", b",5,"), *lines[3:]]))
    assert told(file)[:-1] == [
        f"entry {number}: its hash is not that of its fields",
        f"entry {number}: amount differ from the books",
    ]
    file.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    following = lines[3].split(b",")[1].decode()
    assert told(file)[:-1] == [
        f"entry {following}: does not follow the line before it",
        "month 2026-01: closed with 6 entries and another hash",
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "{}\n", '{"month": 1}\n', "\x00"])
def test_what_is_no_export_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(CommandError):
        call_command("verify_export", str(tmp_path / "file"))
