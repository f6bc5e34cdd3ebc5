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


class PeriodClosed(PaymentRefusal):
    """The month a posting takes effect in is closed. `facts`: `month`, the last closed one, where known."""

    code = "period_closed"
    sentence = _("The books of this month are closed. Choose a later date.")


class PeriodSoftClosed(PeriodClosed):
    """The month is being closed: only finance posts into it, and says why."""

    code = "period_soft_closed"
    sentence = _("The books of this month are being closed. Finance may still post into it with a reason.")


class PeriodNotReady(PaymentRefusal):
    """A month that is not over, comes before its turn, or is closed already."""

    code = "period_not_ready"
    sentence = _("This month can't be closed now. Months are closed one after the other once they are over.")


class SecondPersonNeeded(PaymentRefusal):
    """Who closed the month for others may not close it for good."""

    code = "second_person_needed"
    sentence = _("A second person has to confirm this: you took the first step yourself.")


class BooksNotWhole(PaymentRefusal):
    """The proofs of the ledger found something; `facts["found"]` are the names of the broken ones."""

    code = "books_not_whole"
    sentence = _(
        "The proofs of the books found a difference. It has to be explained before the month is closed."
    )


class NotCreditable(PaymentRefusal):
    """A credit note of nothing, of more than is left, or on an invoice that takes none any more."""

    code = "not_creditable"
    status = 422
    sentence = _("That is more than is left of this invoice. Please check the figures.")


class DisputeNotPossible(PaymentRefusal):
    """A complaint of nothing, of more than is left, or beside another one."""

    code = "dispute_not_possible"
    status = 422
    sentence = _("Enter what the complaint is worth, at most what is left of the invoice.")


class ExtensionNotPossible(PaymentRefusal):
    """The due date was moved before, has passed, or the invoice is disputed or settled."""

    code = "extension_not_possible"
    sentence = _("The due date can be moved once, before it has passed, while nothing is disputed.")


class NothingToApply(PaymentRefusal):
    """No credit balance, or nothing open that it could pay."""

    code = "nothing_to_apply"
    sentence = _("There is no balance to use, or nothing open to use it for.")


class FourEyesNeeded(PaymentRefusal):
    """Who proposed a write-off may not decide it."""

    code = "four_eyes"
    status = 403
    sentence = _("Another person has to decide this: you proposed it yourself.")


class WriteOffNotPossible(PaymentRefusal):
    """Not overdue for long enough, nothing open, disputed, or proposed already."""

    code = "write_off_not_possible"
    sentence = _("This invoice can't be written off: it is not overdue for long enough, or nothing is open.")


class PromiseNotPossible(PaymentRefusal):
    """A promise of nothing, in the past or too far ahead."""

    code = "promise_not_possible"
    status = 422
    sentence = _("A promise names an amount and a day within the next 60 days.")


class ReversalNotPossible(PaymentRefusal):
    """Nothing is open, no transfer can be reversed, or one is on its way."""

    code = "reversal_not_possible"
    sentence = _("There is no paid transfer to take this back from.")


class VoucherNotValid(InvalidInput):
    """A code that does not exist, is used, has run out, or is not for this basket."""

    code = "voucher_not_valid"
    sentence = _("This voucher can't be used for this basket.")


class LedgerFault(Exception):
    """A posting that must never be asked for: a fault of ours, not a refusal.

    `code` is the same on any database.
    """

    code = "ledger_fault"


class UnbalancedPosting(LedgerFault):
    """Debits and credits differ, or there are fewer than two legs."""

    code = "unbalanced"


class AmountNotPossible(UnbalancedPosting):
    """A leg that is no whole number of minor units, is negative, or is beyond what balances can carry."""

    code = "amount_not_possible"


class KeyReused(LedgerFault):
    """A posting key came again with other legs."""

    code = "key_reused"


class NegativeBalance(LedgerFault):
    """The posting would take a guarded account below zero."""

    code = "negative_balance"


class AlreadyReversed(LedgerFault):
    """The transaction has its one reversal."""

    code = "already_reversed"


class UnknownTransaction(LedgerFault):
    """There is no transaction under this key."""

    code = "unknown_transaction"
