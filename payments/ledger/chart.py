"""The chart of accounts, the same for every currency; sub-accounts by owner (`1200:42` of company 42)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DEBIT, CREDIT = "D", "C"
# Accounts that every sale touches keep their balance in several rows, so that postings do not queue on one.
SHARDS = 16


@dataclass(frozen=True, slots=True)
class Code:
    """One line of the chart. `owner` names what its sub-accounts belong to.

    Guarded ones never go below zero.
    """

    code: str
    name: str | Promise
    normal: str
    owner: str = ""
    guarded: bool = False
    memo: bool = False

    @property
    def shards(self) -> int:
        """Balance rows per account: one where the balance guards something."""
        return 1 if self.owner or self.guarded else SHARDS


def _guarded(code: str, name: Promise, normal: str, owner: str = "", memo: bool = False) -> Code:
    return Code(code, name, normal, owner, True, memo)


_ALL = (
    Code("1000", _("Bank"), DEBIT),
    Code("1100", _("Card processor balance"), DEBIT),
    _guarded("1200", _("Receivable: principal"), DEBIT, "company"),
    _guarded("1210", _("Receivable: fees and interest"), DEBIT, "company"),
    Code("1290", _("Loss allowance"), CREDIT),
    _guarded("1300", _("Dispute funds withheld"), DEBIT, "dispute"),
    _guarded("1400", _("Supplier clawback receivable"), DEBIT, "supplier"),
    Code("1900", _("Currency position"), DEBIT),
    _guarded("2000", _("Supplier payable: pending"), CREDIT, "supplier"),
    _guarded("2005", _("Supplier reserve"), CREDIT, "supplier"),
    _guarded("2010", _("Supplier payable: available"), CREDIT, "supplier"),
    _guarded("2020", _("Payouts in transit"), CREDIT, "supplier"),
    _guarded("2100", _("Buyer prepayments and deposits"), CREDIT, "order"),
    _guarded("2110", _("Buyer credit balance"), CREDIT, "company"),
    _guarded("2120", _("Unapplied cash"), CREDIT),
    _guarded("2130", _("Refunds payable"), CREDIT),
    Code("2300", _("VAT on our fees"), CREDIT),
    Code("2310", _("Goods tax collected"), CREDIT),
    Code("2400", _("Deferred term fees"), CREDIT),
    Code("3000", _("Equity"), CREDIT),
    Code("4000", _("Commission"), CREDIT),
    Code("4010", _("Early-payout fee"), CREDIT),
    Code("4020", _("Buyer term fee"), CREDIT),
    Code("4030", _("Late fees and interest"), CREDIT),
    Code("4040", _("Currency margin"), CREDIT),
    Code("4060", _("Recoveries"), CREDIT),
    Code("4900", _("Platform-funded discounts"), DEBIT),
    Code("5000", _("Card processing fees"), DEBIT),
    Code("5010", _("Dispute fees"), DEBIT),
    Code("5020", _("Fraud and chargeback loss"), DEBIT),
    Code("5200", _("Credit loss"), DEBIT),
    Code("5300", _("Currency loss"), DEBIT),
    Code("5400", _("Rounding"), DEBIT),
    _guarded("9000", _("Memo: commitments"), DEBIT, "company", memo=True),
    Code("9001", _("Memo: contra of commitments"), CREDIT, memo=True),
)

CHART: dict[str, Code] = {line.code: line for line in _ALL}


def path_of(currency: str, code: str, owner_id: int = 0) -> str:
    """The unique name of an account: `CNY:1200:42`, `CNY:4000`. Raises ValueError for a wrong owner."""
    if bool(CHART[code].owner) != bool(owner_id):
        raise ValueError(f"account {code} {'needs' if CHART[code].owner else 'has no'} owner")
    return f"{currency}:{code}:{owner_id}" if owner_id else f"{currency}:{code}"
