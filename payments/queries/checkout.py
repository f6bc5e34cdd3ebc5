"""What the checkout page shows.

Ways to pay side by side, what is due when, the credit line before and after.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.companies.acting import Acting
from marketplace.core import clock
from marketplace.core.frozen import Frozen
from marketplace.core.i18n import pick
from marketplace.core.money import allocate
from marketplace.orders.models import OrderGroup
from marketplace.orders.queries import Basket

from .. import policies
from ..credit.models import CreditHold, CreditLine
from ..credit.reserve import open_reasons
from ..policies import Policy, Term
from ..rules.terms import schedule

CARD = "card"
_line = Frozen(lambda m: CreditLine.objects.filter(buyer=m.whole("buyer"), currency=m.text("currency")))
_sent_to = Frozen(
    lambda m: (
        OrderGroup.objects.filter(company=m.whole("company"))
        .order_by("-id")
        .values_list("ship_name", "ship_phone", "ship_address")[:1]
    )
)


@dataclass(frozen=True, slots=True)
class DuePart:
    """`amount` minor units to be paid on a day, for one supplier's goods if they ship as planned."""

    due_on: date
    amount: int
    supplier: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay: a term on account, or card.

    `short` is what the credit line lacks, 0 when it suffices.
    """

    value: str
    term: Term | None
    parts: tuple[DuePart, ...]
    short: int = 0
    is_blocked: bool = False

    @property
    def is_card(self) -> bool:
        return self.term is None

    @property
    def first_due(self) -> date:
        return min(part.due_on for part in self.parts)

    @property
    def last_due(self) -> date:
        return max(part.due_on for part in self.parts)

    @property
    def is_possible(self) -> bool:
        return not self.short and not self.is_blocked


@dataclass(frozen=True, slots=True)
class CheckoutPage:
    """Ways to pay for a basket and the line that carries them (None: no credit in this currency)."""

    basket: Basket
    policy: Policy
    line: CreditLine | None
    hold_reasons: tuple[str, ...]
    ways: tuple[Way, ...]
    discount: int = 0

    @property
    def total(self) -> int:
        """What the buyer pays: the basket less the voucher, minor units."""
        return self.basket.total - self.discount

    @property
    def best(self) -> str:
        """The way chosen beforehand: the longest term that the line carries, else card."""
        possible = [way for way in self.ways if way.is_possible]
        return max(possible, key=lambda way: way.last_due).value if possible else CARD


def line_of(acting: Acting, currency: str) -> CreditLine | None:
    """The acting company's credit line in a currency."""
    return next(iter(_line(buyer=acting.company.pk, currency=currency)), None)


def hold_words(line: CreditLine) -> tuple[str, ...]:
    """Why a line is on hold, in words; empty for a line that works."""
    if line.status == CreditLine.Status.ACTIVE:
        return ()
    words = tuple(str(CreditHold.Reason(reason).label) for reason in open_reasons(line))
    return words or (str(line.get_status_display()),)


def checkout_page(acting: Acting, basket: Basket, discount: int = 0) -> CheckoutPage:
    """Read what the page shows for a basket that can be ordered, less a voucher's amount; two queries."""
    policy = policies.current()
    line = line_of(acting, basket.currency)
    reasons = hold_words(line) if line else ()
    total = basket.total - discount
    short = max(0, total - line.available) if line else 0
    ways = [
        Way(term.code, term, _due_parts(basket, term, discount), short, bool(reasons))
        for term in policy.terms.values()
        if line is not None and term.code in line.allowed_terms
    ]
    today = clock.today()
    ways.append(Way(CARD, None, (DuePart(today, total, ""),)))
    return CheckoutPage(basket, policy, line, reasons, tuple(ways), discount)


def _due_parts(basket: Basket, term: Term, discount: int) -> tuple[DuePart, ...]:
    """Due days if every supplier ships after its longest lead time; first due first."""
    parts = []
    off = allocate(discount, [group.sums.total for group in basket.groups])
    for group, less in zip(basket.groups, off, strict=True):
        lead = max(part.listing.lead_days for part in group.listings)
        shipped = clock.today() + timedelta(days=lead)
        parts += [
            DuePart(due.due_on, due.amount, pick(group.supplier, "name"))
            for due in schedule(term, group.sums.total - less, shipped)
        ]
    return tuple(sorted(parts, key=lambda part: part.due_on))


def last_address(acting: Acting) -> dict[str, str]:
    """Where the company last had goods sent, to fill the form with; one query."""
    name, phone, address = next(
        iter(_sent_to(company=acting.company.pk)),
        (acting.user.name, acting.company.phone, pick(acting.company, "address")),
    )
    return {"ship_name": name, "ship_phone": phone, "ship_address": address}
