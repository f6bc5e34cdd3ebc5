"""One factory that shows its prices only to buyers it knows, so that the demo has what most towns have."""

from __future__ import annotations

from marketplace.catalog.actions import approve_for_prices, set_price_visibility
from marketplace.companies.models import Company, PriceVisibility, Supplier
from marketplace.core.actors import SYSTEM
from marketplace.demo.data import buyers

from . import goods

_TRADE = "wenzhou-shoes"


def close_prices() -> None:
    """The last works of the trade closes its prices; its first customer of the demo's buyers is approved."""
    slug = [maker.works.slug for maker in goods.makers() if maker.trade.code == _TRADE][-1]
    supplier = Supplier.objects.get(slug=slug)
    set_price_visibility(acting_user=SYSTEM, supplier=supplier, visibility=PriceVisibility.APPROVED)
    known = next(buyer for buyer in buyers() if _TRADE in buyer.trades)
    buyer = Company.objects.get(name_zh=known.name_zh, is_buyer=True)
    approve_for_prices(acting_user=SYSTEM, buyer=buyer, supplier=supplier)
