"""The books for staff: trial balance, accounts, journals, and what is behind an order or invoice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.companies.acting import staff_required
from marketplace.core.errors import NotFound

from .. import showing
from ..ledger import queries as ledger
from ..ledger.chart import CHART
from ..queries import books as read

READERS = ("finance", "credit")


def _number(text: str) -> int | None:
    """A key of the query, None for anything that is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _named(journals: list[ledger.Journal]) -> list[tuple[ledger.Journal, str]]:
    return [(journal, showing.event_name(journal.tx.kind)) for journal in journals]


@never_cache
@require_safe
@staff_required(*READERS)
def books(request: HttpRequest) -> HttpResponse:
    """The trial balance of a currency and the newest journals."""
    currencies = ledger.currencies()
    asked = request.GET.get("currency", "")
    currency = asked if asked in currencies else (currencies or ["CNY"])[0]
    context = {
        "trial": ledger.trial_balance(currency),
        "currencies": currencies,
        "currency": currency,
        "journals": _named(ledger.latest_journals(20)),
    }
    return render(request, "payments/books/trial_balance.html", context)


@never_cache
@require_safe
@staff_required(*READERS)
def code(request: HttpRequest, currency: str, code: str) -> HttpResponse:
    """All accounts of one line of the chart."""
    if code not in CHART:
        raise NotFound
    accounts = ledger.accounts_of(currency, code)
    if not accounts:
        raise NotFound
    names = read.names_of_owners([row.account for row in accounts])
    rows = [(row, names[row.account.code, row.account.owner_id]) for row in accounts]
    return render(
        request, "payments/books/accounts.html", {"line": CHART[code], "currency": currency, "rows": rows}
    )


@never_cache
@require_safe
@staff_required(*READERS)
def account(request: HttpRequest, path: str) -> HttpResponse:
    """An account's entries, newest first."""
    line = ledger.account_line(path)
    rows = list(ledger.entries_of(path, before=_number(request.GET.get("before", "")))[: read.PAGE + 1])
    context: dict[str, Any] = {
        "line": line,
        "owner": read.names_of_owners([line.account])[line.account.code, line.account.owner_id],
        "entries": [(entry, showing.event_name(entry.tx.kind)) for entry in rows[: read.PAGE]],
        "next_before": rows[read.PAGE - 1].pk if len(rows) > read.PAGE else None,
    }
    return render(request, "payments/books/account.html", context)


@never_cache
@require_safe
@staff_required(*READERS)
def journal(request: HttpRequest, key: str) -> HttpResponse:
    """One transaction: its legs, who, when, under which key."""
    found = ledger.journal(key)
    context = {"journals": _named([found]), "title": showing.event_name(found.tx.kind), "trail": []}
    return render(request, "payments/books/behind.html", context)


@never_cache
@require_safe
@staff_required(*READERS)
def order_journals(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every journal behind an order, and its audit trail."""
    return _behind(request, read.behind_order(public_id))


@never_cache
@require_safe
@staff_required(*READERS)
def invoice_journals(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every journal behind an invoice, and its audit trail."""
    return _behind(request, read.behind_invoice(public_id))


def _behind(request: HttpRequest, found: read.Behind) -> HttpResponse:
    context = {"title": found.title, "journals": _named(list(found.journals)), "trail": found.trail}
    return render(request, "payments/books/behind.html", context)
