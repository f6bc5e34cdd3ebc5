"""What a credit note takes back and from whom (P8).

Shares go by what has been taken back altogether, less what earlier notes used, so that taking back all of an
invoice leaves exactly nothing of its VAT, discount and commission.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from marketplace.core.money import allocate, round_half_up


@dataclass(frozen=True, slots=True)
class Sold:
    """An invoice line with what earlier notes took of it. Minor units; `key` names the line."""

    key: int
    quantity: int
    net: int
    vat: int
    gone_quantity: int = 0
    gone_net: int = 0
    gone_vat: int = 0

    @property
    def left(self) -> int:
        """Gross not taken back yet."""
        return self.net + self.vat - self.gone_net - self.gone_vat


@dataclass(frozen=True, slots=True)
class Taken:
    """What a note takes of one line; `quantity` is 0 where only the price is lowered."""

    key: int
    quantity: int
    net: int
    vat: int


class TooMuch(ValueError):
    """More than is left of a line or of the invoice; `left` of it is."""

    def __init__(self, left: int) -> None:
        super().__init__(f"only {left} left")
        self.left = left


def part_of(total: int, after: int, base: int, used: int) -> int:
    """The part of `total` due now that `after` of `base` is reached and `used` was used before (P2)."""
    if base <= 0 or total <= 0:
        return 0
    reached = total if after >= base else round_half_up(Decimal(total) * after / base)
    return max(0, min(reached, total) - used)


def take_pieces(line: Sold, quantity: int) -> Taken:
    """Give back pieces of a line. Raises TooMuch."""
    left = line.quantity - line.gone_quantity
    if not 0 < quantity <= left:
        raise TooMuch(left)
    price = line.net // line.quantity
    net_left = line.net - line.gone_net
    net = net_left if quantity == left else min(price * quantity, net_left)
    return Taken(line.key, quantity, net, part_of(line.vat, line.gone_net + net, line.net, line.gone_vat))


def take_amount(lines: Sequence[Sold], gross: int) -> list[Taken]:
    """Lower the price by `gross`, spread over lines by what is left of each. Raises TooMuch."""
    left = sum(line.left for line in lines)
    if not 0 < gross <= left:
        raise TooMuch(left)
    parts = allocate(gross, [line.left for line in lines])
    return [_lower(line, part) for line, part in zip(lines, parts, strict=True) if part]


def _lower(line: Sold, gross: int) -> Taken:
    net = round_half_up(Decimal(gross) * line.net / (line.net + line.vat))
    net = min(net, line.net - line.gone_net)
    vat = min(gross - net, line.vat - line.gone_vat)
    return Taken(line.key, 0, gross - vat, vat)


@dataclass(frozen=True, slots=True)
class Sums:
    """Amounts of an invoice, or what notes took of them. Minor units."""

    net: int = 0
    gross: int = 0
    discount: int = 0
    commission: int = 0
    commission_vat: int = 0


@dataclass(frozen=True, slots=True)
class Shares:
    """How a note's gross falls on both sides.

    `buyer + platform = gross = supplier + commission + commission_vat`.
    """

    platform: int
    buyer: int
    commission: int
    commission_vat: int
    supplier: int


def shares_of(invoice: Sums, gone: Sums, *, net: int, gross: int) -> Shares:
    """Whose share of a note of `net` and `gross` is what. Raises TooMuch."""
    if gone.gross + gross > invoice.gross or gone.net + net > invoice.net:
        raise TooMuch(invoice.gross - gone.gross)
    platform = part_of(invoice.discount, gone.gross + gross, invoice.gross, gone.discount)
    fee = part_of(invoice.commission, gone.net + net, invoice.net, gone.commission)
    vat = part_of(invoice.commission_vat, gone.net + net, invoice.net, gone.commission_vat)
    platform = min(platform, gross)
    fee = min(fee, gross)
    vat = min(vat, gross - fee)
    return Shares(platform, gross - platform, fee, vat, gross - fee - vat)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is open of one instalment; `is_disputed` ones are lowered first."""

    key: int
    due_on: date
    outstanding: int
    is_disputed: bool = False


def offset(owed: Sequence[Owed], amount: int) -> tuple[list[tuple[int, int]], int]:
    """Lower what is owed: disputed first, then the latest due backwards.

    Answers (instalment, amount) and what is left for a refund.
    """
    order = sorted(owed, key=lambda o: (o.is_disputed, o.due_on, o.key), reverse=True)
    found = []
    for item in order:
        part = min(item.outstanding, amount)
        if part > 0:
            found.append((item.key, part))
            amount -= part
    return found, amount
