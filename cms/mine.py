"""What a signed-in buyer finds first on the home page: what is due, and what was bought before."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from marketplace.catalog.cards import cards_for
from marketplace.companies.acting import acting_of
from marketplace.orders.models import OrderLine
from marketplace.ui.cards import ListingCard
from marketplace.ui.links import door

MOST = 6
# Lines looked at to find so many different listings.
_LINES = 60


@dataclass(frozen=True, slots=True)
class Mine:
    """`again`: goods of the company's last orders that are still on sale, at today's price."""

    company: str
    finance_url: str
    orders_url: str
    again: list[ListingCard]


def mine_of(request: HttpRequest) -> Mine | None:
    """For a member of a buying company; None for everyone else. Four queries."""
    if not request.user.is_authenticated:
        return None
    acting = acting_of(request)
    if acting is None or not acting.company.is_buyer:
        return None
    lines = OrderLine.objects.filter(order__buyer=acting.company).order_by("-order_id", "position")
    bought = dict.fromkeys(lines.values_list("listing_id", flat=True)[:_LINES])
    return Mine(
        company=str(acting.company),
        finance_url=door(None, "payments:finance"),
        orders_url=door(None, "orders:list"),
        again=cards_for(list(bought)[:MOST]),
    )
