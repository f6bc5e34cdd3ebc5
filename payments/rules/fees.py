"""What the platform keeps of a sale: commission and VAT on it (P3), and the fee for paying early (P4)."""

from dataclasses import dataclass

from marketplace.core.money import share

from ..policies import Policy, Term


@dataclass(frozen=True, slots=True)
class Commission:
    """Commission on net goods and the VAT on it, both kept from the supplier."""

    amount: int
    vat: int

    @property
    def total(self) -> int:
        return self.amount + self.vat


def commission_on(net: int, policy: Policy) -> Commission:
    """Commission on goods of `net` minor units, each product rounded half-up once."""
    amount = share(net, policy.commission_rate)
    return Commission(amount, share(amount, policy.commission_vat_rate))


@dataclass(frozen=True, slots=True)
class EarlyPayout:
    """`advance = fee + payout`; `reserve` waits until the buyer has paid."""

    advance: int
    fee: int
    reserve: int

    @property
    def payout(self) -> int:
        return self.advance - self.fee


def early_payout(supplier_net: int, policy: Policy, term: Term | None) -> EarlyPayout:
    """Terms of paying the supplier before the buyer pays. Without a term (paid by card) there is no fee."""
    if term is None:
        return EarlyPayout(supplier_net, 0, 0)
    advance = share(supplier_net, policy.advance_rate)
    return EarlyPayout(advance, share(advance, term.early_fee), supplier_net - advance)
