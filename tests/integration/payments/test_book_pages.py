"""The books' pages: months closed by two people, trial balances as known, the way down, the export."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.test import Client

from marketplace.core import clock
from marketplace.core.actors import SYSTEM
from marketplace.core.models import AuditRecord
from payments.ledger import chain, exporting
from payments.ledger.models import LedgerPeriod
from payments.ledger.posting import Posting, cr, dr, post
from payments.ledger.queries import Cut, account_line, accounts_of, entries_of, trial_balance
from tests.factories.companies import make_staff

pytestmark = pytest.mark.django_db

BOOKS = "/en/staff/books/"
FEBRUARY_10 = datetime(2026, 2, 10, 2, tzinfo=UTC)


def book(key: str, recorded: datetime, effective: datetime | None = None, amount: int = 500) -> None:
    with clock.at(recorded), transaction.atomic():
        legs = [dr("1200", amount, 7), cr("2000", amount, 9)]
        post(Posting(key, "invoice.issued", "CNY", legs, SYSTEM, effective_at=effective))


@pytest.fixture
def books() -> None:
    """500 in January; 30 more of January, heard of in February; 200 in February."""
    january = datetime(2026, 1, 20, 2, tzinfo=UTC)
    book("one", january)
    book("heard late", datetime(2026, 2, 5, 2, tzinfo=UTC), january, 30)
    book("two", datetime(2026, 2, 6, 2, tzinfo=UTC), amount=200)


def finance() -> Client:
    client = Client()
    client.force_login(make_staff())
    return client


def sums(cut: Cut) -> dict[str, tuple[int, int]]:
    return {line.code: (line.debits, line.credits) for line in trial_balance("CNY", cut).lines}


JANUARY_31 = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("cut", "amount"),
    [
        (Cut(), 730),
        (Cut(as_of=date(2026, 2, 6)), 730),
        (Cut(as_of=date(2026, 2, 5)), 530),
        (Cut(as_of=JANUARY_31), 530),
        (Cut(as_of=JANUARY_31, known_at=datetime(2026, 2, 1, tzinfo=UTC)), 500),
        (Cut(known_at=datetime(2026, 2, 5, 12, tzinfo=UTC)), 530),
        (Cut(as_of=date(2026, 1, 19)), 0),
    ],
)
def test_the_books_as_of_a_date_as_they_were_known(books: None, cut: Cut, amount: int) -> None:
    """P10: what takes effect later, and what was recorded later, does not count."""
    assert sums(cut) == {"1200": (amount, 0), "2000": (0, amount)}
    assert trial_balance("CNY", cut).difference == 0
    assert [line.debits for line in accounts_of("CNY", "1200", cut)] == [amount]
    assert account_line("CNY:1200:7", cut).balance == amount
    assert sum(entry.amount for entry in entries_of("CNY:1200:7", cut)) == amount


def test_from_the_trial_balance_down_to_the_journal_the_cut_is_kept(books: None) -> None:
    client = finance()
    page = client.get(BOOKS, {"as_of": "2026-01-31", "known_at": "2026-02-01T00:00"})
    assert "¥5.00" in page.text
    assert "¥7.30" not in page.text
    code = f"{BOOKS}codes/CNY/1200/?as_of=2026-01-31&amp;known_at=2026-02-01T00%3A00"
    assert code in page.text
    account = client.get(code.replace("&amp;", "&"))
    assert "As of 2026-01-31 · as known at 2026-02-01T00:00" in account.text
    entries = client.get(f"{BOOKS}accounts/CNY:1200:7/?as_of=2026-01-31&known_at=2026-02-01T00:00")
    assert f"{BOOKS}journals/one/" in entries.text
    assert "heard late" not in entries.text
    assert "¥5.00" in client.get(f"{BOOKS}journals/one/").text


@pytest.mark.parametrize(
    "query", ["as_of=x", "as_of=2026-13-01", "as_of=9999-12-31", "known_at=0001-01-01T00:00"]
)
def test_a_date_that_cannot_be_read_shows_the_books_as_they_are(books: None, query: str) -> None:
    assert "¥7.30" in finance().get(f"{BOOKS}?{query}").text


def test_a_month_is_closed_by_two_people(books: None) -> None:
    one, two = finance(), finance()
    with clock.at(FEBRUARY_10):
        assert "Close 2026-01 for all but finance" in one.get(f"{BOOKS}months/").text
        early = one.post(f"{BOOKS}months/2026-01/close/")
        assert (early.status_code, LedgerPeriod.objects.count()) == (409, 0)
        assert one.post(f"{BOOKS}months/2026-01/soft-close/").status_code == 302
        again = one.post(f"{BOOKS}months/2026-01/close/")
        assert (again.status_code, LedgerPeriod.objects.get().state) == (409, "soft_closed")
        assert "you took the first step yourself" in again.text
        assert two.post(f"{BOOKS}months/2026-01/close/").status_code == 302
        page = two.get(f"{BOOKS}months/").text
        assert two.post(f"{BOOKS}months/2026-01/close/").status_code == 409
        # The present month is not over.
        assert two.post(f"{BOOKS}months/2026-02/soft-close/").status_code == 409
    period = LedgerPeriod.objects.get()
    assert (period.state, period.entries) == ("closed", 4)
    assert period.totals == {"CNY": {"1200": [530, 0], "2000": [0, 530]}}
    assert period.head[:12] in page
    assert list(AuditRecord.objects.order_by("pk").values_list("action", flat=True)) == [
        "books.soft_closed",
        "books.closed",
    ]


@pytest.mark.parametrize("month", ["2026-1", "2026-13", "x", "2026-01-01"])
def test_what_is_no_month_is_not_found(books: None, month: str) -> None:
    assert finance().post(f"{BOOKS}months/{month}/soft-close/").status_code == 404


@pytest.mark.parametrize("form", [exporting.CSV, exporting.JSONL])
def test_the_entries_as_a_file_are_the_chain(books: None, form: str) -> None:
    answer = finance().get(f"{BOOKS}entries.{form}", {"first": "2026-01", "last": "2026-02"})
    assert answer["Content-Disposition"] == f'attachment; filename="entries-2026-01-2026-02.{form}"'
    text = answer.getvalue().decode()
    found = exporting.check(text.splitlines(keepends=True))
    assert (found.entries, found.wrong) == (6, [])
    assert found.head == list(chain.lines(date(2026, 1, 1), date(2026, 2, 1)))[-1].hash


def test_there_is_no_other_form(books: None) -> None:
    assert finance().get(f"{BOOKS}entries.xml").status_code == 404


def test_credit_reads_the_months_and_closes_none(books: None) -> None:
    client = Client()
    client.force_login(make_staff("credit"))
    with clock.at(FEBRUARY_10):
        page = client.get(f"{BOOKS}months/")
        assert page.status_code == 200
        assert "soft-close" not in page.text
        assert client.post(f"{BOOKS}months/2026-01/soft-close/").status_code == 403
        assert client.get(f"{BOOKS}entries.csv").status_code == 403
    assert not LedgerPeriod.objects.exists()
