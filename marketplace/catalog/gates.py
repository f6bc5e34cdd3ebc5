"""Price gates: whose prices are for everyone, for who is signed in, or for approved buyers only.

A listing follows its own rule, else its supplier's, else its town's. What a reader may see is a set of
tokens (`Access`), and a listing carries the tokens any one of which opens it: the same tokens stand in the
search index, so that a hidden price cannot be learned from an order, a filter or a count either.

A supplier's own rule is opened by the supplier's approval; a town's rule by the town's or the supplier's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clusters.models import Cluster
from marketplace.companies.acting import acting_of
from marketplace.companies.models import Company, PriceVisibility

from .models import Listing, PriceApproval

ANYONE, MEMBER = "all", "in"
Access = frozenset[str]
NOBODY: Access = frozenset()
Gates = tuple[str, ...]


def of_supplier(supplier_id: int) -> str:
    """The token of a supplier's approval."""
    return f"s{supplier_id}"


def of_cluster(cluster_id: int) -> str:
    """The token of a town's approval."""
    return f"c{cluster_id}"


def gates_by(own: str, suppliers: str, towns: str, *, supplier_id: int, cluster_id: int) -> Gates:
    """The tokens that open a listing's price, by the three rules ("" where there is none)."""
    rule = own or suppliers or towns
    if rule == PriceVisibility.SIGNED_IN:
        return (MEMBER,)
    if rule == PriceVisibility.APPROVED:
        its = of_supplier(supplier_id)
        return (its,) if own or suppliers else (its, of_cluster(cluster_id))
    return (ANYONE,)


def gates_of(listing: Listing) -> Gates:
    """As `gates_by`, of a listing with supplier and cluster loaded."""
    return gates_by(
        listing.price_visibility,
        listing.supplier.price_visibility,
        listing.cluster.price_visibility,
        supplier_id=listing.supplier_id,
        cluster_id=listing.cluster_id,
    )


def is_open(gates: Gates, access: Access) -> bool:
    """Whether a reader with this access sees the price."""
    return gates == (ANYONE,) or not access.isdisjoint(gates)


def access_of_company(company: Company) -> Access:
    """What the members of a company see: what they were approved for, and their own. One query, two for an
    operator.
    """
    rows = PriceApproval.objects.filter(buyer=company).values_list("supplier_id", "cluster_id")
    tokens = {MEMBER, *(of_supplier(s) if s else of_cluster(c) for s, c in rows)}
    supplier = getattr(company, "supplier", None)
    if supplier is not None:
        tokens.add(of_supplier(supplier.pk))
    if company.is_operator:
        keys = Cluster.objects.filter(operator=company).values_list("pk", flat=True)
        tokens.update(of_cluster(key) for key in keys)
    return frozenset(tokens)


def access_of(request: HttpRequest) -> Access:
    """What this reader sees; read once per request, and nothing is read for who is not signed in."""
    found: Access | None = getattr(request, "_price_access", None)
    if found is None:
        found = NOBODY
        if request.user.is_authenticated:
            acting = acting_of(request)
            found = access_of_company(acting.company) if acting else frozenset({MEMBER})
        request._price_access = found  # type: ignore[attr-defined]
    return found


def hidden_words(gates: Gates) -> str:
    """What stands in the place of a price that is not shown."""
    return _("Price after signing in") if gates == (MEMBER,) else _("Price for approved buyers")


def openly_priced() -> Q:
    """Listings whose price is for everyone."""
    public = PriceVisibility.PUBLIC
    by_supplier = Q(price_visibility="", supplier__price_visibility=public)
    by_town = Q(price_visibility="", supplier__price_visibility="", cluster__price_visibility=public)
    return Q(price_visibility=public) | by_supplier | by_town


_MARK = "_is_price_open"


def mark_open(listings: Iterable[Listing], company: Callable[[], Company]) -> None:
    """Remember of each listing whether the company sees its price; asks for the company only where it has
    to.
    """
    access: Access | None = None
    for listing in listings:
        its: Any = gates_of(listing)
        if its == (ANYONE,):
            continue
        if access is None:
            access = access_of_company(company())
        setattr(listing, _MARK, is_open(its, access))


def is_marked_open(listing: Listing) -> bool:
    """What `mark_open` remembered; True where nothing was asked."""
    return bool(getattr(listing, _MARK, True))
