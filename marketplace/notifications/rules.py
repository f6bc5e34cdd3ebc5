"""What each kind of notice says. Facts, typed by their shape, become words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.i18n import is_chinese
from marketplace.ui.formats import format_day, format_money


@dataclass(frozen=True, slots=True)
class Kind:
    """Subject, sentence and button of a kind; all are %-format strings over the facts."""

    subject: Promise
    sentence: Promise
    button: Promise


KINDS: dict[str, Kind] = {
    "welcome": Kind(
        _("Welcome to Chandi, %(company)s"),
        _("Your company is registered. Add a second factor to your sign-in, then look around the towns."),
        _("Secure your account"),
    ),
    "order_placed": Kind(
        _("Order placed: %(total)s"),
        _("You ordered from %(suppliers)s for %(total)s. Each factory now confirms its part."),
        _("See the order"),
    ),
    "order_to_accept": Kind(
        _("New order from %(buyer)s: %(total)s"),
        _("%(buyer)s ordered for %(total)s. Accept it or refuse it with a reason."),
        _("Open the order"),
    ),
    "order_accepted": Kind(
        _("%(supplier)s accepted your order"),
        _("%(supplier)s accepted your order of %(total)s and ships it by %(date)s."),
        _("See the order"),
    ),
    "order_rejected": Kind(
        _("%(supplier)s can't deliver your order"),
        _("%(supplier)s refused your order of %(total)s: “%(reason)s”. Nothing is charged for it."),
        _("See the order"),
    ),
    "order_cancelled": Kind(
        _("An order of %(total)s was cancelled"),
        _("The order between %(buyer)s and %(supplier)s for %(total)s was cancelled: “%(reason)s”."),
        _("See the order"),
    ),
    "shipped": Kind(
        _("Shipped by %(supplier)s"),
        _("%(supplier)s shipped goods with %(carrier)s, tracking number %(tracking)s."),
        _("Follow the shipment"),
    ),
    "invoice_issued": Kind(
        _("Invoice %(number)s: %(total)s due %(date)s"),
        _("%(supplier)s shipped and invoiced %(total)s. It is due on %(date)s."),
        _("See the invoice"),
    ),
    "invoice_paid": Kind(
        _("Invoice %(number)s over %(total)s, paid"),
        _("%(supplier)s shipped and invoiced %(total)s. It was paid with the order; nothing is due."),
        _("See the invoice"),
    ),
    "payout_planned": Kind(
        _("Invoice %(number)s: you receive %(total)s on %(date)s"),
        _("Invoice %(number)s is issued. %(total)s reaches you by %(date)s, after commission and fee."),
        _("See what you earn"),
    ),
    "payment_received": Kind(
        _("Payment of %(total)s received"),
        _("Thank you: %(total)s reached us and was applied to what is due first."),
        _("See your account"),
    ),
    "payout_paid": Kind(
        _("%(total)s is on its way to you"),
        _("We paid out %(total)s for invoice %(number)s."),
        _("See what you earn"),
    ),
    "inquiry_opened": Kind(
        _("%(buyer)s asks: %(subject)s"),
        _("%(buyer)s has a question about “%(subject)s”. A quick answer sells."),
        _("Answer"),
    ),
    "inquiry_answered": Kind(
        _("%(supplier)s answered your question"),
        _("%(supplier)s answered about “%(subject)s”."),
        _("Read the answer"),
    ),
}


def _word(fact: Any) -> str:
    if isinstance(fact, Mapping):
        if "money" in fact:
            amount, currency = fact["money"]
            return format_money(int(amount), str(currency))
        if "date" in fact:
            return format_day(date.fromisoformat(fact["date"]))
        if "zh" in fact:
            first, second = ("zh", "en") if is_chinese() else ("en", "zh")
            return str(fact[first] or fact[second])
    return str(fact)


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in the active language."""

    subject: str
    sentence: str
    button: str


def words_of(kind: str, facts: Mapping[str, Any]) -> Words:
    """Put a notice into words of the active language."""
    said = {name: _word(fact) for name, fact in facts.items()}
    template = KINDS[kind]
    return Words(str(template.subject) % said, str(template.sentence) % said, str(template.button) % said)
