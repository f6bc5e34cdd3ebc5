"""The books for staff: trial balance, accounts, journals, and what is behind an order or invoice."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.companies.acting import staff_required
from marketplace.core.clock import BUSINESS_ZONE
from marketplace.core.errors import NotFound

from .. import showing
from ..ledger import queries as ledger
from ..ledger.chart import CHART
from ..queries import books as read

READERS = ("finance", "credit")
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


def _number(text: str) -> int | None:
    """A key of the query, None for anything that is not one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _cut(request: HttpRequest) -> ledger.Cut:
    """The books as of a business date, as known at a moment in our zone; what can't be read is not said."""
    as_of, known_at = request.GET.get("as_of", ""), request.GET.get("known_at", "")
    try:
        day = date.fromisoformat(as_of) if len(as_of) == 10 else None
    except ValueError:
        day = None
    try:
        moment = (
            datetime.fromisoformat(known_at).replace(tzinfo=BUSINESS_ZONE) if len(known_at) == 16 else None
        )
    except ValueError:
        moment = None
    return ledger.Cut(
        as_of=day if day and _FIRST <= day <= _LAST else None,
        known_at=moment if moment and _FIRST <= moment.date() <= _LAST else None,
    )


def _cut_context(cut: ledger.Cut) -> dict[str, str]:
    """The cut as the form's fields and as a query that links carry on."""
    said = {}
    if cut.as_of:
        said["as_of"] = cut.as_of.isoformat()
    if cut.known_at:
        said["known_at"] = f"{cut.known_at:%Y-%m-%dT%H:%M}"
    return {"as_of": "", "known_at": "", **said, "cut_query": urlencode(said)}


def _named(journals: list[ledger.Journal]) -> list[tuple[ledger.Journal, str]]:
    return [(journal, showing.event_name(journal.tx.kind)) for journal in journals]


@never_cache
@require_safe
@staff_required(*READERS)
def books(request: HttpRequest) -> HttpResponse:
    """The trial balance of a currency, now or as it was known of a date, and the newest journals."""
    cut = _cut(request)
    currencies = ledger.currencies()
    asked = request.GET.get("currency", "")
    currency = asked if asked in currencies else (currencies or ["CNY"])[0]
    context = {
        **_cut_context(cut),
        "is_now": cut.is_now,
        "trial": ledger.trial_balance(currency, cut),
        "currencies": currencies,
        "currency": currency,
        "journals": _named(ledger.latest_journals(20)) if cut.is_now else [],
    }
    return render(request, "payments/books/trial_balance.html", context)


@never_cache
@require_safe
@staff_required(*READERS)
def code(request: HttpRequest, currency: str, code: str) -> HttpResponse:
    """All accounts of one line of the chart."""
    if code not in CHART:
        raise NotFound
    cut = _cut(request)
    accounts = ledger.accounts_of(currency, code, cut)
    if not accounts:
        raise NotFound
    names = read.names_of_owners([row.account for row in accounts])
    rows = [(row, names[row.account.code, row.account.owner_id]) for row in accounts]
    context = {**_cut_context(cut), "line": CHART[code], "currency": currency, "rows": rows}
    return render(request, "payments/books/accounts.html", context)


@never_cache
@require_safe
@staff_required(*READERS)
def account(request: HttpRequest, path: str) -> HttpResponse:
    """An account's entries, newest first."""
    cut = _cut(request)
    line = ledger.account_line(path, cut)
    rows = list(ledger.entries_of(path, cut, before=_number(request.GET.get("before", "")))[: read.PAGE + 1])
    context: dict[str, Any] = {
        **_cut_context(cut),
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
