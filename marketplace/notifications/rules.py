"""What each kind of notice says. Facts, typed by their shape, become words in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.i18n import is_chinese
from marketplace.orders.rules import say_reason
from marketplace.ui.formats import format_day, format_money
from payments.credit.models import CreditHold


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
    "payout_failed": Kind(
        _("A payout of %(total)s did not arrive"),
        _("%(total)s for invoice %(number)s came back. We try again tomorrow; please check your account."),
        _("See what you earn"),
    ),
    "payment_failed": Kind(
        _("A payment of %(total)s could not be started"),
        _("The payment service did not accept a payment of %(total)s. Nothing was taken; please try again."),
        _("See your account"),
    ),
    "refund_paid": Kind(
        _("Refund of %(total)s"),
        _("%(total)s went back to the card you paid with. Your bank shows it within a few days."),
        _("See your account"),
    ),
    "instalment_due": Kind(
        _("Invoice %(number)s: %(total)s due %(date)s"),
        _("%(total)s of invoice %(number)s from %(supplier)s is due on %(date)s. Pay now or in parts."),
        _("Pay"),
    ),
    "instalment_overdue": Kind(
        _("Overdue: %(total)s of invoice %(number)s"),
        _("%(total)s of invoice %(number)s from %(supplier)s was due on %(date)s. Late fees grow daily."),
        _("Pay"),
    ),
    "invoices_due": Kind(
        _("%(total)s due from %(date)s"),
        _("%(count)s payments with %(total)s together are due, the first on %(date)s. Pay now or in parts."),
        _("Pay"),
    ),
    "invoices_overdue": Kind(
        _("Overdue: %(total)s"),
        _(
            "%(count)s payments with %(total)s together are overdue, the oldest since %(date)s. "
            "Late fees grow daily."
        ),
        _("Pay"),
    ),
    "fees_charged": Kind(
        _("Late fees of %(total)s"),
        _("Late fees of %(total)s were added to your overdue invoices. They stop once these are paid."),
        _("See what you owe"),
    ),
    "credit_opened": Kind(
        _("You can buy on credit up to %(total)s"),
        _("Your credit line of %(total)s is open. Choose it at checkout and pay after shipment."),
        _("See your credit"),
    ),
    "credit_limit_set": Kind(
        _("Your credit limit is now %(total)s"),
        _("Your credit limit was set to %(total)s."),
        _("See your credit"),
    ),
    "credit_hold_opened": Kind(
        _("Your credit is on hold: %(reason)s"),
        _("You cannot order on credit for now: %(reason)s. Orders by card go on as before."),
        _("See your credit"),
    ),
    "credit_hold_closed": Kind(
        _("You can buy on credit again"),
        _("The hold on your credit (%(reason)s) is over."),
        _("See your credit"),
    ),
    "rest_cancelled": Kind(
        _("%(supplier)s ships no more of your order"),
        _("%(supplier)s called off the rest of your order: “%(reason)s”. You pay only what was shipped."),
        _("See the order"),
    ),
    "order_completed": Kind(
        _("%(buyer)s received the goods"),
        _("%(buyer)s confirmed that the order of %(total)s arrived."),
        _("See the order"),
    ),
    "portal_handed_over": Kind(
        _("%(cluster)s is yours to run"),
        _("The portal of %(cluster)s was handed to %(company)s. Its pages can be edited from now on."),
        _("See the portal"),
    ),
    "inquiry_asked_again": Kind(
        _("%(buyer)s wrote again: %(subject)s"),
        _("%(buyer)s wrote again about “%(subject)s”."),
        _("Answer"),
    ),
    "inquiry_opened": Kind(
        _("%(buyer)s asks: %(subject)s"),
        _("%(buyer)s has a question about “%(subject)s”. A quick answer sells."),
        _("Answer"),
    ),
    "saved_search_found": Kind(
        _("“%(name)s”: new goods or lower prices (%(count)s)"),
        _("Your saved search “%(name)s” has something new for you."),
        _("See all of it"),
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
        if "hold" in fact:
            return str(CreditHold.Reason(fact["hold"]).label)
        if "said" in fact:
            return say_reason(str(fact["said"]))
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


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a notice that tells of several: a listing, and what is to be said of it."""

    listing: str
    title: str
    words: str
    quantity: int | None


def lines_of(facts: Mapping[str, Any]) -> list[Line]:
    """The things a notice lists, in words of the active language; none for most kinds."""
    return [
        Line(str(one["listing"]), _word(one["title"]), _line_words(one), one.get("quantity"))
        for one in facts.get("lines", ())
    ]


def _line_words(one: Mapping[str, Any]) -> str:
    price = _word({"money": one["price"]}) if one.get("price") else ""
    if one.get("before"):
        words = gettext("now %(price)s instead of %(before)s")
        return words % {"price": price, "before": _word({"money": one["before"]})}
    return gettext("new, %(price)s") % {"price": price} if price else gettext("new")
