"""Money in words: badges, terms as cards, the credit bar, plots of what is due and what is coming."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core import clock
from marketplace.core.i18n import is_chinese
from marketplace.orders.queries.basket import BasketGroup
from marketplace.ui.cards import Badge
from marketplace.ui.formats import format_day, format_money
from marketplace.ui.plots import Bar, Credit, Plot, bars, credit_bar

from .credit.models import CreditLine
from .models import Invoice, PayoutItem
from .policies import MIXED, Term
from .queries.checkout import CheckoutPage, Way
from .queries.payable import Payable


def term_name(code: str) -> str:
    """A term of payment in words: `net-60` → "In 60 days"."""
    if code.startswith("net-") and code[4:].isdigit():
        days = int(code[4:])
        return ngettext("In %(n)s day", "In %(n)s days", days) % {"n": days}
    if code.startswith("instalments-") and code[12:].isdigit():
        count = int(code[12:])
        return ngettext("In %(n)s instalment", "In %(n)s instalments", count) % {"n": count}
    if code == "next-8th":
        return _("On the 8th of the next month")
    if code == MIXED:
        return _("Its own term for each factory")
    if code == "month-end":
        return _("At the end of the next month")
    return _("By card")


def day_span(first: date, last: date) -> str:
    """One day, or two with an en dash."""
    return format_day(first) if first == last else f"{format_day(first)} – {format_day(last)}"


def _due_sentence(way: Way, currency: str) -> str:
    """ "¥1,200.00 on 4 May · ¥800.00 on 9 May": what is due when, days of the same date together."""
    sums: dict[date, int] = {}
    for part in way.parts:
        sums[part.due_on] = sums.get(part.due_on, 0) + part.amount
    template = _("%(amount)s on %(day)s")
    return " · ".join(
        template % {"amount": format_money(amount, currency), "day": format_day(day)}
        for day, amount in sorted(sums.items())
    )


def _way_option(way: Way, page: CheckoutPage, chosen: str) -> tuple[str, str, str, str, str, bool, bool]:
    currency = page.basket.currency
    total = format_money(page.total, currency)
    checked = way.value == chosen and way.is_possible
    if way.is_card:
        text = _("Paid now on the card page; the factories hear of it at once.")
        return (way.value, _("By card"), text, total, _("today"), checked, False)
    assert way.term is not None
    if way.is_blocked:
        text = _("Your credit is on hold: %(why)s.") % {"why": ", ".join(page.hold_reasons)}
        return (way.value, term_name(way.value), text, "–", "", False, True)
    if way.short:
        text = _("%(short)s more than your free credit.") % {"short": format_money(way.short, currency)}
        return (way.value, term_name(way.value), text, "–", "", False, True)
    text = _("After shipment, nothing now. Expected: %(parts)s.") % {"parts": _due_sentence(way, currency)}
    return (
        way.value,
        term_name(way.value),
        text,
        total,
        day_span(way.first_due, way.last_due),
        checked,
        False,
    )


def checkout_context(page: CheckoutPage, form: Any, *, declined: bool = False) -> dict[str, Any]:
    """Everything the checkout template shows."""
    chosen = str(form["payment"].value() or page.best)
    possible = {way.value for way in page.ways if way.is_possible}
    if chosen not in possible:
        chosen = page.best
    return {
        "page": page,
        "form": form,
        "basket": page.basket,
        "options": [_way_option(way, page, chosen) for way in page.ways],
        "credit": line_bar(page.line, new=page.total if chosen != "card" else 0) if page.line else None,
        "declined": declined,
        "late_fee": late_fee_sentence(page),
        "groups": [(group, _own_term(group, page, form)) for group in page.basket.groups],
    }


def _own_term(group: BasketGroup, page: CheckoutPage, form: Any) -> list[tuple[str, str, bool]]:
    """Terms by which one factory of several may be paid: (value, text, chosen); none to choose from."""
    terms = [way for way in page.ways if way.term is not None and way.is_possible]
    if len(page.basket.groups) < 2 or not terms:
        return []
    chosen = form.data.get(f"term_{group.supplier.public_id}", "")
    same = ("", _("As chosen above"), not chosen)
    return [same, *((way.value, term_name(way.value), way.value == chosen) for way in terms)]


def late_fee_sentence(page: CheckoutPage) -> str:
    """What a late payment costs, in words; "" where nothing is sold on account."""
    if page.line is None:
        return ""
    yearly = page.policy.late_rates[-1][1]
    return _("Paid late: %(rate)s%% a day on what is overdue, from the day after the due date.") % {
        "rate": f"{yearly / 365_000:.4f}".rstrip("0").rstrip(".")
    }


def line_bar(line: CreditLine, *, new: int = 0, title: str = "") -> dict[str, Any]:
    """The credit line as one bar with its figures, before and (with `new`) after an order."""
    currency = line.currency
    owed = line.owed + line.fees_owed
    credit = Credit(limit=line.limit, owed=owed, held=line.held, new=new)
    legend = [
        ("c-owed", _("Owed"), format_money(owed, currency)),
        ("c-held", _("Held for orders"), format_money(line.held, currency)),
    ]
    free = format_money(line.available, currency)
    if new:
        after = format_money(max(0, credit.free), currency)
        legend += [
            ("c-new", _("This order"), format_money(new, currency)),
            ("c-free", _("Free after it"), after),
        ]
        label = _("Credit limit %(limit)s: %(free)s free now, %(after)s after this order") % {
            "limit": format_money(line.limit, currency),
            "free": free,
            "after": after,
        }
    else:
        legend.append(("c-free", _("Free"), free))
        label = _("Credit limit %(limit)s: %(free)s free") % {
            "limit": format_money(line.limit, currency),
            "free": free,
        }
    limit_text = _("Limit %(limit)s · free now %(free)s") % {
        "limit": format_money(line.limit, currency),
        "free": free,
    }
    return {
        "bar": credit_bar(credit, label),
        "title": title or _("Your credit"),
        "limit_text": limit_text,
        "legend": legend,
    }


def due_badge(payable: Payable) -> Badge:
    """How an open invoice stands: overdue, due soon, not due."""
    if payable.days_late:
        days = payable.days_late
        return Badge(
            ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}, "bad", "circle-alert"
        )
    if payable.disputed and not payable.total:
        return Badge(_("In dispute"), "warn", "triangle-alert")
    if payable.due_on is None:
        return Badge(_("Settled"), "ok", "circle-check")
    left = (payable.due_on - clock.today()).days
    if left <= 7:
        word = (
            _("Due today")
            if left == 0
            else ngettext("Due in %(n)s day", "Due in %(n)s days", left) % {"n": left}
        )
        return Badge(word, "warn", "calendar-clock")
    return Badge(_("Not due"), "neutral", "calendar-clock")


def invoice_badge(invoice: Invoice) -> Badge:
    """The stored state of an invoice."""
    tones = {
        "issued": ("info", "file-text"),
        "settled": ("ok", "circle-check"),
        "written_off": ("bad", "circle-x"),
    }
    tone, icon = tones.get(invoice.state, ("neutral", ""))
    return Badge(str(invoice.get_state_display()), tone, icon)


_PAYOUT_TONES = {
    "pending": ("neutral", "clock"),
    "available": ("warn", "triangle-alert"),
    "held": ("warn", "clock"),
    "scheduled": ("info", "clock"),
    "submitted": ("info", "clock"),
    "paid": ("ok", "banknote"),
    "failed": ("bad", "circle-alert"),
}


def payout_badge(item: PayoutItem) -> Badge:
    """Where a payout stands."""
    tone, icon = _PAYOUT_TONES.get(item.state, ("neutral", "rotate-ccw"))
    return Badge(str(item.get_state_display()), tone, icon)


def _short_day(day: date) -> str:
    return f"{day.month}月{day.day}日" if is_chinese() else f"{day.day} {day:%b}"


def due_plot(payables: Iterable[Payable], currency: str) -> Plot | None:
    """What is due when: overdue as one bar, then one bar per due day, at most eleven."""
    late = 0
    days: dict[date, int] = {}
    for payable in payables:
        for part in payable.instalments:
            if part.days_late or not part.principal:
                late += part.principal + part.fees
            else:
                days[part.due_on] = days.get(part.due_on, 0) + part.principal
    items = [Bar(_("Overdue"), late, format_money(late, currency), "bad")] if late else []
    upcoming = sorted(days.items())
    items += [Bar(_short_day(day), amount, format_money(amount, currency)) for day, amount in upcoming[:10]]
    if len(upcoming) > 10:
        rest = sum(amount for _day, amount in upcoming[10:])
        items.append(Bar(_("later"), rest, format_money(rest, currency), "soft"))
    if not items:
        return None
    total = format_money(late + sum(days.values()), currency)
    return bars(
        _("What is due when"),
        items,
        columns=(_("Due"), _("Amount")),
        summary=_("%(total)s in all.") % {"total": total},
    )


def due_sums(payables: Iterable[Payable], currency: str) -> dict[str, Any]:
    """What is overdue, due within a week, within a month, later; and all of it."""
    today = clock.today()
    names = (_("Overdue, with late fees"), _("Within 7 days"), _("Within 30 days"), _("Later"))
    sums = dict.fromkeys(names, 0)
    for payable in payables:
        for part in payable.instalments:
            left = (part.due_on - today).days
            name = names[0] if left < 0 else names[1] if left <= 7 else names[2] if left <= 30 else names[3]
            sums[name] += part.principal + part.fees
    total = format_money(sum(sums.values()), currency)
    return {
        "lines": [(name, format_money(amount, currency)) for name, amount in sums.items()],
        "total": (_("You owe"), total),
    }


def coming_plot(items: Iterable[PayoutItem], currency: str, *, days: int = 14) -> Plot:
    """A supplier's money coming in over the next days; what is late to come stands at today."""
    today = clock.today()
    sums = {today + timedelta(days=offset): 0 for offset in range(days)}
    for item in items:
        if item.available_on is not None and item.available_on < today + timedelta(days=days):
            sums[max(item.available_on, today)] += item.net
    total = format_money(sum(sums.values()), currency)
    return bars(
        _("Money coming"),
        [Bar(_short_day(day), amount, format_money(amount, currency)) for day, amount in sums.items()],
        columns=(_("Day"), _("Amount")),
        summary=ngettext("%(total)s within %(n)s day.", "%(total)s within %(n)s days.", days)
        % {"total": total, "n": days},
    )


def fee_words(term: Term | None) -> str:
    """ "1.5% for early payout"; "" without one."""
    if term is None or not term.early_fee:
        return ""
    return _("%(rate)s%% for early payout") % {"rate": f"{term.early_fee * 100:f}".rstrip("0").rstrip(".")}


def event_name(kind: str) -> str:
    """A kind of journal in words, as a statement names it."""
    names = {
        "invoice.issued": _("Invoice"),
        "payment.repayment": _("Payment"),
        "payment.order": _("Card payment of orders"),
        "payment.fee": _("Card processing fee"),
        "payment.surplus": _("Payment received twice"),
        "bank.received": _("Bank transfer received"),
        "fee.interest": _("Late fee"),
        "fee.compensation": _("Compensation for late payment"),
        "credit.authorised": _("Credit set aside"),
        "credit.captured": _("Credit used"),
        "credit.void": _("Credit released"),
        "credit.expired": _("Credit released after its time"),
        "payout.released": _("Payout released"),
        "payout.scheduled": _("Payout scheduled"),
        "payout.paid": _("Payout sent"),
        "refund.owed": _("Refund owed"),
        "refund.sent": _("Refund sent"),
        "refund.failed": _("Refund failed"),
        "treasury.equity": _("Equity paid in"),
        "treasury.top_up": _("Processor balance topped up"),
        "reversal": _("Reversal"),
        "credit_note.issued": _("Credit note"),
        "payout.reversed": _("Payout taken back"),
        "fee.extension": _("Fee for a later due date"),
        "fee.waived": _("Late fees waived"),
        "instalment.split": _("Instalment split"),
        "invoice.written_off": _("Written off"),
        "loss.allowance": _("Expected losses"),
        "card_dispute.withdrawn": _("Card payment disputed"),
        "card_dispute.reinstated": _("Card dispute won"),
        "card_dispute.lost": _("Card payment charged back"),
    }
    return names.get(kind, kind)
