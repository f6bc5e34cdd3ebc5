"""A supplier as anyone may see it: only approved ones, inside a portal only those that make in its town."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from clusters.models import Factory
from clusters.queries import ClusterLine, live_clusters
from marketplace.catalog.cards import cards_for
from marketplace.catalog.gates import Access
from marketplace.catalog.models import Certificate
from marketplace.companies.models import Supplier
from marketplace.core import clock
from marketplace.core.errors import NotFound, TemporarilyUnavailable
from marketplace.core.i18n import is_chinese
from marketplace.ui.cards import ListingCard
from search.backends.interface import Filters
from search.queries import ask
from search.rules import Address

log = structlog.get_logger(__name__)
MOST_FACTORIES = 24
MOST_CERTIFICATES = 60


@dataclass(frozen=True, slots=True)
class Goods:
    """A page of a supplier's goods; `total` is None while no engine answers."""

    cards: list[ListingCard]
    total: int | None


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """A supplier with what is open to everyone: factories of open towns, certificates in force there.

    Inside a portal only what is of its town; `is_elsewhere` says whether there is more.
    """

    supplier: Supplier
    factories: list[Factory]
    certificates: list[Certificate]
    is_elsewhere: bool

    @property
    def since(self) -> int | None:
        """The year the oldest of its factories was founded."""
        return min((f.founded_year for f in self.factories if f.founded_year), default=None)


def supplier_facts(slug: str, portal: ClusterLine | None) -> SupplierFacts:
    """An approved supplier by its slug; three queries.

    Raises NotFound for one that is absent, not approved, or makes nothing in the portal's town.
    """
    found = Supplier.objects.filter(slug=slug, state=Supplier.State.APPROVED).first()
    if found is None:
        raise NotFound
    rows = Factory.objects.filter(supplier=found, cluster__in=live_clusters()).select_related("cluster")
    everywhere = list(rows.order_by("-state", "-capacity_per_day", "pk")[:MOST_FACTORIES])
    here = [one for one in everywhere if portal is None or one.cluster_id == portal.id]
    if portal is not None and not here:
        raise NotFound
    return SupplierFacts(found, here, _certificates(here), len(here) < len(everywhere))


def _certificates(factories: list[Factory]) -> list[Certificate]:
    today = clock.today()
    rows = Certificate.objects.filter(factory__in=factories, valid_from__lte=today, valid_until__gte=today)
    return list(rows.select_related("factory").order_by("kind", "pk")[:MOST_CERTIFICATES])


def goods_of(
    supplier: Supplier,
    address: Address,
    *,
    portal: ClusterLine | None,
    access: Access,
    compare_url: Callable[[str], str],
) -> Goods:
    """A page of its goods, best first, priced at the reader's quantity; three queries and a question."""
    request = address.request(
        portal.code if portal else None, "zh-hans" if is_chinese() else "en", access=access
    ).but(filters=Filters(suppliers=(supplier.pk,)), attributes=0)
    try:
        result = ask(request)
    except TemporarilyUnavailable:
        log.warning("supplier_without_goods", supplier=supplier.slug)
        return Goods([], None)
    cards = (
        cards_for(
            result.ids, quantity=address.quantity, portal=portal, access=access, compare_url=compare_url
        )
        if result.hits
        else []
    )
    return Goods(cards, result.total)
