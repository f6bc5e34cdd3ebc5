"""Refusals of credit, payment and the books; each with a sentence fit for the buyer."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import InvalidInput, Refusal


class PaymentRefusal(Refusal):
    """The family of this package."""

    code = "payment_refused"


class CreditDeclined(PaymentRefusal):
    """The credit line does not carry the order. `facts`.

    Limit, held, owed, available, wanted (minor units).
    """

    code = "credit_declined"
    sentence = _("Your credit line does not cover this order.")


class CreditLimitExceeded(CreditDeclined):
    """Held, owed and the order together pass the limit."""

    code = "credit_limit_exceeded"


class CreditOnHold(CreditDeclined):
    """The line is on hold or frozen; `facts["reasons"]` names the open hold reasons."""

    code = "credit_hold"
    sentence = _("Your credit is on hold. You can pay by card.")


class NoCreditLine(CreditDeclined):
    """There is no credit line in this currency."""

    code = "no_credit_line"
    sentence = _("You have no credit line in this currency yet. You can pay by card.")


class TermNotAllowed(InvalidInput):
    """The chosen payment term is not offered to this buyer."""

    code = "term_not_allowed"
    sentence = _("This payment term is not available to you. Please choose another.")


class AmountNotPayable(InvalidInput):
    """A repayment of nothing, or of more than is owed."""

    code = "amount_not_payable"
    sentence = _("Enter an amount between 0.01 and what is owed.")


class NothingToPay(PaymentRefusal):
    """Everything chosen is settled already."""

    code = "nothing_to_pay"
    sentence = _("There is nothing left to pay here.")


class PaymentServiceAway(PaymentRefusal):
    """The card payment service does not answer; the order is kept and can be paid again."""

    code = "payment_service_away"
    status = 503
    sentence = _(
        "The card payment page can't be reached right now. Nothing was charged; please try again shortly."
    )


class LimitNotAllowed(InvalidInput):
    """A credit limit that is negative, absurd or without a reason."""

    code = "limit_not_allowed"
    sentence = _("Enter a limit of zero or more and say why.")


class BooksShort(PaymentRefusal):
    """The books hold less money at the bank than is said to have left it: a receipt is missing."""

    code = "books_short"
    sentence = _(
        "By the books there is less money at the bank than this payout. Enter what has come in first."
    )


class LedgerFault(Exception):
    """A posting that must never be asked for: a fault of ours, not a refusal."""


class UnbalancedPosting(LedgerFault):
    """Debits and credits differ, or there are fewer than two legs."""


class KeyReused(LedgerFault):
    """A posting key came again with other legs."""


class NegativeBalance(LedgerFault):
    """The posting would take a guarded account below zero."""
